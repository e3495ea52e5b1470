import Domain
import LedgerSupport
import Records
import Streams

@testable import statements

/// A year that somebody could have had, made of one number: deals in part held back, released, corrected and cancelled,
/// adjustments, draws, guarantees, write-offs, and most months closed and approved.
struct Year {
    private(set) var records: [(Streams.Record, TopicPartition)] = []
    private var chain: DocumentChain
    private var random: SeededRandom
    private var deals: [(credit: Credit, earned: Period, share: Rate)] = []
    private let payee: PayeeID

    init(of payee: PayeeID, seed: UInt64, in application: Application) throws {
        self.payee = payee
        random = SeededRandom(state: seed)
        chain = DocumentChain(payee, currency: usd, in: application)
        for number in 1...12 {
            let month = Period("2026-" + String(zeroPadded: number, to: 2)).unsafelyKnown
            try live(month)
            // The last months stay open.
            guard number < 11 else { continue }
            try close(month)
        }
    }

    private mutating func live(_ month: Period) throws {
        for number in 0..<Int.random(in: 0...4, using: &random) {
            let amount = Number(Int.random(in: 100...90_000, using: &random))
            try deal("D-\(month.number)-\(number)", on: month.start.adding(days: number), amount, month)
        }
        for index in deals.indices where deals[index].earned != month && Bool.random(using: &random) {
            try change(index, in: month)
        }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        let amount = Number(Int.random(in: -500...500, using: &random))
        guard !amount.isZero else { return }
        records.append(
            try chain.adjust(amount, "A-\(month.number)", reason: "=by hand, \"said\" the manager", in: month))
    }

    private mutating func deal(_ name: String, on day: CalendarDate, _ amount: Number, _ month: Period) throws {
        let credit = sale(name, day.description, amount)
        let share = try Bool.random(using: &random) ? Rate("100%") : Rate("50%")
        deals.append((credit, month, share))
        records.append(
            try chain.post(credit, steps: [try .init(amount, at: Rate("6%"))], period: month, released: share))
    }

    /// A payment, another amount, or a cancellation, posted in a later month than the deal was earned in.
    private mutating func change(_ index: Int, in month: Period) throws {
        var deal = deals[index]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: deal.share = .whole
        case 1:
            let amount = Number(Int.random(in: 100...90_000, using: &random))
            deal.credit = sale(deal.credit.key.deal.text, deal.credit.date.description, amount)
        default: deal.credit = sale(deal.credit.key.deal.text, deal.credit.date.description, 0)
        }
        deals[index] = deal
        records.append(
            try chain.post(
                deal.credit, steps: [try .init(deal.credit.amount.amount, at: Rate("6%"))], period: month,
                earned: deal.earned, released: deal.share, release: "paid in part"))
    }

    private mutating func close(_ month: Period) throws {
        let due = try chain.balance(.payable, through: month)
        let advanced = try -chain.balance(.draw, through: month)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where due < 1_000: records.append(try chain.draw(1_000 - due, in: month, note: "Advance to 1,000.00"))
        case 1 where due < 500:
            records.append(
                try chain.draw(500 - due, in: month, note: "Guaranteed", isRecoverable: false))
        case 2 where due.isNegative: records.append(try chain.writeOff(in: month, note: "Not carried forward"))
        default:
            if due > .zero, advanced > .zero {
                records.append(try chain.draw(-min(due, advanced), in: month, note: "Recovered"))
            }
        }
        guard try chain.balance(.payable, through: month) > .zero else { return }
        records.append(
            try payee.text.hasPrefix("p")
                ? chain.settle(month, channel: .accountsPayable, as: eur, rate: Number("0.917"))
                : chain.settle(month))
        if Bool.random(using: &random) { records.append(try chain.approve(month)) }
    }
}
