package import Domain

/// A value of CEL. `decimal` stands for CEL's `double`; `date` is Attain's own.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case decimal(Number)
    case string(String)
    case bytes([UInt8])
    case date(CalendarDate)
    case timestamp(Instant)
    case duration(TimeSpan)
    case list([Value])
    case map(ValueMap)
    case type(Kind)

    /// The type a value has when it runs, by the name that `type()` gives it.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case null = "null_type"
        case bool, int, decimal, string, bytes, date, timestamp, duration, list, map, type
    }

    package var kind: Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .decimal: .decimal
        case .string: .string
        case .bytes: .bytes
        case .date: .date
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list
        case .map: .map
        case .type: .type
        }
    }

    /// What reading through the value costs, in steps.
    var weight: Int {
        switch self {
        case .string(let text): text.utf8.count / 32
        case .bytes(let bytes): bytes.count / 32
        case .list(let elements): elements.count
        case .map(let map): map.count
        default: 0
        }
    }
}

/// The same type and the same value; CEL's `==`, which takes 1 for 1.0, is `isEqual(to:)`.
extension Value: Equatable {
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.decimal(let left), .decimal(let right)): left == right
        case (.string(let left), .string(let right)): same(left, right)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.date(let left), .date(let right)): left == right
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.type(let left), .type(let right)): left == right
        default: false
        }
    }
}
