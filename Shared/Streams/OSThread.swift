import Glibc

/// Blocking work on a thread of its own, awaited: Swift's shared threads must never block.
package enum OSThread {
    package static func run<Result: Sendable>(
        named name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            start(named: name) { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }

    /// Not awaited: whoever starts it learns of its end from what it leaves behind.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(name, body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runWork, work)
        precondition(code == 0, "the system gives no more threads (\(code)); raise the limit of processes")
        pthread_detach(thread)
    }

    /// For `top -H` and debuggers; the kernel keeps 15 bytes.
    fileprivate static func nameThisThread(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, min(name.utf8.count, 15))
        close(file)
    }
}

/// What a new thread is to do, across C.
private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runWork(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let pointer else { return nil }
    let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
    OSThread.nameThisThread(work.name)
    work.body()
    return nil
}
