internal import Crypto
import Foundation

/// A file that cannot be read at all. What is wrong with a single row is that row's `RowFault` instead.
struct FileFault: Error, Hashable, CustomStringConvertible {
    let file: String
    let line: Int?
    let reason: String

    init(_ file: String, line: Int? = nil, _ reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    var description: String { line.map { "\(file) line \($0): \(reason)" } ?? "\(file): \(reason)" }
}

/// Bytes a chunk at a time, so that a file of any size takes the memory of one chunk.
protocol ByteSource {
    /// The next bytes, never none; `nil` at the end.
    mutating func next() throws(FileFault) -> [UInt8]?
}

/// A file, open from its digest to its last row, so that both are about the same bytes.
final class FileBytes: ByteSource {
    static let chunk = 1 << 20

    /// What the file is called in messages, coordinates and provenance: its name without folders.
    let name: String
    let size: Int
    private let handle: FileHandle
    private let changed: Date?
    private let path: String
    private(set) var position = 0

    init(path: String) throws(FileFault) {
        let url = URL(fileURLWithPath: path)
        name = url.lastPathComponent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileFault(path, "there is no such file")
        }
        guard !isFolder.boolValue else { throw FileFault(path, "is a folder; name a CSV or NDJSON file in it") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FileFault(path, "cannot be opened; check its permissions")
        }
        self.handle = handle
        self.path = path
        (size, changed) = FileBytes.attributes(of: path)
    }

    deinit { try? handle.close() }

    func next() throws(FileFault) -> [UInt8]? {
        do {
            guard let data = try handle.read(upToCount: FileBytes.chunk), !data.isEmpty else { return nil }
            position += data.count
            return [UInt8](data)
        } catch { throw FileFault(name, "cannot be read: \(error.localizedDescription)") }
    }

    /// SHA-256 of the whole file; reading starts again at the first byte after it.
    func digest() throws(FileFault) -> [UInt8] {
        try rewind()
        var hash = SHA256()
        while let bytes = try next() { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        try rewind()
        return Array(hash.finalize())
    }

    /// Throws if somebody wrote to the file since it was opened: its rows would not be those of its digest.
    func checkUnchanged() throws(FileFault) {
        guard FileBytes.attributes(of: path) == (size, changed) else {
            throw FileFault(name, "changed while it was read; import it again when nobody writes to it any more")
        }
    }

    private func rewind() throws(FileFault) {
        do { try handle.seek(toOffset: 0) } catch {
            throw FileFault(name, "is no ordinary file; save it to disk and import that")
        }
        position = 0
    }

    private static func attributes(of path: String) -> (size: Int, changed: Date?) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.size] as? NSNumber)?.intValue ?? 0, attributes?[.modificationDate] as? Date)
    }
}
