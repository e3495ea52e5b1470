import Glibc

/// An exclusive lock between processes: `flock` on a file of its own. The kernel frees it when its holder
/// dies, however it dies. Two `FileLock`s exclude each other in one process too, the threads that share one do not.
struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws(LogError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogError(errno, "open", path) }
    }

    deinit { close(descriptor) }

    /// Waits in the kernel's queue, without polling.
    func lock() throws(LogError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw LogError(errno, "lock", path) }
        }
    }

    func tryLock() throws(LogError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw LogError(errno, "lock", path) }
        }
        return true
    }

    func unlock() { flock(descriptor, LOCK_UN) }
}

extension LogError {
    /// What a system call said, with the file and what to do.
    init(_ code: Int32, _ action: String, _ path: String) {
        let remedy = code == ENOSPC ? "nothing more was acknowledged; free space" : "mend that"
        self = .operating("cannot \(action) \(path): \(String(cString: strerror(code))); \(remedy) and start again")
    }
}
