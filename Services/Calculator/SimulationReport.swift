import Domain
import Plans
import Records
import Runtime

/// The difference between two plans, in text, CSV and JSON.
struct SimulationReport {
    let title: String
    let currency: Currency
    /// By payee, period, component.
    let lines: [Line]
    let total: PlanSimulation.Pay
    let components: [(name: String, pay: PlanSimulation.Pay)]
    let periods: [(period: Period, pay: PlanSimulation.Pay)]
    let payees: [PayeePay]
    private let scope: String

    struct PayeePay {
        let id: PayeeID
        let pay: PlanSimulation.Pay
        let components: [(name: String, pay: PlanSimulation.Pay)]
        let lines: ArraySlice<Line>
    }

    struct Line {
        let place: PlanSimulation.Place
        let pay: PlanSimulation.Pay
    }

    init(_ simulation: PlanSimulation, title: String) throws(ArithmeticError) {
        self.title = title
        currency = simulation.new.currency
        lines = simulation.pay.sorted { $0.key < $1.key }.map { Line(place: $0.key, pay: $0.value) }
        // In the order of the plan; what only the old one has follows.
        let order = simulation.new.components.map(\.name) + (simulation.old?.components.map(\.name) ?? [])
        let rank = { (name: String) in order.firstIndex(of: name) ?? order.count }
        func inOrder(_ sums: [String: PlanSimulation.Pay]) -> [(name: String, pay: PlanSimulation.Pay)] {
            sums.map { (name: $0.key, pay: $0.value) }.sorted { (rank($0.name), $0.name) < (rank($1.name), $1.name) }
        }
        var (all, byComponent) = (PlanSimulation.Pay(), [String: PlanSimulation.Pay]())
        var byPeriod: [Period: PlanSimulation.Pay] = [:]
        var byPayee: [PayeeID: PlanSimulation.Pay] = [:]
        var parts: [PayeeID: [String: PlanSimulation.Pay]] = [:]
        for id in simulation.payees { byPayee[id] = PlanSimulation.Pay() }
        for line in lines {
            try all.add(line.pay)
            try byComponent[line.place.component, default: .init()].add(line.pay)
            try byPeriod[line.place.period, default: .init()].add(line.pay)
            try byPayee[line.place.payee, default: .init()].add(line.pay)
            try parts[line.place.payee, default: [:]][line.place.component, default: .init()].add(line.pay)
        }
        total = all
        components = inOrder(byComponent)
        periods = byPeriod.sorted { $0.key < $1.key }.map { (period: $0.key, pay: $0.value) }
        var rest = lines[...]
        payees = byPayee.sorted { $0.key < $1.key }.map { id, pay in
            let own = rest.prefix { $0.place.payee == id }
            rest = rest.dropFirst(own.count)
            return PayeePay(id: id, pay: pay, components: inOrder(parts[id] ?? [:]), lines: own)
        }
        scope = SimulationReport.scope(of: simulation)
    }

    private static func scope(of simulation: PlanSimulation) -> String {
        let (payees, credits) = (simulation.payees.count, ProgressBar.grouped(Int64(simulation.credits)))
        var text = "\(payees) \(payees == 1 ? "payee has" : "payees have") a contract that names plan "
        text += "'\(simulation.contractPlan)': \(credits) credits"
        if let first = simulation.first, let last = simulation.last { text += " from \(first) to \(last)" }
        if let since = simulation.since { text += ", compared from the pay period with \(since) on" }
        return text
    }

    /// Those whose pay rises most, and falls most.
    func extremes(_ count: Int) -> (gain: [(PayeeID, PlanSimulation.Pay)], lose: [(PayeeID, PlanSimulation.Pay)]) {
        let sorted = payees.map { ($0.id, $0.pay) }.sorted {
            $0.1.difference == $1.1.difference ? $0.0 < $1.0 : $0.1.difference > $1.1.difference
        }
        return (
            Array(sorted.prefix { $0.1.difference > 0 }.prefix(count)),
            Array(sorted.reversed().prefix { $0.1.difference.isNegative }.prefix(count))
        )
    }
}

extension PlanSimulation.Pay {
    /// Of two sums of money, which fit a number by far.
    var difference: Number { (try? after - before) ?? .zero }

