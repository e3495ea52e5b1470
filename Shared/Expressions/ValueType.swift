/// A type as the checker knows it: finer than a value's kind, with types of elements and parameters of overloads.
package indirect enum ValueType: Hashable, Sendable, CustomStringConvertible {
    case null, bool, int, decimal, string, bytes, date, timestamp, duration, type
    case list(ValueType)
    case map(ValueType, ValueType)
    /// Known only when it runs.
    case dyn
    /// Any one type, the same at every place of an overload: the `A` of `list(A)`.
    case parameter(String)
    /// Fits everywhere: the elements of `[]`, and what already has its diagnostic.
    case never

    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .decimal: "decimal"
        case .string: "string"
        case .bytes: "bytes"
        case .date: "date"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .list(.never): "list"
        case .list(let element): "list(\(element))"
        case .map(.never, .never): "map"
        case .map(let key, let value): "map(\(key), \(value))"
        case .dyn: "dyn"
        case .parameter(let name): name
        case .never: "anything"
        }
    }

    var isNumeric: Bool { self == .int || self == .decimal }

    /// Whether an `int` here may be taken for a decimal there.
    func isPromotable(to wanted: ValueType) -> Bool { self == .int && wanted == .decimal }

    /// The type of an element of which some are this and some that; `nil` when they have nothing in common.
    func joined(_ other: ValueType) -> ValueType? {
        switch (self, other) {
        case _ where self == other: self
        case (.never, _): other
        case (_, .never): self
        case (.dyn, _), (_, .dyn): .dyn
        case (.int, .decimal), (.decimal, .int): .decimal
        case (.list(let left), .list(let right)): left.joined(right).map { .list($0) }
        case (.map(let leftKey, let left), .map(let rightKey, let right)):
            if let key = leftKey.joined(rightKey), let value = left.joined(right) { .map(key, value) } else { nil }
        default: nil
        }
    }

    /// Whether a value of type `given` may stand where this is wanted; binds the parameters it meets.
    func accepts(_ given: ValueType, _ bound: inout [String: ValueType]) -> Bool {
        switch (self, given) {
        case (.parameter(let name), _):
            guard let joined = (bound[name] ?? .never).joined(given) else { return false }
            bound[name] = joined
            return true
        case (.dyn, _), (_, .dyn), (_, .never): return true
        case (.list(let wanted), .list(let given)): return wanted.accepts(given, &bound)
        case (.map(let key, let value), .map(let givenKey, let givenValue)):
            return key.accepts(givenKey, &bound) && value.accepts(givenValue, &bound)
        default: return self == given
        }
    }

    /// With its parameters replaced by what they are bound to.
    func substituted(_ bound: [String: ValueType]) -> ValueType {
        switch self {
        case .parameter(let name): bound[name] ?? .never
        case .list(let element): .list(element.substituted(bound))
        case .map(let key, let value): .map(key.substituted(bound), value.substituted(bound))
        default: self
        }
    }

    /// Whether a running value may be passed where this is wanted: `list(int)` is not `list(decimal)`.
    func admits(_ value: Value) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.null, .null), (.bool, .bool), (.int, .int), (.decimal, .decimal),
            (.string, .string), (.bytes, .bytes), (.date, .date), (.timestamp, .timestamp), (.duration, .duration),
            (.type, .type), (.list(.parameter), .list), (.list(.dyn), .list), (.map, .map):
            true
        case (.list(let wanted), .list(let elements)): elements.allSatisfy { wanted.admits($0) }
        default: false
        }
    }
}
