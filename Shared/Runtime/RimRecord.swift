package import Domain
import Foundation
package import Records
package import Streams
package import SwiftProtobuf

/// What a program appends from outside: CloudEvents 1.0 in Kafka's binary mode, like every other record.
package enum RimRecord {
    /// - Parameters:
    ///   - id: the same for every delivery of the same event
    ///   - now: the rim's clock; nothing behind the rim reads one
    ///   - program: whose rim it is
    package static func record(
        key: [UInt8], value: some Message, type: String, id: String, now: Instant, program: String = "ingest"
    ) throws(WireError) -> Record {
        RimFraming(type: type, now: now, program: program).record(key: key, value: try value.encoded(), id: id)
    }
}

/// What records of one type and one moment share.
package struct RimFraming: Sendable {
    private let before: Headers
    private let after: [(name: String, value: String)]
    private let timestamp: Int64

    package init(type: String, now: Instant, program: String = "ingest") {
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_source", "/attain/\(program)")
        before = headers
        after = [("ce_type", type), ("ce_time", now.description), ("content-type", "application/protobuf")]
        timestamp = now.milliseconds
    }

    package func record(key: [UInt8], value: [UInt8], id: String) -> Record {
        var headers = before
        headers.reserve(256)
        headers.append("ce_id", id)
        for (name, value) in after { headers.append(name, value) }
        return Record(key: key, value: value, headers: headers, timestamp: timestamp)
    }
}

extension Instant {
    /// The rim's clock. Only what comes from outside is stamped with it.
    package static var now: Instant {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}
