import GRDB
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import statements

@Suite("Names from commands")
struct NameTaskTests {
    @Test("a change set of any number of parts is taken", arguments: [Int32.min, -1, 0, 1])
    func parts(count: Int32) throws {
        let store = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        NameStore.migrate(&migrator)
        try migrator.migrate(store)
        let command = WireCommand.with {
            ($0.company.id, $0.company.parts) = ("a", count)
            $0.company.changes = [.with { ($0.payee.id, $0.payee.name) = ("ada", "Ada") }]
        }
        let record = ConsumedRecord(
            source: TopicPartition("commands", 0), offset: 0,
            record: Record(key: nil, value: try command.encoded(), timestamp: 0))
        try store.inDatabase { database in
            let task = try NameTask(database: database)
            var outputs = Outputs()
            try task.process(record, outputs: &outputs)
            try task.save(to: database)
        }
        let name = try store.read { try String.fetchOne($0, sql: "SELECT name FROM name WHERE payee = 'ada'") }
        #expect(name == "Ada")
    }
}
