import Domain
import Records
import Streams

/// Reads one `ledger` partition from its first record and checks every document against all rules, without trusting
/// any store. A payee's documents behind a broken one are counted, not judged: nothing can be said about them.
struct Audit {
    struct Finding: Hashable, Sendable {
        /// The record: `attain.ledger/3/17`, or the payee when no record is at fault.
        let place: String
        /// Whose documents or figures are at fault; `nil` when that cannot be told.
        let payee: PayeeID?
        let message: String
    }

    struct Payee {
        let id: Int64
        var head = Head()
        /// The first eight bytes of every document's hash, to know a duplicate from a forgery.
        var hashes: [UInt64] = []
        var isBroken = false
        /// The last period that was settled.
        var settled: [Currency: Period] = [:]
        /// Settlements and approvals.
        var closings: [LedgerDocument] = []
        /// Documents of other kinds than earnings.
        var entries: [Entry] = []
    }

    private(set) var payees: [PayeeID: Payee] = [:]
    private(set) var amounts = LedgerAmounts()
    private(set) var findings: [Finding] = []
    private(set) var documents: Int64 = 0
    private(set) var duplicates: Int64 = 0
    /// Documents behind a broken one.
    private(set) var unjudged: Int64 = 0
    /// How many documents and lines were worked out anew.
    var documentsRecomputed: Int64 = 0
    var linesRecomputed: Int64 = 0
    /// The offset of the last event of `payee-events` that led to a document here.
    private(set) var lastCause: Int64 = -1
    /// Where the partition ended: so far was it read.
    var end: Int64 = 0
    /// Whether events were there to compare with.
    var isRecomputed = false
    /// How far the books are closed of those whose documents are all that their events lead to.
    var closedThrough: [PayeeID: CalendarDate] = [:]
    /// The balances that each payee should have.
    private(set) var recomputed: [Int64: Set<BalanceKey>] = [:]
    private let anchors: [PayeeID: Head]

    init(anchors: [PayeeID: Head] = [:]) { self.anchors = anchors }

    /// Answers whether it is a document that follows from those before.
    @discardableResult
    mutating func take(_ record: ConsumedRecord) -> Bool {
        let value = record.record.value ?? []
        let document: LedgerDocument
        do { document = try LedgerDocument(decoding: record.record.value) } catch {
            find(record, nil, "\(error)")
            return false
        }
        documents += 1
        let hash = digest(value)
        let number = Int64(payees.count + 1)
        // Taken out: a copy would be one of all its hashes.
        var payee = payees.removeValue(forKey: document.payee) ?? Payee(id: number)
        defer { payees[document.payee] = payee }
        guard !payee.isBroken else {
            unjudged += 1
            return false
        }
        if isDuplicate(document, record, hash, payee) {
            duplicates += 1
            return false
        }
        do {
            try DocumentRules.check(document, key: record.record.key, after: payee.head, AuditedBooks(payee, self))
            try amounts.add(document, payee: payee.id)
        } catch {
            payee.isBroken = true
            find(record, document.payee, "\(error)")
            return false
        }
        if document.kind != .earning { payee.entries.append(Entry(document)) }
        if document.kind == .settlement { payee.settled.settle(document) }
        if document.kind == .settlement || document.kind == .approval { payee.closings.append(document) }
        for posting in document.postings {
            recomputed[payee.id, default: []].insert(
                BalanceKey(
                    payee: payee.id, period: document.period, account: posting.account, currency: document.currency))
        }
        lastCause = max(lastCause, Trail.Place(document.cause)?.offset ?? -1)
        payee.head = Head(sequence: document.sequence, hash: hash)
        payee.hashes.append(Audit.short(hash))
        checkAnchor(document, payee.head, record)
        return true
    }

    mutating func find(_ place: some CustomStringConvertible, of payee: PayeeID? = nil, _ message: String) {
        findings.append(Finding(place: place.description, payee: payee, message: message))
    }

    mutating func find(_ payee: PayeeID, _ period: Period? = nil, _ message: String) {
        find("payee \(payee)" + (period.map { " \($0)" } ?? ""), of: payee, message)
    }

    private mutating func find(_ record: ConsumedRecord, _ payee: PayeeID?, _ message: String) {
        find("\(record.source)/\(record.offset)", of: payee, message)
    }

    private func isDuplicate(
        _ document: LedgerDocument, _ record: ConsumedRecord, _ hash: [UInt8], _ payee: Payee
    ) -> Bool {
        guard record.record.key?.elementsEqual(document.payee.text.utf8) == true,
            document.sequence > 0, document.sequence <= payee.hashes.count
        else { return false }
        return payee.hashes[Int(document.sequence) - 1] == Audit.short(hash)
    }

    private mutating func checkAnchor(_ document: LedgerDocument, _ head: Head, _ record: ConsumedRecord) {
        guard let anchor = anchors[document.payee], anchor.sequence == head.sequence, anchor.hash != head.hash
        else { return }
        find(
            record, document.payee,
            "document \(head.sequence) of payee \(document.payee) is not the one of the anchor: the ledger was rewritten"
        )
    }

    /// Chains that end before their anchor. Call when all is read, for the payees of this partition.
    mutating func checkTruncation(isHere: (PayeeID) -> Bool) {
        for (payee, anchor) in anchors.sorted(by: { $0.key < $1.key }) where isHere(payee) {
            let last = payees[payee]?.head.sequence ?? 0
            guard last < anchor.sequence, payees[payee]?.isBroken != true else { continue }
            find(
                payee,
                "the ledger ends at document \(last), the anchor knows \(anchor.sequence): documents were removed")
        }
    }

    static func short(_ hash: [UInt8]) -> UInt64 {
        hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
