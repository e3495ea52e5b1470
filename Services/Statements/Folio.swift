import Domain
import Records
import Streams

/// Documents of one payee and period as they came in one batch, in order, and what they move: a row of `folio`.
struct Folio {
    struct Sum {
        let account: Account
        let currency: Currency
        var amount: Number
    }

    let payee: Int64
    let period: Period
    /// The offset of its first record.
    let id: Int64
    /// The number of its first document.
    let first: Int64
    /// Where its documents end.
    private(set) var head = Head()
    /// Whether it holds anything that was earned in another period.
    private(set) var corrects = false
    /// As `StoredDocument` packs them.
    private(set) var documents: [UInt8] = []
    private(set) var sums: [Sum] = []

    /// Whoever asks for one document reads its folio.
    private static let limit = 262_144

    var isFull: Bool { documents.count >= Folio.limit }

    init(payee: Int64, period: Period, id: Int64, first: Int64) {
        (self.payee, self.period, self.id, self.first) = (payee, period, id, first)
    }

    mutating func add(_ document: LedgerDocument, _ stored: StoredDocument) throws(ArithmeticError) {
        stored.append(to: &documents)
        head = Head(sequence: stored.sequence, hash: stored.hash)
        corrects = corrects || document.corrects
        for posting in document.postings { try add(posting, document.currency) }
    }

    private mutating func add(_ posting: Posting, _ currency: Currency) throws(ArithmeticError) {
        for index in sums.indices where sums[index].account == posting.account && sums[index].currency == currency {
            return try sums[index].amount += posting.amount
        }
        sums.append(Sum(account: posting.account, currency: currency, amount: posting.amount))
    }
}

extension LedgerDocument {
    /// Whether anything in it was earned in another period.
    var corrects: Bool { earnings.contains { $0.period != nil && $0.period != period } }
}

/// A document as it stands in the log, with its place there.
struct StoredDocument {
    let offset: Int64
    let sequence: Int64
    /// SHA-256 of the value as it was when it was taken.
    let hash: [UInt8]
    let value: [UInt8]
}

/// Packed, little-endian: `Int64 offset, Int64 sequence, 32 bytes hash, UInt32 count, value`.
extension StoredDocument {
    private static let fixed = 52

    func append(to bytes: inout [UInt8]) {
        // Most folios hold a single document.
        if bytes.isEmpty { bytes.reserveCapacity(Self.fixed + value.count) }
        withUnsafeBytes(of: offset.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: sequence.littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: hash)
        withUnsafeBytes(of: UInt32(value.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: value)
    }

    static func all(in bytes: [UInt8]) throws(StateCorrupted) -> [StoredDocument] {
        var documents: [StoredDocument] = []
        var start = 0
        while start < bytes.count {
            guard bytes.count - start >= fixed else { throw StateCorrupted("a folio ends within a document") }
            let count = Int(number(bytes[(start + 48)..<(start + fixed)]))
            guard bytes.count - start - fixed >= count else { throw StateCorrupted("a folio ends within a document") }
            documents.append(
                StoredDocument(
                    offset: number(bytes[start..<(start + 8)]), sequence: number(bytes[(start + 8)..<(start + 16)]),
                    hash: Array(bytes[(start + 16)..<(start + 48)]),
                    value: Array(bytes[(start + fixed)..<(start + fixed + count)])))
            start += fixed + count
        }
        return documents
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
}
