import Foundation
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import calculator

@Suite("Logs of earlier meanings")
struct GoldenLogTests {
    /// Six of the simulation's random years, told before there was a second meaning.
    @Test("a log of the first meaning of evaluation comes to the documents that it came to then, byte for byte")
    func first() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Golden/first-meaning.ndjson")
        let books = try Books()
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let event = try WirePayeeEvent(jsonString: String(line))
            let record = Streams.Record(
                key: Array(event.payee.utf8), value: try event.encoded(), timestamp: 1_767_225_600_000)
            // What cannot be done is refused, then as now.
            do { try books.tell(record) } catch is RecordError {}
        }
        #expect(books.ledger.count == 295)
        let hash = "01a8b7d8321eec975832bece28e7776ff26c02226a63d7333019575619267cbc"
        #expect(hexadecimal(digest(books.ledger.flatMap { $0 })) == hash)
    }
}
