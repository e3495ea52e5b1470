import Foundation

/// A folder on a disk, gone when `body` ends: in memory, what is durable would cost nothing.
package func withScratchFolder(_ body: (String) throws -> Void) throws {
    let folder = "\(NSTemporaryDirectory())attain-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
