import Domain
import Records
import Streams
import SwiftProtobuf

/// What the rim appends: CloudEvents 1.0 in Kafka's binary mode, like every other record.
enum RimRecord {
    /// - Parameters:
    ///   - id: the same for every delivery of the same event
    ///   - now: the rim's clock; nothing behind the rim reads one
    static func record(
        key: [UInt8], value: some Message, type: String, id: String, now: Instant
    ) throws(WireError) -> Record {
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_source", "/attain/ingest")
        headers.append("ce_id", id)
        headers.append("ce_type", type)
        headers.append("ce_time", now.description)
        headers.append("content-type", "application/protobuf")
        return Record(key: key, value: try value.encoded(), headers: headers, timestamp: now.milliseconds)
    }
}
