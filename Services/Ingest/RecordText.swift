import Domain
import Foundation
import Records
import Streams
import SwiftProtobuf

/// A record as one line of JSON: its place, key and headers, and its value by the topic's schema.
struct RecordText {
    let topic: Topic

    func line(_ consumed: ConsumedRecord) -> String {
        let record = consumed.record
        var members = [
            JSON.Member("partition", .number("\(consumed.source.partition)")),
            JSON.Member("offset", .number("\(consumed.offset)")),
            JSON.Member("timestamp", .string(Instant(milliseconds: record.timestamp).description)),
            JSON.Member("key", record.key.map(RecordText.text) ?? .null),
            JSON.Member(
                "headers",
                .object(record.headers.all.map { JSON.Member($0.name, RecordText.text($0.value)) })),
            JSON.Member("value", record.value.map(value) ?? .null),
        ]
        if topic == .dealEvents, let body = record.value.flatMap(RecordText.body) { members.append(body) }
        return JSON.object(members).description
    }

    /// The value as Protobuf's own mapping to JSON has it; what cannot be decoded is shown as its bytes.
    private func value(_ bytes: [UInt8]) -> JSON {
        do {
            let text = try message(bytes)
            return try JSON.parse(Array(text.utf8))
        } catch {
            return .object([
                JSON.Member("undecodable", .string("\(error)")),
                JSON.Member("base64", .string(Data(bytes).base64EncodedString())),
            ])
        }
    }

    private func message(_ bytes: [UInt8]) throws -> String {
        switch topic {
        case .dealEvents: try WireDealEvent(decoding: bytes).jsonString()
        case .commands: try WireCommand(decoding: bytes).jsonString()
        case .skippedDeals: try WireSkippedDeal(decoding: bytes).jsonString()
        case .payeeEvents: try WirePayeeEvent(decoding: bytes).jsonString()
        case .ledger: try WireLedgerDocument(decoding: bytes).jsonString()
        case .dealCommissions: try WireDealCommission(decoding: bytes).jsonString()
        case .quarantine: try WireQuarantined(decoding: bytes).jsonString()
        // These are JSON on the topic, for readers outside.
        case .statements, .payouts: String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What the CRM said, which the schema only knows as bytes.
    private static func body(_ bytes: [UInt8]) -> JSON.Member? {
        guard let event = try? WireDealEvent(decoding: bytes), let body = try? JSON.parse(Array(event.body)) else {
            return nil
        }
        return JSON.Member("body", body)
    }

    /// Keys and headers are texts; one that is not is shown by its bytes.
    private static func text(_ bytes: [UInt8]) -> JSON {
        .string(String(validating: bytes, as: UTF8.self) ?? "0x" + hexadecimal(bytes))
    }
}
