import Domain

/// As the audit has computed them from the documents before.
struct AuditedBooks: Books {
    private let payee: Audit.Payee
    private let audit: Audit

    init(_ payee: Audit.Payee, _ audit: Audit) {
        self.payee = payee
        self.audit = audit
    }

    var settled: [Currency: Period] { payee.settled }

    func balance(_ account: Account, _ currency: Currency, through period: Period) throws -> Number {
        var sum = Number.zero
        for key in audit.recomputed[payee.id] ?? [] {
            guard key.account == account, key.currency == currency, !period.settles(before: key.period) else {
                continue
            }
            try sum += audit.amounts.balances[key] ?? .zero
        }
        return sum
    }

    func closing(_ period: Period) throws -> [LedgerDocument] { payee.closings.filter { $0.period == period } }
}

/// What must hold for a payee once all documents were taken.
extension Audit {
    /// No more of an earning is due than was earned, and none of what was not.
    mutating func checkReleases() {
        struct Place: Hashable {
            let payee: Int64
            let component: String
            let credit: CreditKey
            let currency: Currency
        }
        var sums: [Place: (amount: Number, released: Number)] = [:]
        for (key, line) in amounts.lines where line.amount != line.released || key.earned != key.period {
            let place = Place(payee: key.payee, component: key.component, credit: key.credit, currency: key.currency)
            sums[place] = (.zero, .zero)
        }
        guard !sums.isEmpty else { return }
        for (key, line) in amounts.lines {
            let place = Place(payee: key.payee, component: key.component, credit: key.credit, currency: key.currency)
            guard let sum = sums[place], let amount = try? sum.amount + line.amount,
                let released = try? sum.released + line.released
            else { continue }
            sums[place] = (amount, released)
        }
        let names = Dictionary(uniqueKeysWithValues: payees.map { ($0.value.id, $0.key) })
        let broken = sums.filter { _, sum in !Audit.isWithin(sum.released, sum.amount) }
        for (place, sum) in broken.sorted(by: { ($0.key.payee, $0.key.credit) < ($1.key.payee, $1.key.credit) }) {
            guard let payee = names[place.payee], payees[payee]?.isBroken != true else { continue }
            find(
                payee,
                "\(place.component) for \(place.credit): \(sum.released) of \(sum.amount) \(place.currency) is released"
            )
        }
    }

    private static func isWithin(_ part: Number, _ whole: Number) -> Bool {
        whole.isNegative ? whole <= part && part <= .zero : .zero <= part && part <= whole
    }
}
