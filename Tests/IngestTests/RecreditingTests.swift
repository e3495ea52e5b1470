import Domain
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("A change of the company credits anew what it concerns")
struct RecreditingTests {
    private static let day = CalendarDate("2026-01-01")!

    private static func payee(_ id: String, _ managers: [(String, String)], aliases: [String]? = nil) -> CompanyEntity {
        var line = Timeline<PayeeID?>()
        for (manager, from) in managers { line.set(PayeeID(manager), from: CalendarDate(from)!) }
        return .payee(
            Payee(
                id: PayeeID(id), name: "Name of \(id)", currency: Currency("USD")!, aliases: aliases ?? ["U-\(id)"],
                managers: line))
    }

    private static func contract(_ id: String, _ plan: String, _ from: String, _ to: String?) -> CompanyEntity {
        .contract(
            Contract(payee: PayeeID(id), plan: plan, from: CalendarDate(from)!, to: to.flatMap { CalendarDate($0) }))
    }

    private static func rate(_ from: String, _ to: String, _ date: String, _ rate: Number) -> CompanyEntity {
        .exchangeRate(
            ExchangeRate(from: Currency(from)!, to: Currency(to)!, date: CalendarDate(date)!, rate: rate))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        var set: [CompanyEntity] = []
        var remove: [CompanyEntity.Key] = []
        /// Payee events beside those that tell contracts.
        let sent: Int
        /// Of ada's deal of 5 February and eva's in euros of the same day, after the change.
        let credits: [String]
        /// How the firm differs from the beginning on.
        var plan: String?
        var missing: Set<String> = []
        var more: [CompanyEntity] = []
        var testDescription: String { what }
    }

    private static let before = [
        "ada A owner 100 USD 2026-02-05", "eva E owner 91.37 EUR 2026-02-05", "max A manager-1 100 USD 2026-02-05",
        "mia E manager-1 100 USD 2026-02-05", "vip A manager-2 100 USD 2026-02-05",
        "vip E manager-2 100 USD 2026-02-05",
    ]

    private static func replacing(_ changes: [String: String]) -> [String] {
        before.compactMap { changes[$0] ?? $0 }.filter { !$0.isEmpty }.sorted()
    }

    private static func adjustable(standard: String) -> String {
        CreditingFirm.plan("USD") + "\nadjustable: {quota.bookings: {from: 1, to: 5000\(standard)}}"
    }

    private static let cases = [
        Case(
            what: "another manager since January", set: [payee("ada", [("mia", "2026-01-01")])], sent: 2,
            credits: replacing([before[2]: "mia A manager-1 100 USD 2026-02-05"])),
        Case(
            what: "another manager since March", set: [payee("ada", [("max", "2026-01-01"), ("mia", "2026-03-01")])],
            sent: 0, credits: before),
        Case(
            what: "the manager's manager goes", set: [payee("max", [])], sent: 1,
            credits: replacing([before[4]: ""])),
        Case(
            what: "a rate for the day", set: [rate("USD", "EUR", "2026-02-01", 2)], sent: 1,
            credits: replacing([before[1]: "eva E owner 200 EUR 2026-02-05"])),
        Case(what: "a rate for a later day", set: [rate("USD", "EUR", "2026-02-06", 2)], sent: 0, credits: before),
        Case(
            what: "the only rate goes", remove: [rate("USD", "EUR", "2026-01-01", 1).key], sent: 3,
            credits: before.filter { !$0.contains(" E ") }),
        Case(
            what: "a contract in another currency", set: [contract("ada", "euro", "2026-02-01", nil)],
            remove: [contract("ada", "reps", "2026-01-01", nil).key], sent: 1,
            credits: replacing([before[0]: "ada A owner 91.37 EUR 2026-02-05"])),
        Case(
            what: "a contract ends before", set: [contract("max", "reps", "2026-01-01", "2026-01-31")], sent: 1,
            credits: replacing([before[2]: ""])),
        Case(
            what: "the plan's currency", set: [.plan(name: "euro", text: CreditingFirm.plan("USD"))], sent: 1,
            credits: replacing([before[1]: "eva E owner 100 USD 2026-02-05"])),
        Case(
            what: "the plan's rate",
            set: [.plan(name: "reps", text: CreditingFirm.plan("USD").replacing("5%", with: "7%"))],
            sent: 0, credits: before),
        Case(
            what: "fewer levels", set: [.settings(Settings(name: "Firm", managerLevels: 1))], sent: 2,
            credits: before.filter { !$0.hasPrefix("vip") }),
        Case(
            what: "the company's name", set: [.settings(Settings(name: "Other", managerLevels: 2))], sent: 0,
            credits: before),
        Case(
            what: "a product goes", remove: [CompanyEntity.Key(kind: .product, name: "Bolt")], sent: 3,
            credits: before.filter { !$0.contains(" E ") }),
        Case(what: "one more product", set: [.product(name: "Screw")], sent: 0, credits: before),
        Case(
            what: "another quota",
            set: [.quota(Quota(payee: "ada", measure: "bookings", period: Period("2026")!, amount: 7))],
            sent: 0, credits: before),
        Case(
            what: "the quota goes", remove: [CompanyEntity.Key(kind: .quota, name: "ada/bookings/2026")], sent: 3,
            credits: before.filter { !$0.contains(" A ") }),
        Case(
            what: "the plan says no longer what holds without a quota",
            set: [.plan(name: "reps", text: adjustable(standard: ""))],
            sent: 3, credits: before.filter { !$0.contains(" A ") }, plan: adjustable(standard: ", standard: 1000"),
            missing: ["quota ada/bookings/2026"]),
        Case(
            what: "the quota of a quarter goes, which held for the year",
            remove: [CompanyEntity.Key(kind: .quota, name: "ada/bookings/2026-Q2")],
            sent: 3, credits: before.filter { !$0.contains(" A ") }, missing: ["quota ada/bookings/2026"],
            more: [.quota(Quota(payee: "ada", measure: "bookings", period: Period("2026-Q2")!, amount: 7))]),
        Case(
            what: "the owner's name in the CRM is somebody else's",
            set: [
                payee("eva", [("mia", "2026-01-01")], aliases: []),
                payee("bob", [("max", "2026-01-01")], aliases: ["U-eva"]),
            ],
            sent: 4,
            credits: (before.filter { !$0.contains(" E ") } + [
                "bob E owner 100 USD 2026-02-05", "max E manager-1 100 USD 2026-02-05", before[5],
            ]).sorted()),
    ]

