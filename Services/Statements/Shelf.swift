import Domain
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
    /// A server reads on from a store that is made anew; a command that had begun to read the one before it fails.
    private let isLasting: Bool
    private let state = Mutex(State())

    private struct State: Sendable {
        var open: [TopicPartition: OpenFile] = [:]
        /// How many stores that were open turned out to be gone, or to be another file.
        var changes = 0
        /// Those that were seen to hold what the log held when that was first asked, and what the others have to hold for it.
        var whole: Set<TopicPartition> = []
        var goals: [TopicPartition: Int64] = [:]
    }

    private struct OpenFile: Sendable {
        /// Tells whether the path still names the file that was opened: a damaged store is set aside and made anew.
        let inode: UInt64
        let queue: DatabaseQueue
    }

    init(folder: String, application: Application, isLasting: Bool = false) {
        self.folder = folder
        self.isLasting = isLasting
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
        } catch  where Damage.isDamage(error) { throw Problem(damaged: path, error) }
    }

    /// Runs what reads several stores, or one several times, while all stay what they are: of one that is being made anew figures
    /// are missing, and how fresh it is was perhaps asked before.
    func wholly<Result>(_ body: () async throws -> Result) async throws -> Result {
        let before = state.withLock(\.changes)
        func check() throws {
            guard state.withLock(\.changes) == before else { throw Shelf.renewed }
        }
        do {
            let result = try await body()
            try check()
            return result
        } catch {
            try check()
            throw error
        }
    }

    /// Refuses to go on while the stores that a payee's statement is made of are being built: of what does not say how fresh it is
    /// nobody would know what is missing.
    ///
    /// - Parameter ends: Where the partitions end; `nil` where the log cannot be asked.
    func expectWhole(of payee: PayeeID, ends: [Topic: [Int32: Int64]]?) async throws {
        for (topic, partition) in [(Topic.ledger, partition(of: payee.text)), (.commands, 0)] {
            let source = TopicPartition(application.topic(topic), partition)
            let (isWhole, changes) = state.withLock { ($0.whole.contains(source), $0.changes) }
            if isWhole { continue }
            let position = try await read(topic, partition: partition) { database in
                try Int64.fetchOne(database, sql: "SELECT position FROM stream_progress") ?? 0
            }
            let goal = state.withLock { state in
                state.goals[source] = state.goals[source] ?? ends?[topic]?[partition]
                return state.goals[source]
            }
            guard let goal, position ?? 0 >= goal else { throw Shelf.unfinished }
            state.withLock { if $0.changes == changes { $0.whole.insert(source) } }
        }
    }

    /// Of what may be told to whoever asks over HTTP.
    static let place = "statements"

    static let renewed = Problem(
        where: place, "some figures were damaged on the disk, and are being made anew from the log",
        remedy: "Try again in a moment.")

    private static let unfinished = Problem(
        where: place, "the statements are being made from the log, and not all of it is in them yet",
        remedy: "Try again in a moment.")

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
        return try state.withLock { state -> OpenFile? in
            let inode = StateFile.inode(of: path)
            if let file = state.open[source] {
                if file.inode == inode { return file }
                guard isLasting else { throw Shelf.renewed }
                (state.open[source], state.goals[source]) = (nil, nil)
                state.whole.remove(source)
                state.changes += 1
            }
            guard let inode, let queue = try Shelf.openFile(path) else { return nil }
            let file = OpenFile(inode: inode, queue: queue)
            state.open[source] = file
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
