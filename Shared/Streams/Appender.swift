import Synchronization

/// How async code appends: hands records over, and is answered with their offsets once they are durable. One OS
/// thread serves the queue, and all that waits meanwhile shares the next flush.
package final class Appender: Sendable {
    private struct Job: Sendable {
        let records: [(record: Record, destination: TopicPartition)]
        let bytes: Int
        let answer: Answer
    }

    /// What a caller waits for, until it has waited long enough.
    private final class Answer: Sendable {
        private let waiting = Mutex<CheckedContinuation<[Int64], any Error>?>(nil)

        func wait(_ caller: CheckedContinuation<[Int64], any Error>) { waiting.withLock { $0 = caller } }

        func resume(with result: Result<[Int64], any Error>) {
            let caller = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            caller?.resume(with: result)
        }
    }

    private struct State {
        var waiting: [Job] = []
        /// What is in the queue and in the flush under way.
        var count = 0
        var bytes = 0
        var isStopping = false
        var failure: LogError?
    }

    private let log: any Log
    private let maximumCount: Int
    private let maximumBytes: Int
    private let state = Monitor(State())

    package init(log: any Log, maximumCount: Int = 10_000, maximumBytes: Int = 64 << 20) {
        self.log = log
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    /// The offsets of the records, in their order, once they are durable. Throws `AppenderFull` at once when too
    /// much waits already, nothing was taken then, and `AppenderLate` when the log takes too long over it.
    package func append(_ records: [(Record, TopicPartition)], within limit: Duration = .seconds(10)) async throws
        -> [Int64]
    {
        guard !records.isEmpty else { return [] }
        let answer = Answer()
        return try await withThrowingTaskGroup(of: [Int64].self) { group in
            group.addTask { [self] in
                try await withTaskCancellationHandler {
                    try await enqueue(records, answer)
                } onCancel: {
                    answer.resume(with: .failure(CancellationError()))
                }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw AppenderLate(limit: limit)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func enqueue(_ records: [(Record, TopicPartition)], _ answer: Answer) async throws -> [Int64] {
        let bytes = records.reduce(0) { $0 + Self.size(of: $1.0) }
        return try await withCheckedThrowingContinuation { caller in
            answer.wait(caller)
            if Task.isCancelled { return answer.resume(with: .failure(CancellationError())) }
            let refusal = state.withLock { state in
                refuse(state, adding: records.count, bytes)
                    ?? Self.enqueue(Job(records: records, bytes: bytes, answer: answer), &state)
            }
            state.notify()
            if let refusal { answer.resume(with: .failure(refusal)) }
        }
    }

    /// Serves the queue until `stop` or cancellation, then what is left in it. Throws when the log failed for good.
    package func run() async throws {
        try await withTaskCancellationHandler {
            try await OSThread.run(named: "appender") { [self] in try serve() }
        } onCancel: {
            stop()
        }
    }

    package func stop() {
        state.withLock { $0.isStopping = true }
        state.notify()
    }

    /// Records that wait or are being written.
    package var queued: Int { state.withLock { $0.count } }

    private static func size(of record: Record) -> Int {
        (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.bytes.count + 64
    }

    private func refuse(_ state: State, adding count: Int, _ bytes: Int) -> (any Error)? {
        if let failure = state.failure { return failure }
        if state.isStopping { return AppenderFull(reason: "the program is stopping") }
        guard state.count > 0, state.count + count > maximumCount || state.bytes + bytes > maximumBytes else {
            return nil
        }
        return AppenderFull(reason: "\(state.count) records wait to be written already")
    }

    private static func enqueue(_ job: Job, _ state: inout State) -> (any Error)? {
        state.waiting.append(job)
        state.count += job.records.count
        state.bytes += job.bytes
        return nil
    }

    private func serve() throws(LogError) {
        var producer: (any Producer)?
        do {
            let made = try log.makeProducer()
            producer = made
            while let jobs = nextJobs(), !jobs.isEmpty { try write(jobs, made) }
        } catch {
            // Before the producer ends, which waits for what a broker still owes it.
            withExtendedLifetime(producer) { fail(error) }
            throw error
        }
    }

    /// All that waits; none when it is time to stop.
    private func nextJobs() -> [Job]? {
        state.wait { state in
            guard !state.waiting.isEmpty || state.isStopping else { return nil }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    private func write(_ jobs: [Job], _ producer: any Producer) throws(LogError) {
        var offsets: [TopicPartition: [Int64]]
        do {
            for job in jobs {
                for (record, destination) in job.records { try producer.append(record, to: destination) }
            }
            offsets = try producer.flush().mapValues { ranges in ranges.reversed().flatMap { $0.reversed() } }
        } catch {
            for job in jobs { job.answer.resume(with: .failure(error)) }
            throw error
        }
        release(jobs)
        for job in jobs {
            job.answer.resume(with: .success(job.records.map { offsets[$0.destination]?.popLast() ?? -1 }))
        }
    }

    private func release(_ jobs: [Job]) {
        state.withLock { state in
            for job in jobs {
                state.count -= job.records.count
                state.bytes -= job.bytes
            }
        }
    }

    private func fail(_ error: LogError) {
        let left = state.withLock { state in
            state.failure = error
            defer { state.waiting = [] }
            return state.waiting
        }
        for job in left { job.answer.resume(with: .failure(error)) }
    }
}

/// Too much waits to be written: try again in a moment (HTTP 503 with Retry-After).
package struct AppenderFull: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }
}

/// The log has not confirmed it yet, and may still: whoever sent it sends it again, which counts once (HTTP 503).
package struct AppenderLate: Error, CustomStringConvertible {
    let limit: Duration
    package var description: String { "the log has not confirmed it within \(limit)" }
}
