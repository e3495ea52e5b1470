import Foundation

/// Something that goes on, on a thread of its own, while a test blocks its own thread.
package struct BackgroundWork {
    private let done = DispatchSemaphore(value: 0)

    package init(after delay: Double = 0, _ body: @escaping @Sendable () throws -> Void) {
        let done = done
        let thread = Thread {
            Thread.sleep(forTimeInterval: delay)
            do { try body() } catch { print("background work failed: \(error)") }
            done.signal()
        }
        thread.start()
    }

    package func finish() { done.wait() }
}
