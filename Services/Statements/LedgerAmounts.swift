import Domain

/// The nets of many payees' documents, added up in memory.
struct LedgerAmounts {
    struct Net {
        var amount = Number.zero
        var released = Number.zero

        var isNothing: Bool { amount.isZero && released.isZero }

        mutating func add(_ earning: Earning) throws(ArithmeticError) {
            try amount += earning.amount
            try released += earning.released
        }
    }

    private(set) var lines: [LineKey: Net] = [:]
    private(set) var balances: [BalanceKey: Number] = [:]

    mutating func add(_ document: LedgerDocument, payee: Int64) throws(ArithmeticError) {
        for earning in document.earnings {
            try lines[LineKey(earning, of: document, payee: payee), default: Net()].add(earning)
        }
        for posting in document.postings {
            let key = BalanceKey(
                payee: payee, period: document.period, account: posting.account, currency: document.currency)
            try balances[key, default: .zero] += posting.amount
        }
    }
}

struct LineKey: Hashable {
    let payee: Int64
    let period: Period
    let component: String
    let credit: CreditKey
    let currency: Currency
    /// What it was earned in.
    let earned: Period
}

extension LineKey {
    init(_ earning: Earning, of document: LedgerDocument, payee: Int64) {
        self.init(
            payee: payee, period: document.period, component: earning.component, credit: earning.credit.key,
            currency: document.currency, earned: earning.period ?? document.period)
    }
}

struct BalanceKey: Hashable {
    let payee: Int64
    let period: Period
    let account: Account
    let currency: Currency
}
