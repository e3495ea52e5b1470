import Domain

/// Whether two texts are the same code points. Swift's `==` would take "é" for "e" with an accent; CEL does not.
@inline(__always)
func same(_ left: String, _ right: String) -> Bool {
    // Texts that differ for Swift, which is quick to say so, differ for CEL; only equals need the closer look.
    left.utf8.count == right.utf8.count && left == right && hasSameBytes(left, right)
}

/// The same, where one text is ASCII: whatever else Swift holds equal to that has more bytes.
@inline(__always)
func same(_ left: String, ascii right: String) -> Bool { left.utf8.count == right.utf8.count && left == right }

private func hasSameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.withContiguousStorageIfAvailable { left in
        right.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
    }.flatMap { $0 } ?? left.utf8.elementsEqual(right.utf8)
}

/// Code point order, which is byte order of UTF-8.
func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

extension Value {
    /// CEL's heterogeneous equality (langdef, Equality): numbers on one line, other types never equal across.
    func isEqual(to other: Value, _ budget: inout Budget) throws(Fault) -> Bool {
        switch (self, other) {
        case (.int(let left), .decimal(let right)): return Number(whole: left) == right
        case (.decimal(let left), .int(let right)): return left == Number(whole: right)
        case (.list(let left), .list(let right)):
            try budget.spend(1)
            guard left.count == right.count else { return false }
            for index in left.indices {
                guard try left[index].isEqual(to: right[index], &budget) else { return false }
            }
            return true
        case (.map(let left), .map(let right)): return try left.isEqual(to: right, &budget)
        default:
            try budget.spend(weight)
            return self == other
        }
    }

    /// Whether it is among the elements, by CEL's equality.
    func isElement(of elements: [Value], _ budget: inout Budget) throws(Fault) -> Bool {
        for element in elements {
            try budget.spend(1)
            if try isEqual(to: element, &budget) { return true }
        }
        return false
    }
}

/// Orderings of langdef's section Ordering; `nil` for types that have none.
func ascending(_ left: Value, _ right: Value) -> Bool? {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): !left && right
    case (.int(let left), .int(let right)): left < right
    case (.decimal(let left), .decimal(let right)): left < right
    case (.int(let left), .decimal(let right)): Number(whole: left) < right
    case (.decimal(let left), .int(let right)): left < Number(whole: right)
    case (.string(let left), .string(let right)): precedes(left, right)
    case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
    case (.date(let left), .date(let right)): left < right
    case (.timestamp(let left), .timestamp(let right)): left < right
    case (.duration(let left), .duration(let right)): left < right
    default: nil
    }
}

extension Number {
    /// One, in the units that a number counts.
    static let unit = Number(1).units

    /// Every `int` is exactly a decimal.
    @inline(__always)
    init(whole: Int64) { self.init(Int(whole)) }

    /// The `int` it equals, if it is one.
    var exactInt: Int64? { units % Number.unit == 0 ? Int64(exactly: units / Number.unit) : nil }
}
