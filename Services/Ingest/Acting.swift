import ArgumentParser
import Domain
import Foundation
import Records
import Runtime
import Streams
import SwiftProtobuf

/// Appends what a person does to `commands`, knowing all that was done before.
struct Acting {
    let application: Application
    let log: any Log
    let commands: CommandLog

    init(_ application: Application, _ log: any Log) throws {
        self.application = application
        self.log = log
        commands = try Applying.company(application, log)
    }

    init(_ work: Workplace) throws {
        try work.settings.createTopics(in: work.log)
        try self.init(work.application, work.log)
    }

    var company: Company { commands.company }
    var acts: Acts { commands.acts }

    /// - Parameters:
    ///   - key: of the entity that it is about
    ///   - id: the same whenever the same is done again
    func append(_ act: WireCommand.OneOf_Act, key: String, id: String, now: Instant) throws {
        let record = try RimRecord.record(
            key: Array(key.utf8), value: WireCommand.with { $0.act = act }, type: EventType.administrativeAct, id: id,
            now: now)
        let producer = try log.makeProducer()
        try producer.append(record, to: TopicPartition(application.topic(.commands), 0))
        try producer.flush()
        let reader = try log.makeReader()
        try commands.advance(to: reader.endOffset(of: TopicPartition(application.topic(.commands), 0)))
    }

    /// Somebody may have been faster: the first act on a thing counts.
    func checkTaken(_ isTaken: Bool, _ what: String, _ instead: @autoclosure () -> String) throws(Problem) {
        guard !isTaken else { return }
        throw Problem(
            where: what, "somebody else was faster: \(instead())", remedy: "Look at what is there now, and decide anew."
        )
    }

    func listedDeals() throws -> [WireSkippedDeal] { try ListedDeals(log, application).all }
}

/// Who says so. It is recorded with the act; whoever may run the command may do it.
struct PersonOption: ParsableArguments {
    @Option(help: ArgumentHelp("Who does this, as it is recorded. (default: the name of the user)", valueName: "name"))
    var by: String?

    func name() throws(Problem) -> String {
        let name = (by ?? ProcessInfo.processInfo.environment["USER"] ?? "").trimmed
        guard !name.isEmpty, DealID(name).isStorable else {
            throw Problem(
                where: "--by", "nobody is named, or with more than 200 bytes or a control character",
                remedy: "Say who does this: --by 'Ada Reyes'.")
        }
        return name
    }
}

enum Reason {
    /// A reason that is there and fits into a record.
    static func checked(_ text: String, of option: String) throws(Problem) -> String {
        let reason = text.trimmed
        guard (1...1000).contains(reason.utf8.count) else {
            throw Problem(
                where: option, "a reason has 1 to 1000 bytes, this one \(reason.utf8.count)",
                remedy: "Say in a sentence why, for whoever reads it later.")
        }
        return reason
    }
}
