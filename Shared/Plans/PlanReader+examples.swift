import Domain
import Yams

/// Credits with what they must pay.
extension PlanReader {
    mutating func examples(_ node: Node?, currency: Currency) -> [Plan.Example] {
        guard let node else { return [] }
        guard let list = node.sequence else {
            report(node, "'examples' is a list of examples, each with 'name', 'given' and 'expect'")
            return []
        }
        return list.enumerated().compactMap { example($1, number: $0 + 1, currency) }
    }

    private mutating func example(_ node: Node, number: Int, _ currency: Currency) -> Plan.Example? {
        checkKeys(node, ["name", "given", "expect"], in: "an example")
        guard let given = node["given"], let expect = node["expect"], let expected = expect.mapping else {
            report(node, "an example has 'given' and 'expect'")
            return nil
        }
        checkKeys(given, ["quota", "target", "rate", "facts", "contract", "credits", "on"], in: "'given'")
        var terms = Terms()
        terms.quotas = items(given["quota"])
        terms.targets = items(given["target"])
        terms.rates = items(given["rate"])
        terms.facts = items(given["facts"])
        if let contract = given["contract"] {
            checkKeys(contract, ["from", "to"], in: "a contract")
            terms.starts = contract["from"].flatMap { date($0) }
            terms.ends = contract["to"].flatMap { date($0) }
        }
        var credits: [Credit] = []
        for (index, element) in (given["credits"]?.sequence ?? []).enumerated() {
            if let credit = credit(element, number: index + 1, currency) { credits.append(credit) }
        }
        let day = given["on"].flatMap { date($0) }
        if credits.isEmpty, day == nil {
            report(given, "an example without credits says 'on', a day of the period that is paid")
        }
        let names = componentNames + ["total"]
        let figures: [Plan.Example.Expected] = expected.compactMap { key, value in
            guard let name = key.string else { return nil }
            if !names.contains(name) {
                report(key, "there is no component '\(name)'\(suggestion(for: name, among: names))")
            }
            return self.number(value).map { Plan.Example.Expected(name: name, amount: $0, line: key.mark?.line ?? 0) }
        }
        return Plan.Example(
            name: node["name"]?.string ?? "example \(number)", line: node.mark?.line ?? 0, terms: terms,
            credits: credits,
            day: day, expected: figures)
    }

    private mutating func items(_ node: Node?) -> [Terms.Item] {
        var result: [Terms.Item] = []
        for (key, value) in node?.mapping ?? [:] {
            guard let name = key.string else { continue }
            guard let periods = value.mapping else {
                if let number = number(value) { result.append(Terms.Item(name, nil, number)) }
                continue
            }
            for (label, value) in periods {
                guard let period = Period(label.string ?? "") else {
                    report(label, "'\(label.string ?? "")' is not a period such as 2026-03, 2026-Q1 or 2026")
                    continue
                }
                if let number = number(value) { result.append(Terms.Item(name, period, number)) }
            }
        }
        return result
    }

    private mutating func date(_ node: Node) -> CalendarDate? {
        CalendarDate(node.string ?? "").orReport {
            report(node, "'\(node.string ?? "")' is not a date such as 2026-03-01")
        }
    }

    private static let creditKeys = [
        "date", "amount", "deal", "line", "role", "share", "product", "kind", "account", "quantity",
    ]

    private mutating func credit(_ node: Node, number: Int, _ currency: Currency) -> Credit? {
        checkKeys(node, PlanReader.creditKeys + fields.map(\.name), in: "a credit")
        guard let date = node["date"].flatMap({ date($0) }) else {
            if node["date"] == nil { report(node, "a credit has a 'date'") }
            return nil
        }
        let amount = node["amount"].flatMap { self.number($0) } ?? .zero
        var values: [String: FieldValue] = [:]
        if let quantity = node["quantity"].flatMap({ self.number($0) }) { values["quantity"] = .number(quantity) }
        for field in fields { values[field.name] = node[field.name].flatMap { value($0, field.type) } }
        let key = CreditKey(
            deal: DealID(node["deal"]?.string ?? "D\(number)"), line: LineID(node["line"]?.string ?? ""),
            role: Role(node["role"]?.string ?? "owner"))
        let money = Money(amount, currency)
        return Credit(
            key: key, date: date, amount: money, original: money, share: node["share"].flatMap { rate($0) } ?? .whole,
            product: node["product"]?.string ?? "", kind: node["kind"]?.string ?? "",
            account: node["account"]?.string ?? "", fields: values)
    }

    private mutating func value(_ node: Node, _ type: Plan.FieldType) -> FieldValue? {
        switch type {
        case .decimal: number(node).map { .number($0) }
        case .string: .text(node.string ?? "")
        case .date: date(node).map { .date($0) }
        case .bool: .flag(flag(node, "the field", default: false))
        }
    }
}
