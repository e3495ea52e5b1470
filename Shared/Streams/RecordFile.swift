import Glibc

/// The packed batches of the embedded log, one behind the other in a file of their own: SQLite would write each byte twice.
/// What lies behind the end that the index knows was never acknowledged, and the next append writes over it.
final class RecordFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(LogError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogError(errno, "open", path) }
    }

    deinit { close(descriptor) }

    var size: Int64 {
        get throws(LogError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw LogError(errno, "look at", path) }
            return Int64(status.st_size)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(LogError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(position) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw LogError(errno, "write to", path) }
            done += count
        }
    }

    /// Returns when a power cut can take nothing of it any more.
    func synchronize() throws(LogError) {
        guard fdatasync(descriptor) == 0 else { throw LogError(errno, "write to", path) }
    }

    /// Answers whether the file holds so many bytes there.
    func read(into bytes: UnsafeMutableRawBufferPointer, at position: Int64) throws(LogError) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = pread(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(position) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw LogError(errno, "read", path) }
            if count == 0 { return false }
            done += count
        }
        return true
    }
}
