/// A name given by somebody else: kept as it is, compared by its bytes, so that order is the same in every locale.
package protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    var text: String { get }
    init(_ text: String)
}

extension Identifier {
    /// By bytes: Swift's texts are equal when they look the same, and a name in two Unicode forms is two names to
    /// partitioner, store and sender.
    package static func == (left: Self, right: Self) -> Bool {
        let isSame: Bool? = left.text.utf8.withContiguousStorageIfAvailable { first in
            right.text.utf8.withContiguousStorageIfAvailable { second in
                first.count == second.count && first.elementsEqual(second)
            }
        }.flatMap { $0 }
        return isSame ?? left.text.utf8.elementsEqual(right.text.utf8)
    }

    package static func < (left: Self, right: Self) -> Bool {
        let isLess: Bool? = left.text.utf8.withContiguousStorageIfAvailable { first in
            right.text.utf8.withContiguousStorageIfAvailable { second in
                let common = min(first.count, second.count)
                let place = (0..<common).first { first[$0] != second[$0] }
                return place.map { first[$0] < second[$0] } ?? (first.count < second.count)
            }
        }.flatMap { $0 }
        return isLess ?? left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package init(stringLiteral text: String) { self.init(text) }

    package var description: String { text }

    /// At most 200 bytes, none of them a control character: SQLite would take a text only up to its first NUL.
    package var isStorable: Bool { text.utf8.count <= 200 && text.utf8.allSatisfy { $0 >= 32 && $0 != 127 } }
}

package struct PayeeID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

package struct DealID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A deal without line items has one line, named by the empty text.
package struct LineID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
    package static let whole = LineID("")
}

/// What a payee had to do with a deal: `owner`, `split`, `manager-1` (direct manager), `manager-2` …
package struct Role: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static let owner = Role("owner")
    package static let split = Role("split")
    package static func manager(level: Int) -> Role { Role("manager-\(level)") }
}
