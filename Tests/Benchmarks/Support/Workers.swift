import Foundation
import Synchronization

/// Threads that may block.
package enum Workers {
    /// Returns when all are done; throws the first error of any.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let group = DispatchGroup()
        for worker in 0..<count {
            group.enter()
            Thread {
                do { try body(worker) } catch { failure.withLock { $0 = $0 ?? error } }
                group.leave()
            }.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    package static func sleep(until moment: ContinuousClock.Instant) {
        let (seconds, fraction) = (moment - ContinuousClock.now).components
        guard seconds >= 0, fraction > 0 else { return }
        usleep(UInt32(clamping: seconds * 1_000_000 + fraction / 1_000_000_000_000))
    }
}
