import Domain

/// Lists, maps and what selects from them.
extension Compiler {
    static func list(_ elements: [Typed], _ range: TextRange) -> Code {
        let parts = elements.map { code($0).value }
        return .value { frame, run throws(LocatedFault) in
            try run.at(range) { budget throws(Fault) in try budget.spend(parts.count) }
            var values: [Value] = []
            values.reserveCapacity(parts.count)
            for part in parts { values.append(try part(frame, &run)) }
            return .list(values)
        }
    }

    static func map(_ entries: [(key: Typed, value: Typed)], _ range: TextRange) -> Code {
        let parts = entries.map { (key: code($0.key).value, value: code($0.value).value) }
        return .value { frame, run throws(LocatedFault) in
            try run.at(range) { budget throws(Fault) in try budget.spend(parts.count) }
            var pairs: [(key: Value, value: Value)] = []
            for part in parts { pairs.append((try part.key(frame, &run), try part.value(frame, &run))) }
            return try run.at(range) { _ throws(Fault) in .map(try ValueMap(pairs)) }
        }
    }

    static func selecting(_ field: String, _ operand: Typed, _ range: TextRange) -> Code {
        let operand = code(operand).value
        return .value { frame, run throws(LocatedFault) in
            let value = try operand(frame, &run)
            return try run.at(range) { _ throws(Fault) in
                guard case .map(let map) = value else {
                    throw .noMatchingOverload("\(value.kind.rawValue).\(field)")
                }
                guard let found = map[.string(field)] else { throw .noSuchKey(Value.string(field).json) }
                return found
            }
        }
    }

    static func having(_ field: String, _ operand: Typed, _ range: TextRange) -> Code {
        let operand = code(operand).value
        return .bool { frame, run throws(LocatedFault) in
            let value = try operand(frame, &run)
            guard case .map(let map) = value else {
                throw LocatedFault(.noMatchingOverload("has() of \(value.kind.rawValue)"), range)
            }
            return map[.string(field)] != nil
        }
    }

    static func indexing(_ operand: Typed, _ index: Typed, _ range: TextRange) -> Code {
        let (operand, index) = (code(operand).value, code(index).value)
        return .value { frame, run throws(LocatedFault) in
            let (value, index) = (try operand(frame, &run), try index(frame, &run))
            return try run.at(range) { _ throws(Fault) in try element(index, of: value) }
        }
    }

    private static func element(_ index: Value, of value: Value) throws(Fault) -> Value {
        switch value {
        case .list(let elements):
            guard let position = index.position else { throw noIndex(value, index) }
            guard let place = Int(exactly: position), elements.indices.contains(place) else {
                throw .indexOutOfRange(index: position, count: elements.count)
            }
            return elements[place]
        case .map(let map):
            guard let found = map[index] else { throw .noSuchKey(index.json) }
            return found
        default: throw noIndex(value, index)
        }
    }

    private static func noIndex(_ value: Value, _ index: Value) -> Fault {
        .noMatchingOverload("\(value.kind.rawValue)[\(index.kind.rawValue)]")
    }
}

extension Value {
    /// A place in a list: an int, or a decimal that is whole.
    fileprivate var position: Int64? {
        switch self {
        case .int(let number): number
        case .decimal(let number): number.exactInt
        default: nil
        }
    }
}
