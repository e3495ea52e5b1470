import Domain
import TestSupport
import Testing

@testable import statements

@Suite("Scenarios")
struct ScenarioTests {
    @Test("a history gives the statements that an analyst works out by hand", arguments: Scenario.all)
    func scenario(path: String) async throws {
        let scenario = try Scenario(path)
        try await withTemporaryFolder { folder in
            let firm = try Firm(folder: folder)
            try firm.play(scenario)
            #expect(firm.quarantined() == [], "\(path)")
            let statements = try await firm.statements()
            for statement in statements { #expect(try statement.contradiction() == nil, "\(path)") }
            for expected in scenario.expected { compare(expected, statements, scenario) }
        }
    }

    @Test("there are at least sixty of them, of every kind")
    func count() {
        #expect(Scenario.all.count >= 60)
        let kinds = Set(Scenario.all.compactMap { $0.split(separator: "/").first.map(String.init) })
        #expect(
            kinds == ["adjustments", "clawback", "corrections", "currencies", "draws", "release", "settlement"])
    }

    private func compare(_ expected: Scenario.Expected, _ statements: [Statement], _ scenario: Scenario) {
        let place = "\(scenario.path): \(expected.payee) \(expected.period)"
        let found = statements.first {
            $0.payee.text == expected.payee && $0.period.label == expected.period
        }
        guard let statement = found else {
            if !expected.figures.isEmpty || !expected.lines.isEmpty { Issue.record("\(place): there is no statement") }
            return
        }
        let told = statement.text(name: nil, company: nil, explained: true)
        #expect(
            sorted(statement.figures) == sorted(expected.figures.map { Figure($0.name, $0.amount) }),
            "\(place)\n\(told)")
        if !expected.lines.isEmpty {
            #expect(
                sorted(statement.lineFigures) == sorted(expected.lines.map { Figure($0.name, $0.amount) }),
                "\(place)\n\(told)")
        }
        for sentence in expected.says { #expect(told.contains(sentence), "\(place)\n\(told)") }
    }

    private func sorted(_ figures: [Figure]) -> [String] { figures.map(\.text).sorted() }
}

/// A name and an amount; amounts that are equal read the same.
struct Figure {
    let text: String

    init(_ name: String, _ amount: String) { text = "\(name) \((try? Number(amount))?.description ?? "'\(amount)'")" }
    init(_ name: String, _ amount: Number) { text = "\(name) \(amount)" }
}

extension Statement {
    /// All that is not zero; in another currency than the first balance's the name has it: `earned EUR`.
    var figures: [Figure] {
        balances.flatMap { balance in
            let suffix = balances.count > 1 ? " \(balance.currency)" : ""
            var all = [("opening", balance.opening)]
            all += balance.movements.map { ($0.kind.rawValue, $0.amount) }
            all += [("closing", balance.closing), ("still-held", balance.held), ("still-drawn", balance.draw)]
            let paid = entries.compactMap(\.payout).filter { $0.settled.currency == balance.currency }
            for payout in paid where payout.amount.currency != balance.currency {
                all.append(("paid-\(payout.amount.currency)", payout.amount.amount))
            }
            return all.filter { !$0.1.isZero }.map { Figure($0.0 + suffix, $0.1) }
        }
    }

    /// `commission D1`, in a correction with the period it was earned in: `commission D1 2026-01`.
    var lineFigures: [Figure] {
        components.flatMap { component in
            component.lines.map { line in
                let deal = line.credit.key.deal.text.isEmpty ? "" : " \(line.credit.key.deal)"
                let piece = line.credit.key.line == .whole ? "" : "/\(line.credit.key.line)"
                let earned = line.earned == period ? "" : " \(line.earned)"
                return Figure("\(component.name)\(deal)\(piece)\(earned)", line.counted)
            }
        }
    }
}
