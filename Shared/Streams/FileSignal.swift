import Glibc

/// Tells every reader of a log, in any process, that something was committed: a writer writes a byte to a small
/// file, readers wait on it with inotify. A signal says only "look again"; one lost to a crash between commit and
/// signal costs a reader at most `safetyNet`.
struct FileSignal: ~Copyable, Sendable {
    static let safetyNet: Int64 = 1000  // milliseconds

    private let descriptor: Int32

    init(path: String) throws(LogError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogError(errno, "open", path) }
    }

    deinit { close(descriptor) }

    /// A failed write is not worth an error: the readers look again by themselves.
    func raise() { _ = pwrite(descriptor, "!", 1, 0) }
}

/// One reader's ear. Made before the reader looks, so that a commit between look and wait still wakes it.
struct SignalWaiter: ~Copyable {
    private let descriptor: Int32

    init(path: String) throws(LogError) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw LogError(errno, "watch (see fs.inotify.max_user_instances)", path) }
        guard inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else {
            let code = errno
            close(descriptor)
            throw LogError(code, "watch", path)
        }
    }

    deinit { close(descriptor) }

    /// Forgets the signals so far; look at the log after this, then `wait`.
    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }

    /// Returns at a signal since `clear`, at the deadline, or when it is time to look again anyway.
    func wait(until deadline: MonotonicTime) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Int32(deadline.milliseconds(atMost: FileSignal.safetyNet)))
    }
}