    /// `+8.3%`; nothing where there was nothing before.
    var change: String {
        guard !before.isZero, !difference.isZero,
            let share = try? (difference * 100).multiplied(by: 1, dividedBy: before),
            let rounded = try? share.rounded(to: 1, .halfUp)
        else { return "" }
        return (rounded.isNegative ? "" : "+") + rounded.formatted(places: 1) + "%"
    }
}

// MARK: Text

extension SimulationReport {
    var text: String {
        var text = "\(title.printable)\n\(scope)\n\n"
        guard !lines.isEmpty else { return text + "Neither plan pays anything for them.\n" }
        text += table("Component", components.map { ($0.name, $0.pay) } + [("Total \(currency)", total)])
        text += "\n" + table("Pay period", periods.map { ($0.period.label, $0.pay) })
        let (gain, lose) = extremes(5)
        if !gain.isEmpty { text += "\n" + table("Gains most", gain.map { ($0.text, $1) }) }
        if !lose.isEmpty { text += "\n" + table("Loses most", lose.map { ($0.text, $1) }) }
        text += "\n" + table("Payee", payees.flatMap(rows))
        guard payees.contains(where: { !$0.pay.difference.isZero }) else {
            return text + "\nEvery payee is paid the same in all.\n"
        }
        let same = payees.count { $0.pay.difference.isZero }
        if same > 0 { text += "\n\(same) of \(payees.count) payees are paid the same in all.\n" }
        return text
    }

    private func rows(of payee: PayeePay) -> [(String, PlanSimulation.Pay)] {
        let parts = payee.components.map { ("  \($0.name)", $0.pay) }
        return [(payee.id.text, payee.pay)] + (parts.count > 1 ? parts : [])
    }

    private func table(_ title: String, _ rows: [(String, PlanSimulation.Pay)]) -> String {
        var table = TextTable([title, "Before", "After", "Difference", ""], [.left, .right, .right, .right, .right])
        for (name, pay) in rows {
            table.append([name, money(pay.before), money(pay.after), signed(pay.difference), pay.change])
        }
        return table.text
    }

    private func money(_ amount: Number) -> String { amount.formatted(places: currency.minorPlaces) }

    private func signed(_ amount: Number) -> String {
        amount.isZero || amount.isNegative ? money(amount) : "+" + money(amount)
    }
}

// MARK: CSV and JSON

extension SimulationReport {
    var csv: String {
        var csv = CSVText()
        csv.title("payee", "period", "component", "currency", "before", "after", "difference")
        for line in lines {
            csv.row([
                .text(line.place.payee.text), .text(line.place.period.label), .text(line.place.component),
                .text(currency.code), .number(line.pay.before.plain(currency)), .number(line.pay.after.plain(currency)),
                .number(line.pay.difference.plain(currency)),
            ])
        }
        return csv.text
    }

    var json: JSON {
        let (gain, lose) = extremes(5)
        return .object([
            JSON.Member("comparison", .string(title)), JSON.Member("currency", .string(currency.code)),
            JSON.Member("total", .object(members(total))),
            JSON.Member("components", .array(components.map { named("component", $0.name, $0.pay) })),
            JSON.Member("periods", .array(periods.map { named("period", $0.period.label, $0.pay) })),
            JSON.Member("payees", .array(payees.map(json))),
            JSON.Member("gain_most", .array(gain.map { named("payee", $0.text, $1) })),
            JSON.Member("lose_most", .array(lose.map { named("payee", $0.text, $1) })),
        ])
    }

    private func json(of payee: PayeePay) -> JSON {
        let own = payee.lines.map { line in
            JSON.object(
                [
                    JSON.Member("period", .string(line.place.period.label)),
                    JSON.Member("component", .string(line.place.component)),
                ] + members(line.pay))
        }
        return .object(
            [JSON.Member("payee", .string(payee.id.text))] + members(payee.pay) + [JSON.Member("lines", .array(own))])
    }

    private func named(_ key: String, _ name: String, _ pay: PlanSimulation.Pay) -> JSON {
        .object([JSON.Member(key, .string(name))] + members(pay))
    }

    private func members(_ pay: PlanSimulation.Pay) -> [JSON.Member] {
        [("before", pay.before), ("after", pay.after), ("difference", pay.difference)].map { name, amount in
            JSON.Member(name, .string(amount.plain(currency)))
        }
    }
}
