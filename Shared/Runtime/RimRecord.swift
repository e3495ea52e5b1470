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
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_source", "/attain/\(program)")
        headers.append("ce_id", id)
        headers.append("ce_type", type)
        headers.append("ce_time", now.description)
        headers.append("content-type", "application/protobuf")
        return Record(key: key, value: try value.encoded(), headers: headers, timestamp: now.milliseconds)
    }
}

extension Instant {
    /// The rim's clock. Only what comes from outside is stamped with it.
    package static var now: Instant {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}
