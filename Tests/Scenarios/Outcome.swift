import Domain
import Records
import Runtime

@testable import statements

/// What came of a history, to be put beside what a scenario expects.
struct Outcome {
    private let statements: [Statement]
    private let skipped: [(name: String, text: String)]
    private let changes: [(name: String, text: String)]
    private let payouts: [(name: String, text: String)]
    private let contradictions: [String]

    init(_ firm: Firm) async throws {
        statements = try await firm.statements()
        skipped = try firm.skipped
        changes = try firm.changes
        payouts = try firm.payouts(statements)
        contradictions = firm.quarantined.map { "in quarantine: \($0)" } + (try await firm.contradictions(statements))
    }

    /// In words, expected beside actual; empty when there are none.
    func differences(from scenario: Scenario) -> String {
        var text = contradictions.map { $0 + "\n" }.joined()
        for statement in statements where !scenario.statements.contains(where: { $0.name == statement.name }) {
            text += told(statement, Comparison(statement.name, [], statement.figures).text)
        }
        for expected in scenario.statements {
            let statement = statements.first { $0.name == expected.name }
            var found = Comparison(expected.name, expected.figures, statement?.figures ?? []).text
            if !expected.lines.isEmpty {
                found += Comparison("\(expected.name), lines", expected.lines, statement?.lineFigures ?? []).text
            }
            for words in expected.says where statement?.told.contains(words) != true {
                found += "\(expected.name) does not say: \(words)\n"
            }
            text += told(statement, found)
        }
        text += Outcome.unsaid("skipped", scenario.skipped, skipped)
        if let expected = scenario.changes { text += Outcome.unsaid("changes", expected, changes) }
        if let expected = scenario.payouts { text += Comparison("payouts", expected, payouts).text }
        return text
    }

    /// The statement behind what differs in it.
    private func told(_ statement: Statement?, _ differences: String) -> String {
        differences.isEmpty ? "" : "\(differences)\n\(statement?.told.indented ?? "")\n\n"
    }

    /// Names must be the same; of the texts the actual one must contain what is expected.
    private static func unsaid(
        _ what: String, _ expected: [(name: String, text: String)], _ actual: [(name: String, text: String)]
    ) -> String {
        let names = Set(expected.map(\.name)).union(actual.map(\.name)).sorted()
        return names.map { name in
            let wanted = expected.filter { $0.name == name }.map(\.text)
            let found = actual.filter { $0.name == name }.map(\.text)
            guard wanted.count != found.count || !zip(wanted, found).allSatisfy({ $1.contains($0) }) else { return "" }
            return "\(what) \(name)\n  expected: \(wanted.joined(separator: "; "))\n  actual: "
                + "\(found.joined(separator: "; "))\n"
        }.joined()
    }
}

/// Named amounts as they are expected and as they are. Amounts that are equal read the same.
private struct Comparison {
    let name: String
    private let expected: [(name: String, text: String)]
    private let actual: [(name: String, text: String)]

    init(_ name: String, _ expected: [(name: String, text: String)], _ actual: [(name: String, text: String)]) {
        self.name = name
        self.expected = expected.map { ($0.name, (try? Number($0.text))?.description ?? $0.text) }
        self.actual = actual
    }

    /// Empty when they are the same.
    var text: String {
        var table = TextTable([name, "expected", "actual", ""], [.left, .right, .right, .left])
        var isSame = true
        var names = expected.map(\.name)
        for (name, _) in actual where !names.contains(name) { names.append(name) }
        for name in names {
            let (wanted, found) = (texts(expected, name), texts(actual, name))
            if wanted != found { isSame = false }
            table.append([name, wanted, found, wanted == found ? "" : "<--"])
        }
        return isSame ? "" : table.text
    }

    private func texts(_ pairs: [(name: String, text: String)], _ name: String) -> String {
        pairs.filter { $0.name == name }.map(\.text).sorted().joined(separator: ", ")
    }
}

extension String {
    fileprivate var indented: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
            .joined(separator: "\n")
    }
}

extension Statement {
    fileprivate var name: String { "\(payee) \(period)" }

    fileprivate var told: String { text(name: nil, company: nil, explained: true) }

    /// All that is not zero; where there are several currencies the name has it: `earned EUR`.
    fileprivate var figures: [(name: String, text: String)] {
        balances.flatMap { balance in
            var all = [("opening", balance.opening)]
            all += balance.movements.map { ($0.kind.rawValue, $0.amount) }
            all += [("closing", balance.closing), ("still-held", balance.held), ("still-drawn", balance.draw)]
            for payout in payouts where payout.settled.currency == balance.currency && payout.exchangeRate != nil {
                all.append(("paid-\(payout.amount.currency)", payout.amount.amount))
            }
            return all.filter { !$0.1.isZero }
                .map { (balances.count > 1 ? "\($0.0) \(balance.currency)" : $0.0, $0.1.description) }
        }
    }

    /// `commission D1`, of a line `commission D1/2`, and where it was earned in another period `commission D1 2026-01`.
    fileprivate var lineFigures: [(name: String, text: String)] {
        components.flatMap { component in
            component.lines.map { line in
                let key = line.credit.key
                var words = [component.name]
                if !key.deal.text.isEmpty {
                    words.append(key.line == .whole ? "\(key.deal)" : "\(key.deal)/\(key.line)")
                }
                if line.earned != period { words.append("\(line.earned)") }
                return (words.joined(separator: " "), line.counted.description)
            }
        }
    }
}
