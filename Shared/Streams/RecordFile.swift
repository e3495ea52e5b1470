import Glibc

/// The packed batches of the embedded log, one behind the other in a file of their own: SQLite would write each byte twice.
/// Nothing is ever written over: of a writer that was killed while it committed, others see nothing, and SQLite may bring back
/// what it wrote to the index when all have gone.
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

    /// Answers where the first one begins, once a power cut can take nothing of them any more. The caller has the lock.
    func append(_ batches: some Sequence<[UInt8]>) throws(LogError) -> Int64 {
        let start = try size
        do throws(LogError) {
            var end = start
            for batch in batches {
                try write(batch, at: end)
                end += Int64(batch.count)
            }
            guard fdatasync(descriptor) == 0 else { throw LogError(errno, "write to", path) }
        } catch {
            // The index knows nothing of it yet; what did not fit is not to stay behind each attempt.
            ftruncate(descriptor, off_t(start))
            throw error
        }
        return start
    }

    private func write(_ bytes: [UInt8], at position: Int64) throws(LogError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(position) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw LogError(errno, "write to", path) }
            done += count
        }
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
