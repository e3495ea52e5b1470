/// A map of CEL, kept in the order of its keys (false, true, whole numbers, texts), so that nothing depends on hashing.
package struct ValueMap: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let key: Value
        package let value: Value
    }

    package let entries: [Entry]

    /// The first entry whose key repeats another, or is of a type that is no key, is what is wrong.
    package init(_ pairs: [(key: Value, value: Value)]) throws(Fault) {
        for pair in pairs where ValueMap.rank(pair.key) == nil {
            throw .invalidArgument("\(pair.key.kind.rawValue) cannot be a map key; use a string, int or bool")
        }
        let sorted = pairs.indices.sorted { left, right in
            let (first, second) = (pairs[left].key, pairs[right].key)
            return ValueMap.precedes(first, second) || (!ValueMap.precedes(second, first) && left < right)
        }
        entries = sorted.map { Entry(key: pairs[$0].key, value: pairs[$0].value) }
        for index in entries.indices.dropFirst() where entries[index].key == entries[index - 1].key {
            throw .invalidArgument("the map has the key \(entries[index].key.json) twice")
        }
    }

    package var count: Int { entries.count }

    /// The value under a key; a decimal that is whole finds an int key (langdef, Numbers).
    package subscript(key: Value) -> Value? {
        var wanted = key
        if case .decimal(let number) = key {
            guard let whole = number.exactInt else { return nil }
            wanted = .int(whole)
        }
        guard ValueMap.rank(wanted) != nil else { return nil }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if ValueMap.precedes(entries[middle].key, wanted) { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].key == wanted else { return nil }
        return entries[low].value
    }

    func isEqual(to other: ValueMap, _ budget: inout Budget) throws(Fault) -> Bool {
        try budget.spend(1)
        guard count == other.count else { return false }
        for (left, right) in zip(entries, other.entries) {
            guard left.key == right.key, try left.value.isEqual(to: right.value, &budget) else { return false }
        }
        return true
    }

    private static func rank(_ key: Value) -> Int? {
        switch key {
        case .bool: 0
        case .int: 1
        case .string: 2
        default: nil
        }
    }

    private static func precedes(_ left: Value, _ right: Value) -> Bool {
        ascending(left, right) ?? ((rank(left) ?? 3) < (rank(right) ?? 3))
    }
}
