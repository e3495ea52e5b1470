import Glibc

/// Finds out whether SQLite will see a transaction in a write-ahead log, or is right not to: of one whose beginning is damaged
/// it says nothing, and reads the main file alone, into which a part of the log may have been copied.
///
/// The format is that of https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log".
struct WriteAheadLog {
    private let file: Int32
    private var header: [UInt8] = []
    private var isBigEndian = false
    private var sum: Sum = (0, 0)

    private typealias Sum = (UInt32, UInt32)

    /// Bytes before the first page: the headers of the file and of a frame.
    static let firstFrame: Int64 = 32 + 24

    /// Also of one that has begun anew and holds none yet: all before it is in the main file.
    static func isWhole(_ path: String) throws(LogError) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return false }
            throw LogError(errno, "open", path)
        }
        defer { close(file) }
        var log = WriteAheadLog(file)
        return log.isWhole()
    }

    private init(_ file: Int32) { self.file = file }

    private mutating func isWhole() -> Bool {
        guard let header = bytes(at: 0, count: 32), number(header, 0) | 1 == 0x377F_0683 else { return false }
        isBigEndian = number(header, 0) & 1 == 1
        add(header[..<24])
        guard sum == (number(header, 24), number(header, 28)) else { return false }
        let pageSize = Int(number(header, 8))
        guard (512...65536).contains(pageSize) else { return false }
        var offset = 32
        while let frame = bytes(at: offset, count: 24 + pageSize), frame[8..<16] == header[16..<24] {
            add(frame[..<8])
            add(frame[24...])
            guard sum == (number(frame, 16), number(frame, 20)) else { return false }
            // Only the last frame of a transaction says how many pages there are.
            if number(frame, 4) != 0 { return true }
            offset += frame.count
        }
        // Behind its own frames lie those of the log before it, whose first salt is one less, and whose second is another.
        guard let old = bytes(at: offset, count: 16) else { return false }
        return number(old, 8) &+ 1 == number(header, 16) && old[12..<16] != header[20..<24]
    }

    private func bytes(at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    private func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian }
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        var (a, b) = sum
        bytes.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 8) {
                a = a &+ word(bytes, offset) &+ b
                b = b &+ word(bytes, offset + 4) &+ a
            }
        }
        sum = (a, b)
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }
}
