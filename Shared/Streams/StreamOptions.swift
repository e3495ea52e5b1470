package import Logging

/// How a program runs its topology.
package struct StreamOptions: Sendable {
    /// Names the program in `ce_source`: `/attain/<program>`.
    package var program: String
    package var stateFolder: String
    /// Where records go that cannot be processed.
    package var quarantineTopic: String
    /// The payload of a quarantined record, which must name the record and the reason. Pure, as a task is.
    package var quarantine: @Sendable (ConsumedRecord, String) -> [UInt8]
    package var quarantineType = "attain.record.quarantined.v1"
    package var quarantineContentType = "application/protobuf"
    /// Records per poll, of all partitions together: what of them goes to one store is one transaction.
    package var batchLimit = 24_000
    /// How long one of several partitions may take of a poll's records, or twice as long where that is enough for all of them;
    /// the rest comes again with the next poll. So records that take long hold up those of their own partition alone, whatever
    /// else the thread has.
    package var patience: Duration = .milliseconds(100)
    /// The same of one partition that is alone.
    static let patienceAlone = Duration.seconds(10)
    /// How long a partition waits for its store, which somebody else has open, before the program ends.
    static let patienceForStores = Duration.seconds(120)
    /// How long the other threads may take to stop after one that failed.
    static let patienceWithThreads = Duration.seconds(3)
    /// How long an idle poll waits, which bounds how long a stop takes.
    package var pollTimeout: Duration = .milliseconds(200)
    package var logger: Logger

    package init(
        program: String, stateFolder: String, quarantineTopic: String, logger: Logger,
        quarantine: @escaping @Sendable (ConsumedRecord, String) -> [UInt8]
    ) {
        self.program = program
        self.stateFolder = stateFolder
        self.quarantineTopic = quarantineTopic
        self.logger = logger
        self.quarantine = quarantine
    }
}

/// Where a test may end a program. The hook throws to do so.
package enum CrashPoint: String, CaseIterable, Sendable {
    case whileAssigned, afterPoll, afterProcess, beforeFlush, afterFlush, betweenCommits, afterCommit, afterPositions
    case whileRevoked
}
