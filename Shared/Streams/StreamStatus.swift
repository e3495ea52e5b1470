import Synchronization

/// What a stream thread is doing, for `/ready`, `/metrics` and progress bars: written by its thread, read by any.
package final class StreamStatus: Sendable {
    package struct Task: Hashable, Sendable {
        package enum Phase: String, Sendable { case assigned, restoring, running }

        package internal(set) var phase = Phase.assigned
        /// The next offset to read.
        package internal(set) var position: Int64 = 0
        /// Where restoring began and where it ends: what the partition held when it was assigned.
        package internal(set) var restoreStart: Int64 = 0
        package internal(set) var restoreEnd: Int64 = 0
        /// The partition's end, looked up about once a second.
        package internal(set) var end: Int64 = 0
        package internal(set) var processed: Int64 = 0
        package internal(set) var quarantined: Int64 = 0
        /// Duplicates passed over since this program started.
        package internal(set) var duplicates: Int64 = 0

        package var lag: Int64 { max(0, end - position) }
    }

    private let tasks = Mutex<[TopicPartition: Task]>([:])
    private let joined = Mutex(false)
    /// When its thread was last done with a poll and all that came of it.
    private let lastStep = Mutex(MonotonicTime.distantFuture)

    package init() {}

    package var snapshot: [TopicPartition: Task] { tasks.withLock { $0 } }

    /// Member of its group, and every task has caught up with what there was when it was assigned.
    package var isReady: Bool {
        joined.withLock { $0 } && tasks.withLock { $0.values.allSatisfy { $0.phase == .running } }
    }

    /// Longer than any batch should take: it waits for a log that does not answer, or for a disk.
    package static let stall = Duration.seconds(60)

    /// For how long it has been at one batch, where that is too long.
    package func stalled(at now: MonotonicTime = .now) -> Duration? {
        let time = now - lastStep.withLock { $0 }
        return time > Self.stall ? time : nil
    }

    func hasStepped() { lastStep.withLock { $0 = .now } }
    func set(_ task: Task, of source: TopicPartition) { tasks.withLock { $0[source] = task } }
    func remove(_ source: TopicPartition) { tasks.withLock { $0[source] = nil } }
    func hasJoined(_ isMember: Bool) { joined.withLock { $0 = isMember } }
    func clear() {
        joined.withLock { $0 = false }
        lastStep.withLock { $0 = .distantFuture }
        tasks.withLock { $0 = [:] }
    }
}
