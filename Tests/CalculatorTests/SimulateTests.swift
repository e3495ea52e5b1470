import Domain
import Plans
import Records
import Runtime
import Streams
import TestSupport
import Testing

@testable import calculator

/// `calculator simulate` on a log of two payees.
@Suite("Simulating a plan on history")
struct SimulateTests {
    private static let topic = "payee-history"

    /// Ada sells 1,500 of a quota of 1,000, Bob 400 of his; one deal of Ada's is taken back.
    private static func history(_ more: [(String, WirePayeeEvent.OneOf_Event)] = []) throws -> InMemoryLog {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: topic, partitions: 1)])
        let producer = try log.makeProducer()
        let terms = Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "1000")])
        let events =
            [
                ("ada", terms), ("bob", terms), ("ada", Told.credit("D1 2026-01-05 800")),
                ("ada", Told.credit("D3 2026-02-10 600")), ("ada", Told.credit("D2 2026-01-20 100")),
                ("bob", Told.credit("D4 2026-03-01 400")), ("ada", Told.credit("D3 2026-02-10 700")),
                ("ada", Told.withdrawn("D2")),
            ] + more
        for (payee, event) in events {
            try producer.append(try Books.record(payee, event), to: TopicPartition(topic, 0))
        }
        try producer.flush()
        return log
    }

    private static func simulate(
        _ log: InMemoryLog, _ new: String, against old: String? = nil, since: String? = nil, assumed: [Terms.Item] = []
    ) throws -> PlanSimulation {
        var simulation = PlanSimulation(
            new: try Plan(parsing: new, file: "new.yaml"), old: try old.map { try Plan(parsing: $0, file: "old.yaml") },
            since: since.flatMap { CalendarDate($0) }, assumed: assumed)
        var histories = PayeeHistories(log: log, topic: topic)
        try histories.forEach { simulation.take($0, $1) }
        return simulation
    }

    @Test("what the plan in force cannot calculate counts for nothing there, and the plan that mends it is told of")
    func uncalculated() throws {
        let broken = Told.plan("'5% * (1 / (credit.amount - 400))'")
        let log = try Self.history([("bob", Told.terms([("2026-01-01", "", broken)]))])
        let simulation = try Self.simulate(log, Told.flat)
        #expect(simulation.problems(file: "new.yaml").isEmpty)
        #expect(
            simulation.notes == [
                "1 times the plan that is left pays nothing for want of a value, first for bob: deal D4 as owner of 2026-03-01: plans/reps.yaml:4:55: division by zero"
            ])
        let pay = simulation.pay.filter { $0.key.payee == "bob" }.values
        #expect(pay.map(\.before) == [0] && pay.map(\.after) == [24])
        #expect(!(try Self.simulate(log, broken)).problems(file: "new.yaml").isEmpty)
    }

    @Test("each payee and component before and after, with what changes")
    func text() throws {
        let simulation = try Self.simulate(try Self.history(), Told.flat)
        #expect(simulation.problems(file: "new.yaml").isEmpty)
        let text = try SimulationReport(simulation, title: "new.yaml against the plan in force").text
        #expect(
            text == """
                new.yaml against the plan in force
                2 payees have a contract that names plan 'reps': 3 credits from 2026-01-05 to 2026-03-01

                Component   Before   After  Difference
                ──────────  ──────  ──────  ──────────  ─────
                commission  120.00  114.00       -6.00  -5.0%
                Total USD   120.00  114.00       -6.00  -5.0%

                Pay period  Before  After  Difference
                ──────────  ──────  ─────  ──────────  ──────
                2026-01      40.00  48.00       +8.00  +20.0%
                2026-02      60.00  42.00      -18.00  -30.0%
                2026-03      20.00  24.00       +4.00  +20.0%

                Gains most  Before  After  Difference
                ──────────  ──────  ─────  ──────────  ──────
                bob          20.00  24.00       +4.00  +20.0%

                Loses most  Before  After  Difference
                ──────────  ──────  ─────  ──────────  ──────
                ada         100.00  90.00      -10.00  -10.0%

                Payee  Before  After  Difference
                ─────  ──────  ─────  ──────────  ──────
                ada    100.00  90.00      -10.00  -10.0%
                bob     20.00  24.00       +4.00  +20.0%

                """)
    }

    @Test("the plan in force against itself changes nothing, and pays what was posted")
    func same() throws {
        let books = try Books()
        let log = try Self.history()
        try log.makeReader().forEach(of: TopicPartition(Self.topic, 0)) { try books.tell($0.record) }
        let report = try SimulationReport(try Self.simulate(log, Told.tiered), title: "")
        let posted = try books.balances().values.reduce(Number.zero) { try $0 + $1 }
        #expect(report.total == PlanSimulation.Pay(before: posted, after: posted))
        #expect(report.text.contains("Every payee is paid the same in all."))
    }

    @Test("as CSV, a line for each payee, period and component; from a day on only what is paid then")
    func csv() throws {
        let report = try SimulationReport(
            try Self.simulate(try Self.history(), Told.flat, since: "2026-02-28"), title: "")
        #expect(
            report.csv == """
                payee,period,component,currency,before,after,difference\r
                ada,2026-02,commission,USD,60.00,42.00,-18.00\r
                bob,2026-03,commission,USD,20.00,24.00,4.00\r

                """)
    }

    @Test("as JSON, with the lines of each payee")
    func json() throws {
        let report = try SimulationReport(
            try Self.simulate(try Self.history(), Told.flat, since: "2026-03-01"), title: "new against old")
        #expect(
            report.json.description == """
                {"comparison":"new against old","currency":"USD",\
                "total":{"before":"20.00","after":"24.00","difference":"4.00"},\
                "components":[{"component":"commission","before":"20.00","after":"24.00","difference":"4.00"}],\
                "periods":[{"period":"2026-03","before":"20.00","after":"24.00","difference":"4.00"}],\
                "payees":[{"payee":"ada","before":"0.00","after":"0.00","difference":"0.00","lines":[]},\
                {"payee":"bob","before":"20.00","after":"24.00","difference":"4.00",\
                "lines":[{"period":"2026-03","component":"commission","before":"20.00","after":"24.00","difference":"4.00"}]}],\
                "gain_most":[{"payee":"bob","before":"20.00","after":"24.00","difference":"4.00"}],"lose_most":[]}
                """)
    }

    @Test("a guarantee is paid for the months between two deals too")
    func gaps() throws {
        let guaranteed = Told.flat + "\ntotal: [{name: guarantee, floor: 50, per: month}]"
        let log = try Self.history([("bob", Told.credit("D5 2026-06-01 1000"))])
        let report = try SimulationReport(try Self.simulate(log, guaranteed, against: Told.flat), title: "")
        // Bob: 26.00 in March, 50.00 in April and in May, nothing in June, in which he earns more.
        let bob = report.payees.first { $0.id == "bob" }
        #expect(bob?.pay.difference == 126)
    }

    @Test(
        "what keeps figures from meaning something is said instead of them",
        arguments: [
            (
                Told.flat.replacing("plan: reps", with: "plan: rep"),
                "new.yaml: no payee's contract names plan 'rep' (did you mean 'reps'?). Name it under 'plan:' as the "
                    + "contracts do, or give the plan to be replaced with --against."
            ),
            (
                Told.tiered.replacing("contract.quota.bookings", with: "contract.quota.sales"),
                "new.yaml: there is no quota 'sales' for 2026 of ada, bob. Add it to quotas.csv and apply, or assume one "
                    + "for all who have none: --quota NAME=AMOUNT."
            ),
            (
                Told.plan("'deal.margin * 10%'") + "\nfields: {margin: decimal}",
                "new.yaml: it reads the field 'margin', which none of the 3 credits has. Map it under 'fields:' in the "
                    + "mappings and apply: all deals are credited anew, with it."
            ),
            (
                Told.plan("6%", currency: "EUR"),
                "new.yaml: the plan pays in EUR, and 3 credits were valued in USD. Simulate with 'currency: USD'; values "
                    + "are converted when deals are credited."
            ),
        ])
    func problems(plan: String, problem: String) throws {
        let problems = try Self.simulate(try Self.history(), plan).problems(file: "new.yaml")
        #expect(problems.first?.description == problem)
    }

    @Test("a quota may be assumed for those who have none")
    func assumed() throws {
        let plan = Told.tiered.replacing("contract.quota.bookings", with: "contract.quota.sales")
        let simulation = try Self.simulate(
            try Self.history(), plan, assumed: [Terms.Item("sales", nil, 500)])
        #expect(simulation.problems(file: "new.yaml").isEmpty)
        // Ada: 500 at 5% and 1,000 at 10%.
        #expect(try SimulationReport(simulation, title: "").payees.first?.pay.after == 125)
    }

    @Test("quotas of one name may be assumed for several periods")
    func assumedByPeriod() throws {
        let plan = Told.tiered.replacing("contract.quota.bookings", with: "contract.quota.sales")
            .replacing("over: year", with: "over: quarter")
        let simulation = try Self.simulate(
            try Self.history([("bob", Told.credit("D5 2026-04-10 1000"))]), plan,
            assumed: [Terms.Item("sales", Period("2026-Q1"), 500), Terms.Item("sales", Period("2026-Q2"), 600)])
        #expect(simulation.problems(file: "new.yaml").isEmpty)
        // Bob: 400 at 5%, then 600 at 5% and 400 at 10%.
        #expect(try SimulationReport(simulation, title: "").payees.last?.pay.after == 90)
    }
}
