import Domain
import Records

/// What outsiders read on `statements` and `payouts`: `statement.schema.json` and `payout.schema.json` say what it is.
extension Statement {
    /// The canonical statement, and who approved it.
    func published(_ approval: LedgerDocument) -> JSON {
        var approved: [JSON.Member] = [.text("by", approval.by)]
        if !approval.note.isEmpty { approved.append(.text("reason", approval.note)) }
        return .object(members + [JSON.Member("approval", .object(approved))])
    }
}

extension Payout {
    func published(_ approval: LedgerDocument) -> JSON {
        var members: [JSON.Member] = [
            .text("payee", approval.payee.text), .text("period", period.label), .text("channel", channel.rawValue),
            .text("amount", amount.amount.plain(amount.currency)), .text("currency", amount.currency.code),
            .text("settled", settled.amount.plain(settled.currency)), .text("settledCurrency", settled.currency.code),
        ]
        if let exchangeRate { members.append(.text("exchangeRate", exchangeRate.description)) }
        members.append(.text("document", "\(approval.payee)/\(document)"))
        members.append(.text("approvedBy", approval.by))
        return .object(members)
    }
}
