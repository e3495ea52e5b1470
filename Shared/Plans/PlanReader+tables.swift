import Domain
import Expressions
import Yams

/// Tiers, lookups, matrices and curves.
extension PlanReader {
    /// - Returns: the table, its method where one is said, and what its tiers hold: `rate`, `factor` or `amount`.
    mutating func table(
        _ node: Node, in scope: Vocabulary.Scope
    ) -> (table: Plan.Table, method: Plan.Method?, unit: String)? {
        checkKeys(node, ["by", "method", "boundary", "tiers"], in: "a rate")
        let method: Plan.Method? = node["method"].flatMap { choice($0, "method") }
        let boundary = boundary(node)
        let by = by(node, in: scope)
        let (tiers, unit) = tiers(node["tiers"], along: by, of: node)
        guard let by, !tiers.isEmpty else { return nil }
        let table = Plan.Table(by: by, axis: axis(of: by), boundary: boundary, tiers: tiers)
        if let method, method != .retroactive, table.axis == .value, scope == .period, unit == "amount" {
            report(node["method"], "tiers of amounts are retroactive: the tier reached says the amount")
        }
        return (table, method, unit)
    }

    mutating func boundary(_ node: Node) -> Plan.Boundary {
        guard let said = node["boundary"], let boundary = Plan.Boundary(rawValue: said.string ?? "") else {
            report(node["boundary"] ?? node, "'boundary' must be said: lower-inclusive or upper-inclusive")
            return .lower
        }
        return boundary
    }

    private mutating func by(_ node: Node, in scope: Vocabulary.Scope) -> Formula? {
        guard let by = node["by"] else {
            report(node, "'by' is missing: what decides, such as attainment(\(measureNames.first ?? "bookings"))")
            return nil
        }
        return formula(by, as: .decimal, in: scope)
    }

    /// A bare `attainment(m)` or `total(m)` grows with the credits; anything else is a value.
    func axis(of formula: Formula) -> Plan.Axis {
        guard formula.bindings.count == 1, let reference = formula.bindings.first?.reference else { return .value }
        let isBare = formula.text.last == ")" && formula.text.filter { $0 == "(" }.count == 1
        switch reference {
        case .attainment(let measure) where isBare && formula.text.hasPrefix("attainment("): return .attainment(measure)
        case .total(let measure) where isBare && formula.text.hasPrefix("total("): return .total(measure)
        default: return .value
        }
    }

    mutating func tiers(_ node: Node?, along by: Formula?, of parent: Node) -> (tiers: [Plan.Tier], unit: String) {
        guard let node, let sequence = node.sequence, !sequence.isEmpty else {
            report(node ?? parent, "'tiers' lists at least one tier")
            return ([], "rate")
        }
        let units = ["rate", "factor", "amount"]
        let unit = units.first { sequence[0][$0] != nil } ?? "rate"
        var result: [Plan.Tier] = []
        var end: Number?
        for (index, element) in sequence.enumerated() {
            checkKeys(element, ["from", "to", unit], in: "a tier")
            let from = element["from"].flatMap { limit($0, along: by) }
            let value = element[unit].flatMap { unit == "rate" ? rate($0)?.value : number($0) }
            guard let from, let value else {
                if element["from"] == nil || element[unit] == nil { report(element, "a tier has 'from' and '\(unit)'") }
                continue
            }
            checkStart(of: element, from: from, after: result.last, end: end, isFirst: index == 0)
            end = element["to"].flatMap { limit($0, along: by) }
            if let end, end <= from { report(element["to"], "a tier ends above its start") }
            result.append(Plan.Tier(from: from, value: value))
        }
        if let end, let last = sequence.last {
            report(last["to"], "the last tier has no end; say what is paid above \(end)")
        }
        return (result, unit)
    }

    private mutating func checkStart(of node: Node, from: Number, after last: Plan.Tier?, end: Number?, isFirst: Bool) {
        let text = { (number: Number) in
            node["from"]?.string?.last == "%" ? Rate(number).description : number.description
        }
        if isFirst, !from.isZero { report(node, "the first tier starts from 0%, so that none is missing") }
        if let last, from <= last.from { report(node, "tiers rise: \(text(from)) is not above \(text(last.from))") }
        guard let end, end != from else { return }
        report(
            node,
            end < from
                ? "there is a gap between \(text(end)) and \(text(from))"
                : "tiers overlap between \(text(from)) and \(text(end))")
    }

