import Domain
import GRDB

/// What a rule needs of all that was posted for a payee before.
protocol Books {
    /// The last period that was settled, by currency.
    var settled: [Currency: Period] { get }
    /// The account's sum over the period and all that are settled before it.
    func balance(_ account: Account, _ currency: Currency, through period: Period) throws -> Number
    /// Settlements and approvals of a period.
    func closing(_ period: Period) throws -> [LedgerDocument]
}

/// What the kinds of documents must keep beyond balancing.
extension DocumentRules {
    /// Where the document does not agree with those before it; `nil` when it does.
    static func contradiction(_ document: LedgerDocument, _ books: some Books) throws -> String? {
        if let settled = books.settled[document.currency], !document.postings.isEmpty,
            !settled.settles(before: document.period)
        {
            return "it posts \(document.currency) to \(document.period), but \(settled) is settled: paid is paid"
        }
        return switch document.kind {
        case .earning: nil
        case .adjustment: try adjustment(document)
        case .draw: try draw(document, books)
        case .writeOff: try writeOff(document, books)
        case .settlement: try settlement(document, books)
        case .approval: try approval(document, books)
        }
    }

    private static func adjustment(_ document: LedgerDocument) throws -> String? {
        guard let adjustment = document.adjustment else { return "it does not say what it adjusts" }
        guard !adjustment.reason.isEmpty, !adjustment.by.isEmpty, !adjustment.approvedBy.isEmpty else {
            return "adjustment \(adjustment.id) lacks a reason, who asked or who approved"
        }
        guard !adjustment.by.isSamePerson(as: adjustment.approvedBy) else {
            return "adjustment \(adjustment.id) was asked for and approved by \(adjustment.by): that takes two"
        }
        let due = try document.posted(to: .payable)
        guard Money(due, document.currency) == adjustment.amount else {
            return "adjustment \(adjustment.id) is over \(adjustment.amount), \(due) \(document.currency) is posted"
        }
        return document.others(than: [.expense, .payable])
    }

    private static func draw(_ document: LedgerDocument, _ books: some Books) throws -> String? {
        guard !document.note.isEmpty else { return "it does not say what is drawn" }
        let drawn = try document.posted(to: .draw)
        let before = try books.balance(.draw, document.currency, through: document.period)
        guard try before + drawn <= .zero else { return "it recovers \(drawn), but only \(try -before) was advanced" }
        return document.others(than: [drawn.isZero ? .expense : .draw, .payable])
    }

    private static func writeOff(_ document: LedgerDocument, _ books: some Books) throws -> String? {
        let written = try document.posted(to: .payable)
        let due = try books.balance(.payable, document.currency, through: document.period)
        guard try written == -due, due.isNegative else {
            return "it writes off \(written), the balance is \(due): only what is owed can be written off"
        }
        return document.others(than: [.expense, .payable])
    }

    private static func settlement(_ document: LedgerDocument, _ books: some Books) throws -> String? {
        guard !document.by.isEmpty else { return "it does not say who closed \(document.period)" }
        guard let payout = document.payout else {
            return document.postings.isEmpty ? nil : "it settles without saying what is paid out"
        }
        let paid = try document.posted(to: .paid)
        let due = try books.balance(.payable, document.currency, through: document.period)
        guard paid == due, !paid.isZero, !paid.isNegative else { return "it settles \(paid), \(due) is due" }
        guard payout.settled == Money(paid, document.currency), payout.period == document.period,
            payout.document == document.sequence
        else {
            return
                "it settles \(paid) \(document.currency) of \(document.period), its payout names \(payout.settled) of "
                + "\(payout.period) by document \(payout.document)"
        }
        return try conversion(payout) ?? document.others(than: [.payable, .paid])
    }

    /// Converted at its rate and rounded to what can be paid, in whatever way the plan rounds.
    private static func conversion(_ payout: Payout) throws -> String? {
        guard let rate = payout.exchangeRate else {
            return payout.amount == payout.settled
                ? nil : "\(payout.settled) is paid as \(payout.amount) without a rate"
        }
        let exact = try payout.settled.amount * rate
        let difference = try (payout.amount.amount - exact).magnitude
        guard payout.amount.isPayable, let unit = Number(1, places: payout.amount.currency.minorPlaces),
            difference < unit
        else { return "\(payout.settled) at \(rate) is \(exact) \(payout.amount.currency), it pays \(payout.amount)" }
        return nil
    }

    private static func approval(_ document: LedgerDocument, _ books: some Books) throws -> String? {
        guard document.postings.isEmpty else { return "an approval posts nothing" }
        guard !document.by.isEmpty else { return "it does not say who approved" }
        let earlier = try books.closing(document.period)
        let closers = earlier.filter { $0.kind == .settlement }.map(\.by)
        guard !closers.contains(where: { $0.isSamePerson(as: document.by) }) else {
            return "\(document.by) closed \(document.period) and approves it too: that takes two"
        }
        guard let payout = document.payout else { return nil }
        guard earlier.contains(where: { $0.kind == .settlement && $0.payout == payout }) else {
            return
                "no settlement of \(document.period) pays out what it approves: document \(payout.document), \(payout.amount)"
        }
        guard !earlier.contains(where: { $0.kind == .approval && $0.payout == payout }) else {
            return "the payout of document \(payout.document) is approved already"
        }
        return nil
    }
}

extension LedgerDocument {
    func posted(to account: Account) throws(ArithmeticError) -> Number {
        var sum = Number.zero
        for posting in postings where posting.account == account { try sum += posting.amount }
        return sum
    }

    /// Says so when it posts to any other account.
    func others(than accounts: [Account]) -> String? {
        postings.first { !accounts.contains($0.account) && !$0.amount.isZero }
            .map { "a document of kind \(kind.rawValue) posts to \($0.account.rawValue)" }
    }
}

/// As the store has them.
struct StoredBooks: Books {
    let payee: StoredPayee
    let settled: [Currency: Period]
    let database: Database

    func balance(_ account: Account, _ currency: Currency, through period: Period) throws -> Number {
        let sql = "SELECT period, amount FROM balance WHERE payee = ? AND account = ? AND currency = ?"
        var sum = Number.zero
        let arguments: StatementArguments = [payee.id, account.rawValue, currency.code]
        for row in try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments) {
            guard try !period.settles(before: LedgerStore.period(row["period"])) else { continue }
            try sum += StoredNumber.read(row["amount"])
        }
        return sum
    }

    func closing(_ period: Period) throws -> [LedgerDocument] {
        try LedgerStore.otherDocuments(of: payee, in: period, database)
            .filter { $0.kind == .settlement || $0.kind == .approval }
    }
}