    @Test("and only that is sent", arguments: cases)
    func sends(it: Case) throws {
        try withTemporaryFolder { folder in
            var firm = CreditingFirm(missing: it.missing, more: it.more)
            if let plan = it.plan {
                firm.missing.insert("plan reps")
                firm.more.append(.plan(name: "reps", text: plan))
            }
            let desk = try DealDesk(folder: folder, firm: firm)
            try desk.deal(CreditingFirm.body([("id", "\"A\"")]), id: "A")
            try desk.deal(
                CreditingFirm.body([("id", "\"E\""), ("owner", "\"U-eva\""), ("product", "\"Bolt\"")]), id: "E")
            try desk.settle()
            #expect(try desk.credits() == RecreditingTests.before)
            let known = try creditEvents(desk)
            try desk.apply(it.set, removing: it.remove)
            try desk.settle()
            #expect(try desk.credits() == it.credits)
            #expect(try creditEvents(desk) - known == it.sent)
        }
    }

    private func creditEvents(_ desk: DealDesk) throws -> Int {
        try desk.tiny.records(.payeeEvents).count { record in
            switch try WirePayeeEvent(decoding: record.record.value).event {
            case .creditAssigned, .creditWithdrawn: true
            default: false
            }
        }
    }

    @Test("a manager who gets a contract later is credited then")
    func lateManager() throws {
        try withTemporaryFolder { folder in
            let missing = RecreditingTests.contract("max", "reps", "2026-01-01", nil).key
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(missing: [missing.description]))
            try desk.deal(CreditingFirm.body())
            try desk.settle()
            #expect(try desk.credits().map { $0.prefix(3) } == ["ada", "vip"])
            try desk.apply([RecreditingTests.contract("max", "reps", "2026-02-01", nil)])
            try desk.settle()
            #expect(try desk.credits().map { $0.prefix(3) } == ["ada", "max", "vip"])
        }
    }

    @Test("thousands of deals are credited anew in parts, each with its place in the log")
    func parts() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for number in 1...1203 {
                try desk.deal(CreditingFirm.body([("id", "\"D\(number)\"")]), id: "D\(number)")
            }
            try desk.settle()
            let before = try continuations(desk)
            try desk.apply([.plan(name: "reps", text: CreditingFirm.plan("EUR"))])
            try desk.settle()
            let credits = try desk.credits()
            #expect(credits.count == 1203)
            #expect(credits.allSatisfy { $0.hasSuffix("owner 91.37 EUR 2026-02-05") })
            #expect(try continuations(desk) - before == 1)
        }
    }

    private func continuations(_ desk: DealDesk) throws -> Int {
        try desk.tiny.dealEvents().count { $0.kind == .retry && !$0.after.isEmpty }
    }

    @Test("without a rate for the day a deal is skipped with the remedy, and never worth one for one")
    func noRate() throws {
        let euros = CreditingFirm(
            levels: 0,
            missing: ["exchange-rate USD/EUR/2026-01-01"])
        let outcome = try euros.outcome([("owner", "\"eva\"")])
        #expect(outcome.assignments.isEmpty)
        #expect(outcome.problems.map(\.message) == ["no exchange rate from USD to EUR for 2026-02-05"])
        #expect(
            outcome.problems.map(\.remedy) == ["add a line to exchange-rates.csv on or before that day, and apply"])
    }
}