    // MARK: Lookups

    mutating func lookup(_ node: Node) -> Plan.Lookup? {
        checkKeys(node, ["lookup", "rows"], in: "a lookup")
        var keys: [Formula] = []
        for key in node["lookup"]?.sequence ?? [] {
            if let formula = formula(key, as: nil, in: .credit) { keys.append(formula) }
        }
        guard let list = node["lookup"]?.sequence, !list.isEmpty else {
            report(node["lookup"], "'lookup' is a list such as [deal.account, line.product]")
            return nil
        }
        guard let rows = node["rows"]?.sequence, !rows.isEmpty else {
            report(node["rows"] ?? node, "'rows' lists at least one row such as [GTX Pro, 4%]")
            return nil
        }
        guard keys.count == list.count else { return nil }
        var result: [Plan.Lookup.Row] = []
        for row in rows {
            guard let cells = row.sequence, cells.count == keys.count + 1 else {
                report(row, "a row has \(keys.count) key\(keys.count == 1 ? "" : "s") and a rate")
                continue
            }
            guard let value = number(cells[keys.count]) else { continue }
            let values = zip(keys, cells).map { key(of: $0, $1) }
            if result.contains(where: { $0.keys == values }) {
                report(row, "a row above has the same keys, so this one is never reached")
            }
            result.append(Plan.Lookup.Row(keys: values, value: value))
        }
        if !result.contains(where: { $0.keys.allSatisfy { $0 == nil } }) {
            warn(node["rows"], "no row is for everything else (\"*\"): a credit that fits no row pays nothing")
        }
        return Plan.Lookup(keys: keys, rows: Plan.Lookup.sorted(result))
    }

    private mutating func key(of formula: Formula, _ node: Node) -> FieldValue? {
        guard let text = node.string, text != "*" else { return nil }
        switch formula.program.type {
        case .string: return .text(text)
        case .date:
            return CalendarDate(text).orReport { report(node, "'\(text)' is not a date such as 2026-03-01") }.map {
                .date($0)
            }
        case .bool: return .flag(flag(node, "the key", default: false))
        default: return number(node).map { .number($0) }
        }
    }

    mutating func matrix(_ node: Node, in scope: Vocabulary.Scope) -> Plan.Matrix? {
        checkKeys(node, ["matrix", "boundary"], in: "a rate")
        let boundary = boundary(node)
        guard let matrix = node["matrix"] else { return nil }
        checkKeys(matrix, ["rows", "columns", "values"], in: "a matrix")
        guard let rows = bands(matrix, "rows", scope), let columns = bands(matrix, "columns", scope) else { return nil }
        guard let lines = matrix["values"]?.sequence, lines.count == rows.from.count else {
            report(matrix["values"] ?? matrix, "'values' has a line for each of the \(rows.from.count) rows")
            return nil
        }
        var values: [[Number]] = []
        for line in lines {
            guard let cells = line.sequence, cells.count == columns.from.count else {
                report(line, "a line of 'values' has a number for each of the \(columns.from.count) columns")
                continue
            }
            values.append(cells.compactMap { number($0) })
        }
        guard values.count == lines.count, values.allSatisfy({ $0.count == columns.from.count }) else { return nil }
        return Plan.Matrix(rows: rows, columns: columns, values: values, boundary: boundary)
    }

    private mutating func bands(_ node: Node, _ key: String, _ scope: Vocabulary.Scope) -> Plan.Matrix.Bands? {
        guard let bands = node[key], bands.mapping != nil, let list = bands["from"]?.sequence, !list.isEmpty else {
            report(
                node[key] ?? node, "'\(key)' says 'by' and 'from', such as {by: attainment(bookings), from: [0%, 100%]}"
            )
            return nil
        }
        checkKeys(bands, ["by", "from"], in: "\(key)")
        guard let by = by(bands, in: scope) else { return nil }
        var from: [Number] = []
        for element in list {
            guard let number = limit(element, along: by) else { continue }
            if let last = from.last, number <= last { report(element, "'from' rises: \(number) is not above \(last)") }
            from.append(number)
        }
        return Plan.Matrix.Bands(by: by, from: from)
    }
}
