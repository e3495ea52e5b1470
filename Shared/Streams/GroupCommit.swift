import GRDB

/// Appends batches durably, their records first, then the index of them: producers that flush at the same time share that.
/// Whoever comes first while nobody commits does it for all that wait; the others sleep until theirs is done.
final class GroupCommit: Sendable {
    struct Append: Sendable {
        let partitionID: Int64
        var batch = RecordBatch()

        mutating func append(_ record: Record) -> (bytes: Int, count: Int) {
            batch.append(record)
            return (batch.bytes.count, batch.count)
        }
    }

    private struct State {
        var waiting: [(ticket: UInt64, appends: [Append])] = []
        var done: [UInt64: Result<[Int64], LogError>] = [:]
        var nextTicket: UInt64 = 0
        var isCommitting = false
        /// After a failed write nobody knows what the disk holds: this process appends nothing more.
        var failure: LogError?
    }

    let signal: FileSignal
    private let path: String
    private let database: DatabaseQueue
    private let lock: FileLock
    private let records: RecordFile
    private let state = Monitor(State())

    init(
        path: String, database: DatabaseQueue, lock: consuming FileLock, signal: consuming FileSignal,
        records: RecordFile
    ) {
        self.records = records
        self.path = path
        self.database = database
        self.lock = lock
        self.signal = signal
    }

    /// The base offsets of the batches, in their order, once they are durable.
    func append(_ appends: [Append]) throws(LogError) -> [Int64] {
        let ticket = state.withLock { state in
            state.waiting.append((state.nextTicket, appends))
            state.nextTicket += 1
            return state.nextTicket - 1
        }
        while true {
            switch nextStep(for: ticket) {
            case .finish(let result): return try result.get()
            case .lead(let work): lead(work)
            }
        }
    }

    private enum Step {
        case finish(Result<[Int64], LogError>)
        case lead([(ticket: UInt64, appends: [Append])])
    }

    private func nextStep(for ticket: UInt64) -> Step {
        let step: Step? = state.wait { state in
            if let result = state.done.removeValue(forKey: ticket) { return .finish(result) }
            if state.isCommitting { return nil }
            state.isCommitting = true
            defer { state.waiting = [] }
            return .lead(state.waiting)
        }
        guard let step else { preconditionFailure("a wait without a deadline ended without a result") }
        return step
    }

    private func lead(_ work: [(ticket: UInt64, appends: [Append])]) {
        let failure = state.withLock { $0.failure }
        let result: Result<[Int64], LogError> =
            failure.map { .failure($0) } ?? Result { () throws(LogError) in try write(work.flatMap(\.appends)) }
        state.withLock { state in
            if case .failure(let error) = result { state.failure = error }
            var first = 0
            for (ticket, appends) in work {
                state.done[ticket] = result.map { Array($0[first..<first + appends.count]) }
                first += appends.count
            }
            state.isCommitting = false
        }
        state.notify()
    }

    private func write(_ appends: [Append]) throws(LogError) -> [Int64] {
        let offsets = try EmbeddedDatabase.mapped(path) {
            try database.writeWithoutTransaction { database in
                try lock.lock()
                defer { lock.unlock() }
                return try insert(appends, into: database)
            }
        }
        signal.raise()
        return offsets
    }

    private func insert(_ appends: [Append], into database: Database) throws -> [Int64] {
        var offsets: [Int64] = []
        var ends: [Int64: Int64] = [:]
        try database.inTransaction(.immediate) {
            var position = try EmbeddedTable.catchUp(with: records, database)
            var batches: [(head: RecordFile.Head, bytes: [UInt8])] = []
            for append in appends {
                let base = try ends[append.partitionID] ?? EmbeddedTable.end(of: append.partitionID, database)
                let row = append.partitionID << EmbeddedDatabase.offsetBits | base
                batches.append((RecordFile.Head(row: row, append.batch), append.batch.bytes))
                ends[append.partitionID] = base + Int64(append.batch.count)
                offsets.append(base)
            }
            let end = try records.append(batches, at: position)
            for (head, _) in batches {
                try EmbeddedTable.insert(head, at: position, database)
                position += Int64(RecordFile.Head.size) + head.size
            }
            try EmbeddedTable.setRecordsEnd(end, database)
            return .commit
        }
        return offsets
    }
}
