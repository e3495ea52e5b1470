import Domain
import Records
import Streams

/// Where a payee's documents have come to.
struct Head: Hashable, Sendable {
    /// The last document's number; 0 before the first.
    var sequence: Int64 = 0
    /// SHA-256 of the last document's value as it stands in the log; empty before the first.
    var hash: [UInt8] = []
}

/// What every document must keep. One that does not goes to quarantine, and so do the payee's later ones, since their
/// chain is broken there: a statement is never made of a ledger with a hole in it.
enum DocumentRules {
    static func check(_ document: LedgerDocument, key: [UInt8]?, after head: Head, _ books: some Books) throws {
        guard key?.elementsEqual(document.payee.text.utf8) == true else {
            throw RecordError("the record's key is not payee \(document.payee)")
        }
        guard document.payee.isStorable else { throw RecordError("the payee's ID is longer than IDs are, or no text") }
        try chain(document, after: head)
        let broken: String?
        do { broken = try contradiction(document) ?? contradiction(document, books) } catch let error as ArithmeticError
        {
            broken = "\(error)"
        }
        if let broken { throw RecordError("\(name(document)): \(broken)") }
    }

    private static func chain(_ document: LedgerDocument, after head: Head) throws(RecordError) {
        guard document.sequence == head.sequence + 1 else {
            throw RecordError(
                "\(name(document)) follows document \(head.sequence): "
                    + (document.sequence > head.sequence ? "those between are missing" : "it was there before"))
        }
        guard document.previousHash == head.hash else {
            throw RecordError(
                "\(name(document)) names \(hexadecimal(document.previousHash)) as the hash of the document before, "
                    + "which is \(hexadecimal(head.hash)): one of the two was altered")
        }
    }

    /// No line pays more than 10¹⁵ either way, so that none changes by more than twice that.
    private static let earningLimit = Number(2_000_000_000_000_000)
    /// No posting is larger than what a document of 250 lines, or a balance of many, comes to: so the sums of a hundred million
    /// documents still fit, and none has to be refused half-way.
    private static let limit = Number(1_000_000_000_000_000_000)

    /// Where its sums do not agree; `nil` when they do.
    private static func contradiction(_ document: LedgerDocument) throws(ArithmeticError) -> String? {
        var posted = Number.zero
        var due = Number.zero
        for posting in document.postings {
            guard try posting.amount.magnitude <= limit else { return "it posts \(posting.amount), more than \(limit)" }
            try posted += posting.amount
            if posting.account == .payable || posting.account == .held { try due += posting.amount }
        }
        guard posted.isZero else { return "its postings sum to \(posted), not to zero" }
        var earned = Number.zero
        for earning in document.earnings {
            if let broken = try contradiction(earning, in: document) {
                return "\(earning.component) for \(earning.credit.key): \(broken)"
            }
            try earned += earning.amount
        }
        guard document.kind == .earning else {
            return document.earnings.isEmpty ? nil : "a document of kind \(document.kind.rawValue) has earnings"
        }
        guard earned == due else { return "its earnings sum to \(earned), its postings to payable and held to \(due)" }
        return try releases(document)
    }

    /// What is due and what is held must be what the earnings say.
    private static func releases(_ document: LedgerDocument) throws(ArithmeticError) -> String? {
        var released = Number.zero
        for earning in document.earnings {
            try released += earning.released
            guard let corrected = earning.corrects else { continue }
            guard (1..<document.sequence).contains(corrected) else {
                return
                    "\(earning.component) for \(earning.credit.key) corrects document \(corrected), which is not before it"
            }
        }
        let due = try document.posted(to: .payable)
        guard released == due else { return "its earnings release \(released), its postings to payable are \(due)" }
        return document.others(than: [.expense, .payable, .held])
    }

    private static func contradiction(
        _ earning: Earning, in document: LedgerDocument
    ) throws(ArithmeticError) -> String? {
        guard earning.credit.amount.currency == document.currency else {
            return "the credit is in \(earning.credit.amount.currency), the document in \(document.currency)"
        }
        guard try earning.amount.magnitude <= earningLimit, try earning.released.magnitude <= earningLimit else {
            return "it pays \(earning.amount) and releases \(earning.released), more than \(earningLimit)"
        }
        let explanation = earning.explanation
        var leaves = explanation.rounding
        for step in explanation.steps { try leaves += step.amount }
        guard leaves == explanation.total else {
            return "its explanation's parts sum to \(leaves), its total is \(explanation.total)"
        }
        guard try explanation.total - explanation.before == earning.amount else {
            return "\(earning.amount) is posted for a change from \(explanation.before) to \(explanation.total)"
        }
        return nil
    }

    private static func name(_ document: LedgerDocument) -> String {
        "document \(document.sequence) of payee \(document.payee)"
    }
}

extension [Currency: Period] {
    /// A settlement of an older period opens none again.
    mutating func settle(_ document: LedgerDocument) { settle(document.period, document.currency) }

    mutating func settle(_ period: Period, _ currency: Currency) {
        if self[currency].map({ $0.settles(before: period) }) ?? true { self[currency] = period }
    }
}
