/// A name given by somebody else: kept as it is, compared by its bytes, so that order is the same in every locale.
package protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    var text: String { get }
    init(_ text: String)
}

extension Identifier {
    public init(stringLiteral text: String) { self.init(text) }

    public var description: String { text }

    /// At most 200 bytes, none of them a control character: SQLite would take a text only up to its first NUL.
    package var isStorable: Bool {
        text.withBytes { $0.count <= 200 && $0.allSatisfy { $0 >= 32 && $0 != 127 } }
    }
}

public struct PayeeID: Identifier {
    public let text: String
    public init(_ text: String) { self.text = text }
    @inlinable public static func == (left: Self, right: Self) -> Bool { Bytes.areSame(left.text, right.text) }
    public static func < (left: Self, right: Self) -> Bool { Bytes.precedes(left.text, right.text) }
}

public struct DealID: Identifier {
    public let text: String
    public init(_ text: String) { self.text = text }
    @inlinable public static func == (left: Self, right: Self) -> Bool { Bytes.areSame(left.text, right.text) }
    public static func < (left: Self, right: Self) -> Bool { Bytes.precedes(left.text, right.text) }
}

/// A deal without line items has one line, named by the empty text.
public struct LineID: Identifier {
    public let text: String
    public init(_ text: String) { self.text = text }
    @inlinable public static func == (left: Self, right: Self) -> Bool { Bytes.areSame(left.text, right.text) }
    public static func < (left: Self, right: Self) -> Bool { Bytes.precedes(left.text, right.text) }
    package static let whole = LineID("")
}

/// What a payee had to do with a deal: `owner`, `split`, `manager-1` (direct manager), `manager-2` …
public struct Role: Identifier {
    public let text: String
    public init(_ text: String) { self.text = text }
    @inlinable public static func == (left: Self, right: Self) -> Bool { Bytes.areSame(left.text, right.text) }
    public static func < (left: Self, right: Self) -> Bool { Bytes.precedes(left.text, right.text) }

    package static let owner = Role("owner")
    package static let split = Role("split")
    package static func manager(level: Int) -> Role { Role("manager-\(level)") }
}

/// Texts by their bytes: Swift's are equal when they look the same, and a name in two Unicode forms is two names to
/// partitioner, store and sender. No generic code: identifiers are compared for every credit, from other modules.
@usableFromInline
enum Bytes {
    @inlinable
    static func areSame(_ left: String, _ right: String) -> Bool {
        let (first, second) = (unsafeBitCast(left, to: Words.self), unsafeBitCast(right, to: Words.self))
        if first.0 == second.0, first.1 == second.1 { return true }
        return left.utf8.count == right.utf8.count && haveSameBytes(left, right)
    }

    @usableFromInline
    static func haveSameBytes(_ left: String, _ right: String) -> Bool {
        with(left, right) { areSame(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer($1)) }
    }

    /// By words, where `elementsEqual` goes one by one.
    private static func areSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var place = 0
        while place + 8 <= left.count {
            let words = (
                left.loadUnaligned(fromByteOffset: place, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            )
            if words.0 != words.1 { return false }
            place += 8
        }
        return left[place...].elementsEqual(right[place...])
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        with(left, right) { $0.lexicographicallyPrecedes($1) }
    }

    /// A text as it lies in memory: one that lies as another does is the same.
    @usableFromInline typealias Words = (UInt64, UInt64)

    @inline(__always)
    private static func with(
        _ left: String, _ right: String,
        _ compare: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        left.withBytes { first in right.withBytes { second in compare(first, second) } }
    }
}

extension String {
    /// Its UTF-8 where it lies. `withUTF8` asks for a text that may change: a copy, and a reference to count.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}
