import Foundation

/// A folder that is gone when `body` ends.
package func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

package func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

private enum TemporaryFolder {
    /// In memory where there is room: what is tested is what a process leaves behind, not what a disk does.
    static let parent: String = {
        let memory = "/dev/shm"
        guard ProcessInfo.processInfo.environment["TMPDIR"] == nil, access(memory, W_OK) == 0, hasRoom(memory) else {
            return FileManager.default.temporaryDirectory.path
        }
        return memory
    }()

    /// A container often has 64 MB there, which is not enough.
    private static func hasRoom(_ path: String) -> Bool {
        guard let free = try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? NSNumber
        else { return false }
        return free.int64Value > 1 << 30
    }

    static func make() throws -> String {
        let folder = "\(parent)/attain-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
