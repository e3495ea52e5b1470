import Domain
import Expressions
import Yams

/// Reading single values.
extension PlanReader {
    mutating func checkKeys(_ node: Node, _ known: [String], in place: String) {
        for (key, _) in node.mapping ?? [:] {
            guard let name = key.string else {
                report(key, "a key of \(place) is a text")
                continue
            }
            guard !known.contains(name) else { continue }
            report(key, "'\(name)' is not a key of \(place)\(suggestion(for: name, among: known))")
        }
    }

    mutating func required(_ map: Node.Mapping, _ key: String, of parent: Node) -> String? {
        guard let node = map[key] else {
            report(parent, "'\(key)' is missing")
            return nil
        }
        guard let text = node.string, !text.isEmpty else {
            report(node, "'\(key)' is a text")
            return nil
        }
        return text
    }

    mutating func choice<Choice>(_ node: Node, _ key: String) -> Choice?
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        guard let text = node.string, let choice = Choice(rawValue: text) else {
            let given = node.string.map { suggestion(for: $0, among: names) } ?? ""
            report(node, "'\(key)' is one of \(names.joined(separator: ", "))\(given.hasPrefix(";") ? "" : given)")
            return nil
        }
        return choice
    }

    mutating func flag(_ node: Node?, _ key: String, default: Bool) -> Bool {
        guard let node else { return `default` }
        switch node.string {
        case "true": return true
        case "false": return false
        default:
            report(node, "'\(key)' is true or false")
            return `default`
        }
    }

    mutating func rate(_ node: Node) -> Rate? {
        guard let text = node.string, let rate = try? Rate(text) else {
            report(node, "'\(node.string ?? "")' is not a rate such as 6% or 0.06")
            return nil
        }
        return rate
    }

    /// A number, or a percentage as a share of one.
    mutating func number(_ node: Node) -> Number? {
        guard let text = node.string, let rate = try? Rate(text) else {
            report(node, "'\(node.string ?? "")' is not a number such as 25000 or 6%")
            return nil
        }
        return rate.value
    }

    mutating func formula(_ node: Node, as type: ValueType?, in scope: Vocabulary.Scope) -> Formula? {
        guard let text = node.string, !text.isEmpty else {
            report(node, "an expression such as credit.amount is expected here")
            return nil
        }
        let line = node.mark?.line ?? 1
        let column = node.mark?.column ?? 1
        let isQuoted = node.scalar.map { $0.style == .doubleQuoted || $0.style == .singleQuoted } ?? false
        let source = Source(text, file: file, line: line, column: column + (isQuoted ? 1 : 0), indent: column)
        do throws(ExpressionError) {
            let formula = try vocabulary.compile(source, as: type, in: scope)
            for warning in formula.program.warnings { warnings.append(problem(warning)) }
            warnOfUnits(formula)
            return formula
        } catch {
            problems += error.diagnostics.map(problem)
            return nil
        }
    }

    private func problem(_ diagnostic: Diagnostic) -> FileProblem {
        FileProblem(
            file: file, line: diagnostic.location.line, column: diagnostic.location.column,
            diagnostic.message + (diagnostic.suggestion.map { " (did you mean '\($0)'?)" } ?? ""))
    }

    mutating func window(_ node: Node, _ key: String, among names: [String]) -> Plan.Window? {
        let text = node.string ?? ""
        guard names.contains(text) else {
            report(node, "'\(key)' is \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")")
            return nil
        }
        switch text {
        case "deal": return .deal
        case "plan": return .plan
        default: return PeriodKind(rawValue: text).map { .period($0) }
        }
    }

    mutating func measure(named name: String?, at node: Node) -> Int? {
        if let index = measures.firstIndex(where: { $0.name == name }) { return index }
        if let name, measureNames.contains(name) { return nil }
        report(node, "there is no measure '\(name ?? "")'\(suggestion(for: name ?? "", among: measureNames))")
        return nil
    }
}

extension Optional {
    func orReport(_ report: () -> Void) -> Wrapped? {
        if self == nil { report() }
        return self
    }
}

extension Plan.Window {
    static let measureNames = ["month", "quarter", "half", "year", "deal", "plan", "week", "semi-month"]

    /// Longer windows begin no later than shorter ones that they contain.
    var rank: Int {
        switch self {
        case .deal: 0
        case .period(.week): 1
        case .period(.semiMonth): 2
        case .period(.month): 3
        case .period(.quarter): 4
        case .period(.half): 5
        case .period(.year): 6
        case .plan: 7
        }
    }

    /// As one says it: `per month`.
    var text: String {
        switch self {
        case .deal: "deal"
        case .period(let kind): kind.rawValue
        case .plan: "plan"
        }
    }
}
