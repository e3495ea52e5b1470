import Domain
import Records
import Runtime
import Streams
import SwiftProtobuf

/// Brings the company in the log to what a folder says, as one atomic change.
struct Applying {
    let application: Application
    let log: any Log
    let commands: CommandLog
    let difference: CompanyDifference

    /// Compares the folder with the company as the log has it now.
    init(_ folder: CompanyFolder, application: Application, log: any Log) throws {
        self.application = application
        self.log = log
        commands = try Applying.company(application, log)
        difference = CompanyDifference(from: commands.company.entities, to: folder.entities)
    }

    /// The company as of the end of `commands`.
    static func company(_ application: Application, _ log: any Log) throws -> CommandLog {
        let reader = try log.makeReader()
        let source = TopicPartition(application.topic(.commands), 0)
        let commands = CommandLog(reader: reader, source: source, keepsActs: true)
        try commands.advance(to: reader.endOffset(of: source))
        return commands
    }

    enum Outcome: Equatable {
        /// In effect; the offset after it.
        case applied(Int64)
        /// Somebody else changed the company after the difference was shown. Nothing of this change took effect.
        case overtaken
    }

    /// Appends the change and looks whether it won. Every part is in the log before the last one makes it count, so that
    /// whoever is killed here has changed nothing.
    func append(by person: String, now: Instant) throws -> Outcome {
        let set = try CompanyChangeSet(difference.steps, base: commands.position, by: person)
        let producer = try log.makeProducer()
        for part in set.parts {
            let record = try RimRecord.record(
                key: Array("company".utf8), value: WireCommand.with { $0.company = part },
                type: EventType.companyChanged, id: "company/\(set.id)/\(part.part)", now: now)
            try producer.append(record, to: TopicPartition(application.topic(.commands), 0))
        }
        try producer.flush()
        return try outcome()
    }

    /// Had another change come between, this one would have met another company than the one it was decided on.
    private func outcome() throws -> Outcome {
        let reader = try log.makeReader()
        let end = try reader.endOffset(of: TopicPartition(application.topic(.commands), 0))
        try commands.advance(to: end)
        let wanted = difference.changes.allSatisfy { commands.company.entities[$0.key] == $0.after }
        return wanted ? .applied(end) : .overtaken
    }
}
