import Foundation
import GRDB
import Records
import Runtime
import Streams
import Synchronization

/// The state files of all partitions, opened for reading only: each read sees one committed state and never waits for
/// the task that writes, nor it for the reader (SQLite's WAL).
final class Shelf: Sendable {
    let application: Application
    private let folder: String
    private let open = Mutex<[TopicPartition: OpenFile]>([:])

    private struct OpenFile: Sendable {
        /// Tells whether the path still names the file that was opened: a damaged store is set aside and made anew.
        let inode: UInt64
        let queue: DatabaseQueue
    }

    init(folder: String, application: Application) {
        self.folder = folder
        self.application = application
    }

    /// Of every partition of the topic whose file is here, what `body` makes of it, in the order of partitions.
    func read<Result: Sendable>(
        _ topic: Topic, _ body: @escaping @Sendable (Database, Int32) throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for partition in 0..<application.partitions(of: topic) {
            if let result = try await read(topic, partition: partition, { try body($0, partition) }) {
                results.append(result)
            }
        }
        return results
    }

    /// The same for one partition; `nil` when its file is not here.
    func read<Result: Sendable>(
        _ topic: Topic, partition: Int32, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result? {
        let path = path(topic, partition)
        do {
            guard let file = try openFile(topic, partition) else { return nil }
            return try await file.queue.read { database in
                try StateFile.reading(path, file.inode) { try body(database) }
            }
        } catch let error as DatabaseError where Damage.isDamage(error) { throw Problem(damaged: path, error) }
    }

    /// The partition that holds a payee's documents.
    func partition(of payee: String) -> Int32 {
        Partitioner.partition(of: Array(payee.utf8), count: application.partitions(of: .ledger))
    }

    func path(_ topic: Topic, _ partition: Int32) -> String {
        StateStore.path(folder: folder, TopicPartition(application.topic(topic), partition))
    }

    private func openFile(_ topic: Topic, _ partition: Int32) throws -> OpenFile? {
        let source = TopicPartition(application.topic(topic), partition)
        let path = path(topic, partition)
        guard let inode = StateFile.inode(of: path) else { return nil }
        return try open.withLock { open -> OpenFile? in
            if let file = open[source], file.inode == inode { return file }
            guard let queue = try Shelf.openFile(path) else { return nil }
            let file = OpenFile(inode: inode, queue: queue)
            open[source] = file
            return file
        }
    }

    /// `nil` while the task that owns the file has not made its tables yet.
    private static func openFile(_ path: String) throws -> DatabaseQueue? {
        guard let queue = try StateFile.read(path, label: "attain.statements.read") else { return nil }
        let isMade = try queue.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT count(*) > 0 FROM sqlite_master WHERE name IN ('payee', 'name', 'skipped')")
        }
        return isMade == true ? queue : nil
    }
}
