import Domain
import Foundation
import Records
import Streams
import TestSupport
import Testing

@testable import ingest

@Suite("A file of deals is imported")
struct ImportTests {
    let tiny: TinyLog
    let scratch: Scratch

    init() throws {
        tiny = try TinyLog()
        scratch = try Scratch()
        try tiny.apply(TinyCompany.folder([String: String]()))
    }

    private func file(rows: Int) throws -> String {
        try scratch.write(
            "deals.csv", "id,stage,amount,owner\n" + (1...rows).map { "D\($0),Won,\($0).50,ada\n" }.joined())
    }

    @Test("each row becomes a deal event under its deal's ID")
    func rowsBecomeEvents() throws {
        let path = try scratch.write(
            "deals.csv", "id,stage,amount,owner\r\nD1,Won,\"1,000\",\"Ada \"\"A\"\" Reyes\"\r\n")
        var importing = try tiny.importing(path, source: "crm", state: scratch.path)
        try importing.run()
        let record = try #require(tiny.records(.dealEvents).first?.record)
        let event = try WireDealEvent(decoding: record.value)
        #expect(record.key == Array("D1".utf8))
        #expect(event.source == "crm" && event.deal == "D1" && event.kind == .received)
        #expect(
            String(decoding: event.body, as: UTF8.self)
                == #"{"id":"D1","stage":"Won","amount":"1,000","owner":"Ada \"A\" Reyes"}"#)
        #expect(event.event == "import/\(importing.digest.prefix(16))/1")
        #expect(event.commandsOffset == 1)
        #expect(event.provenance == "deals.csv row 1")
        #expect(event.received == TinyLog.noon.milliseconds)
    }

    @Test("rows of one moment are credited in the file's order, whatever partitions they are in")
    func rowsKeepTheirOrder() throws {
        var importing = try tiny.importing(try file(rows: 120), source: "crm", state: scratch.path)
        try importing.run()
        let order = try #require(IngestTopology(application: tiny.application).order)
        let rows = tiny.records(.dealEvents).map { (order($0.record), $0.record.key) }
        #expect(rows.map(\.0).sorted() == Array(1...120))
        for (row, deal) in rows { #expect(deal == Array("D\(row)".utf8)) }
        for id in ["import/0123/x1", "import/0123/", "post/0123/7", ""] {
            var headers = Headers()
            headers.append("ce_id", id)
            #expect(order(Record(key: nil, value: nil, headers: headers, timestamp: 0)) == 0, "\(id)")
        }
    }

    @Test("a line of NDJSON goes on as it was received")
    func ndjson() throws {
        let line = #"{"id": "D1", "stage":"Won",  "amount":1e3, "x":[1, null]}"#
        let path = try scratch.write("deals.ndjson", line + "\n\nnonsense\n")
        var importing = try tiny.importing(path, source: "crm", state: scratch.path)
        try importing.run()
        #expect(try tiny.dealEvents().map { String(decoding: $0.body, as: UTF8.self) } == [line])
        #expect(
            importing.progress.report(blankLines: importing.blankLines) == """
                deals.ndjson: 2 received = 1 appended + 1 quarantined (1 blank lines passed over)

                In quarantine, to be mended in the source and exported again:
                  row 3 (line 3): is not JSON: column 1: expected true, false or null

                """)
    }

