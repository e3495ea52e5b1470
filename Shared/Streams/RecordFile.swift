import Glibc

/// All that was appended to the embedded log: packed batches, one behind the other, each behind a head of 32 bytes that says
/// which it is. What is in it is durable before its writer goes on, and is never written over. The index follows it: what a power
/// cut takes from that, or a kill, is read again from here.
final class RecordFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Little-endian: `Int64 row, Int64 count, Int64 checksum, Int64 size`.
    struct Head {
        static let size = 32

        let row, count, checksum, size: Int64

        init(row: Int64, _ batch: RecordBatch) {
            (self.row, count, size) = (row, Int64(batch.count), Int64(batch.bytes.count))
            checksum = batch.bytes.withUnsafeBytes { RecordBatch.checksum($0, row: row, count: batch.count) }
        }

        fileprivate init(_ bytes: UnsafeRawBufferPointer) {
            func number(_ index: Int) -> Int64 {
                Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self))
            }
            (row, count, checksum, size) = (number(0), number(1), number(2), number(3))
        }

        fileprivate var bytes: [UInt8] {
            [row, count, checksum, size].flatMap { number in withUnsafeBytes(of: number.littleEndian, Array.init) }
        }
    }

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

    /// Answers where it ends, once a power cut can take nothing of it any more. Whoever calls has the lock, and knows that the file
    /// ends at `start`.
    func append(_ batches: [(head: Head, bytes: [UInt8])], at start: Int64) throws(LogError) -> Int64 {
        var end = start
        do throws(LogError) {
            for batch in batches {
                for part in [batch.head.bytes, batch.bytes] {
                    try write(part, at: end)
                    end += Int64(part.count)
                }
            }
            guard fdatasync(descriptor) == 0 else { throw LogError(errno, "write to", path) }
        } catch {
            // What did not fit is not to stay behind each attempt.
            truncate(to: start)
            throw error
        }
        return end
    }

    func truncate(to position: Int64) { ftruncate(descriptor, off_t(position)) }

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

    /// Of the batch that begins there; `nil` where none does that is whole.
    func head(at position: Int64) throws(LogError) -> Head? {
        let bytes = BatchBytes()
        guard try read(into: bytes.room(for: Head.size), at: position) else { return nil }
        let head = Head(bytes.buffer)
        let room = try size - position - Int64(Head.size)
        guard head.row >= 0, head.count > 0, 0...room ~= head.size,
            try read(into: bytes.room(for: Int(head.size)), at: position + Int64(Head.size)),
            RecordBatch.checksum(bytes.buffer, row: head.row, count: Int(head.count)) == head.checksum
        else { return nil }
        return head
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
