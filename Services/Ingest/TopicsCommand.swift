import ArgumentParser
import Domain
import Foundation
import Records
import Runtime
import Streams

struct Topics: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the topics, and prints their records as JSON.",
        subcommands: [List.self, Read.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the topics and how many records they hold.")

        @OptionGroup(title: "Options of all programs") var common: ProgramOptions

        func run() throws {
            let work = try Workplace(common)
            let reader = try work.log.makeReader()
            let known = Dictionary(try work.log.topics().map { ($0.name, $0.partitions) }) { first, _ in first }
            var table = TextTable(["Topic", "Partitions", "Records", "One record is"], [.left, .right, .right, .left])
            for topic in Topic.allCases {
                let name = work.application.topic(topic)
                guard let partitions = known[name] else { continue }
                var count: Int64 = 0
                for partition in 0..<partitions {
                    let source = TopicPartition(name, partition)
                    count += try reader.endOffset(of: source) - reader.beginningOffset(of: source)
                }
                table.append([topic.rawValue, "\(partitions)", ProgressBar.grouped(count), topic.purpose])
            }
            guard !table.isEmpty else {
                throw Problem(
                    where: work.settings.logAddress, "there are no topics of '\(work.application.name)'",
                    remedy: "'ingest apply' or 'ingest serve' creates them.")
            }
            Terminal.writeOutput(table.text)
        }
    }

    struct Read: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the records of a topic, a JSON object a line.",
            discussion: """
                ingest topics read deal-events | head
                ingest topics read quarantine --follow
                ingest topics read ledger --partition 3 --from 100
                """)

        @Argument(help: ArgumentHelp("The topic, as 'ingest topics list' names it.", valueName: "name"))
        var name: String

        @Option(help: "Only this partition.")
        var partition: Int32?

        @Option(help: ArgumentHelp("From this offset on, in each partition.", valueName: "offset"))
        var from: Int64 = 0

        @Flag(help: "Go on with what is appended from now on, until Ctrl-C.")
        var follow = false

        @OptionGroup(title: "Options of all programs") var common: ProgramOptions

        func validate() throws {
            guard from >= 0 else { throw ValidationError("--from takes an offset, which is 0 or more") }
        }

        func run() throws {
            guard let topic = Topic(rawValue: name) else {
                let near = suggestion(for: name, among: Topic.allCases.map(\.rawValue))
                throw Problem(where: "ingest topics read", "there is no topic '\(name)'\(near)", remedy: "Name one of them.")
            }
            let work = try Workplace(common)
            var tail = try TopicTail(work.log, sources: try sources(topic, work), from: from, text: RecordText(topic: topic))
            repeat { try tail.printNew(wait: follow) } while follow
        }

        private func sources(_ topic: Topic, _ work: Workplace) throws -> [TopicPartition] {
            let full = work.application.topic(topic)
            guard let found = try work.log.topics().first(where: { $0.name == full }) else {
                throw Problem(
                    where: work.settings.logAddress, "there is no topic \(full) yet",
                    remedy: "'ingest apply' or 'ingest serve' creates the topics.")
            }
            guard let partition else { return (0..<found.partitions).map { TopicPartition(full, $0) } }
            guard (0..<found.partitions).contains(partition) else {
                throw Problem(
                    where: "--partition", "topic \(name) has no partition \(partition)",
                    remedy: "Give one from 0 to \(found.partitions - 1).")
            }
            return [TopicPartition(full, partition)]
        }
    }
}

/// Prints partitions one after the other as far as they go, then what comes.
struct TopicTail {
    private let reader: any PartitionReader
    private let text: RecordText
    private var positions: [(source: TopicPartition, offset: Int64)]

    init(_ log: any Log, sources: [TopicPartition], from offset: Int64, text: RecordText) throws {
        let reader = try log.makeReader()
        self.reader = reader
        self.text = text
        positions = try sources.map { ($0, max(offset, try reader.beginningOffset(of: $0))) }
    }

    mutating func printNew(wait: Bool) throws {
        for index in positions.indices { try printNew(index) }
        // One partition's arrival is waited for in turn; with twelve of them a record shows within a second.
        if wait { Thread.sleep(forTimeInterval: 0.2) }
    }

    private mutating func printNew(_ index: Int) throws {
        let (source, start) = positions[index]
        let end = try reader.endOffset(of: source)
        var position = start
        while position < end {
            let records = try reader.read(source, from: position, limit: 500, timeout: .seconds(1))
            guard let last = records.last else { break }
            Terminal.writeOutput(records.map { text.line($0) + "\n" }.joined())
            position = last.offset + 1
        }
        positions[index].offset = position
    }
}
