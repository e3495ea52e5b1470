import Domain
import Records

@testable import ingest

/// A small firm: ada and bob are managed by max until June, ada by mia from then; max and mia by vip. All are on a plan
/// in dollars, eva on one in euros.
struct CreditingFirm {
    var levels = 2
    var postClose = PostClosePolicy.freeze
    var remainder = Remainder.largest
    /// Leaves out entities by what they are called, such as `contract ada/2026-01-01/reps`.
    var missing: Set<String> = []
    var more: [CompanyEntity] = []

    var entities: [CompanyEntity] {
        let start = CalendarDate("2026-01-01")!
        func payee(_ id: String, _ managers: [(String, String)] = [], plan: String = "reps") -> [CompanyEntity] {
            var line = Timeline<PayeeID?>()
            for (manager, from) in managers { line.set(PayeeID(manager), from: CalendarDate(from)!) }
            return [
                .payee(
                    Payee(
                        id: PayeeID(id), name: "Name of \(id)", currency: Currency("USD")!, aliases: ["U-\(id)"],
                        managers: line)),
                .contract(Contract(payee: PayeeID(id), plan: plan, from: start, to: CalendarDate("2026-12-31"))),
                .quota(Quota(payee: PayeeID(id), measure: "bookings", period: Period("2026")!, amount: 1_000)),
            ]
        }
        let all =
            [.settings(Settings(name: "Firm", managerLevels: levels, postClose: postClose, remainder: remainder))]
            + payee("ada", [("max", "2026-01-01"), ("mia", "2026-06-01")]) + payee("bob", [("max", "2026-01-01")])
            + payee("eva", [("mia", "2026-01-01")], plan: "euro")
            + payee("max", [("vip", "2026-01-01")]) + payee("mia", [("vip", "2026-01-01")]) + payee("vip")
            + [
                .exchangeRate(
                    ExchangeRate(
                        from: Currency("USD")!, to: Currency("EUR")!, date: start, rate: Number(9137, places: 4)!)),
                .exchangeRate(
                    ExchangeRate(
                        from: Currency("USD")!, to: Currency("EUR")!, date: CalendarDate("2026-03-01")!,
                        rate: Number(5, places: 1)!)),
                .product(name: "Bolt"), .product(name: "Nut"), .plan(name: "reps", text: CreditingFirm.plan("USD")),
                .plan(name: "euro", text: CreditingFirm.plan("EUR")),
            ]
        return all.filter { !missing.contains($0.key.description) } + more
    }

    var company: Company {
        var company = Company()
        for entity in entities { company.apply(.set(entity)) }
        return company
    }

    static func plan(_ currency: String) -> String {
        """
        plan: plan
        currency: \(currency)
        measures: {bookings: {roles: [owner, split], over: year, quota: contract.quota.bookings}}
        components:
          commission:
            for: bookings
            rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}]}
        """
    }

    /// The deal that the tests vary: won on 5 February by ada for 100.
    static func body(_ changes: [(String, String)] = []) -> String {
        var fields = [
            ("id", "\"D1\""), ("stage", "\"won\""), ("closed", "\"2026-02-05\""), ("amount", "100"),
            ("currency", "\"USD\""),
            ("owner", "\"ada\""),
        ]
        for (name, value) in changes {
            fields.removeAll { $0.0 == name }
            if !value.isEmpty { fields.append((name, value)) }
        }
        return "{\(fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}"
    }

    /// What crediting makes of a deal, mapping included.
    func outcome(_ changes: [(String, String)]) throws -> Crediting.Outcome {
        let (deal, problems) = Mapping.api.deal(from: try JSONText.value(Array(CreditingFirm.body(changes).utf8)))
        var outcome = Crediting(company: company).outcome(of: deal, source: "deal-events/0/0", provenance: "at-close")
        outcome.problems = problems + outcome.problems
        if !problems.isEmpty { outcome.assignments = [] }
        return outcome
    }

    /// `ada owner 100 USD`
    func credits(_ changes: [(String, String)]) throws -> [String] {
        let outcome = try outcome(changes)
        return outcome.problems.map(\.message)
            + outcome.assignments.map { assignment in
                let (credit, line) = (assignment.credit, assignment.credit.key.line.text)
                return
                    "\(assignment.payee)\(line.isEmpty ? "" : "/\(line)") \(credit.key.role) \(credit.amount.amount) \(credit.amount.currency)"
            }
    }
}