    @Test("rows that are no deal's go to quarantine with their bytes, are counted and listed")
    func quarantine() throws {
        let path = try scratch.write(
            "deals.csv", "id,stage,amount,owner\nD1,Won,1,ada\n,Won,2,ada\nD3,Won\nD4,\"Won,4,ada\nD5,Won,5,ada\n")
        var importing = try tiny.importing(path, source: "crm", state: scratch.path)
        try importing.run()
        #expect(try tiny.dealEvents().map(\.deal).sorted() == ["D1", "D5"])
        let entries = try tiny.quarantined()
        #expect(entries.map(\.coordinate) == ["deals.csv row 2", "deals.csv row 3", "deals.csv row 4"])
        #expect(
            entries.map { String(decoding: $0.value, as: UTF8.self) } == [",Won,2,ada", "D3,Won", "D4,\"Won,4,ada"])
        #expect(
            importing.progress.report(blankLines: 0) == """
                deals.csv: 5 received = 2 appended + 3 quarantined

                In quarantine, to be mended in the source and exported again:
                  row 2 (line 3): has no deal ID: 'id' is empty
                  row 3 (line 4): has 2 fields, the header has 4 columns
                  row 4 (line 5): column 'stage' has no closing quote

                """)
    }

    @Test("a file that was imported is not imported twice")
    func twice() throws {
        let path = try file(rows: 10)
        var first = try tiny.importing(path, source: "crm", state: scratch.path)
        try first.run()
        let second = try tiny.importing(path, source: "crm", state: scratch.path)
        #expect(second.progress.isComplete)
        #expect(second.progress.sum == "10 received = 10 appended + 0 quarantined")
    }

    @Test("killed in any flush and run again, every row is in the log once", arguments: [1, 2, 3, 4])
    func killed(flush: Int) throws {
        let path = try file(rows: Importing.batch * 3 + 7)
        let process = tiny.log.peer()
        var importing = try tiny.importing(path, source: "crm", state: scratch.path, on: FailingLog(process, at: flush))
        #expect(throws: LogError.self) { try importing.run() }
        process.crash()
        var again = try tiny.importing(path, source: "crm", state: scratch.path)
        #expect(again.progress.row == Importing.batch * (flush - 1))
        try again.run()
        let events = try tiny.dealEvents()
        #expect(events.count == Importing.batch * 3 + 7)
        #expect(Set(events.map(\.event)).count == events.count)
        #expect(again.progress.received == events.count)
    }

    @Test("killed between the flush and remembering it, rows come again under the same event ID only")
    func killedAfterFlush() throws {
        let path = try file(rows: Importing.batch + 5)
        var first = try tiny.importing(path, source: "crm", state: scratch.path)
        try first.run()
        try FileManager.default.removeItem(atPath: first.progressPath)
        var again = try tiny.importing(path, source: "crm", state: scratch.path)
        try again.run()
        let events = try tiny.dealEvents()
        #expect(events.count == 2 * (Importing.batch + 5))
        #expect(Set(events.map(\.event)).count == Importing.batch + 5)
        #expect(Set(events.map { "\($0.event) \($0.deal) \($0.body)" }).count == Importing.batch + 5)
    }

    @Test("another log or another mapping makes it another import")
    func elsewhere() throws {
        let path = try file(rows: 3)
        var first = try tiny.importing(path, source: "crm", state: scratch.path)
        try first.run()
        let other = InMemoryLog(identity: "another")
        #expect(try !tiny.importing(path, source: "crm", state: scratch.path, on: other).progress.isComplete)
        try tiny.apply(
            TinyCompany.folder(["mappings/crm.yaml": "source: crm\nid: owner\nstage: {field: stage, won: [Won]}\n"]))
        #expect(try !tiny.importing(path, source: "crm", state: scratch.path).progress.isComplete)
    }

    @Test("a file without the ID's column is refused before anything is appended")
    func wrongFile() throws {
        let path = try scratch.write("deals.csv", "ID,stage\nD1,Won\n")
        var importing = try tiny.importing(path, source: "crm", state: scratch.path)
        #expect(
            throws: FileFault(
                "deals.csv", line: 1,
                "there is no column 'id', which mapping 'crm' reads the deal's ID from (did you mean 'ID'?)")
        ) { try importing.run() }
        #expect(try tiny.dealEvents().isEmpty)
        #expect(try tiny.quarantined().isEmpty)
    }

    @Test("a file that grows while it is read is not taken for complete")
    func growing() throws {
        let path = try file(rows: Importing.batch * 2)
        var importing = try tiny.importing(path, source: "crm", state: scratch.path)
        #expect(throws: FileFault.self) {
            try importing.run { _, _ in
                let handle = FileHandle(forWritingAtPath: path)
                handle?.seekToEndOfFile()
                handle?.write(Data("D0,Won,1,ada\n".utf8))
                handle?.closeFile()
            }
        }
        #expect(!importing.progress.isComplete)
    }

    @Test("a trial tells what would come of it and appends nothing")
    func trial() throws {
        let path = try scratch.write(
            "deals.csv",
            """
            id,stage,amount,owner,note
            D1,Won,1,ada,x
            ,Won,2,ada,x
            D3,Open,3,zoe,x
            D4,Won,four,ada,x
            """)
        var trial = ImportTrial(mapping: try #require(tiny.company().mappings["crm"]), company: try tiny.company())
        try trial.read(FileBytes(path: path), .csv)
        #expect(
            trial.report(file: "deals.csv", mapping: "the applied mapping 'crm'") == """
                deals.csv, read by the applied mapping 'crm'; nothing was imported

                  4 rows = 3 about 3 deals + 1 for quarantine
                  Columns that are kept but not read: note
                  Deals: 1 open, 2 won, 0 cancelled, 0 lost, 0 deleted
                  Credited: nothing

                Skipped for         Deals  First row  What is wrong there, and what to do
                ──────────────────  ─────  ─────────  ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                missing-amount          1          4  the deal is won but has no amount: enter the amount in the CRM
                missing-close-date      2          1  the deal is won but has no close date: enter the close date in the CRM
                unknown-currency        2          1  the deal has no currency: map a field to 'currency', or state one with 'currency: {value: USD}'
                unmapped-stage          1          3  stage 'Open' is not mapped: add 'Open' to open, won, cancelled, lost or deleted under 'stage' in mapping 'crm' and apply it
                bad-field               1          4  amount: 'four' is not a number such as 1054.50: correct the number: digits, and a point before decimals

                For quarantine:
                  row 2 (line 3): has no deal ID: 'id' is empty

                """)
        #expect(try tiny.dealEvents().isEmpty)
    }
}

/// A log whose producer fails for good at the n-th flush, as a process that is killed there.
private struct FailingLog: Log {
    private let log: InMemoryLog
    private let failing: Int

    init(_ log: InMemoryLog, at flush: Int) {
        self.log = log
        failing = flush
    }

    func create(_ topics: [TopicSpecification]) throws(LogError) { try log.create(topics) }
    func topics() throws(LogError) -> [TopicSpecification] { try log.topics() }
    func identity() throws(LogError) -> String { try log.identity() }
    func makeReader() throws(LogError) -> any PartitionReader { try log.makeReader() }
    func makeProducer() throws(LogError) -> any Producer { FailingProducer(try log.makeProducer(), at: failing) }
    func join(group: String, topics: [String]) throws(LogError) -> any GroupConsumer {
        try log.join(group: group, topics: topics)
    }
    func committed(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64] {
        try log.committed(group: group, topics: topics)
    }
}

private final class FailingProducer: Producer {
    private let producer: any Producer
    private var left: Int

    init(_ producer: any Producer, at flush: Int) {
        self.producer = producer
        left = flush
    }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        try producer.append(record, to: destination)
    }

    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]] {
        left -= 1
        guard left > 0 else { throw .fatal("killed") }
        return try producer.flush()
    }
}
