import Domain
import Plans
import Records
import Yams

extension Mapping {
    /// The company's own fields of a deal or line, which rules read as `deal.NAME` or `line.NAME`.
    struct OwnFields: Hashable, Sendable {
        var named: [Named] = []
        /// A field that holds an object of values by name, beside those above.
        var list: Field?

        struct Named: Hashable, Sendable {
            let name: String
            let type: Plan.FieldType
            let field: NumberField
            let format: DateFormat
        }

        static let api = OwnFields(named: [.quantity(.path("quantity"))], list: .path(["fields"]))

        /// A deal carries only so many in each of its credits.
        static let limit = 50
    }
}

extension Mapping.OwnFields.Named {
    static func quantity(_ field: Mapping.NumberField) -> Self {
        Self(name: "quantity", type: .decimal, field: field, format: .iso)
    }
}

extension DealReading {
    mutating func own(_ fields: Mapping.OwnFields, in body: JSONValue, at place: String = "") -> [String: FieldValue] {
        var result: [String: FieldValue] = [:]
        for own in fields.named {
            guard let text = mapping.text(own.field.field, in: body) else { continue }
            result[own.name] = value(text, own, at: place + own.field.field.name)
        }
        guard case .path(let path) = fields.list, let list = Mapping.value(at: path, in: body), !list.isNull else {
            return result
        }
        let name = place + path.name
        guard let members = list.members, members.count <= Mapping.OwnFields.limit else {
            bad(
                name, list.description, "is not an object of up to \(Mapping.OwnFields.limit) values by name",
                remedy: #"send {"region": "EMEA", "margin": 0.35}"#)
            return result
        }
        for (name, value) in members {
            if let value = self.value(value, of: name, at: place + path.name) { result[name] = value }
        }
        return result
    }

    private mutating func value(_ text: String, _ own: Mapping.OwnFields.Named, at place: String) -> FieldValue? {
        switch own.type {
        case .decimal: return number(text, own.field, at: place).map { .number($0) }
        case .string: return bounded(text, at: place).map { .text($0) }
        case .date:
            if let day = Mapping.day(text, own.format) { return .date(day) }
            bad(
                place, text, "is not a date of the form \(own.format.pattern)",
                remedy:
                    "correct the date, or state its form as 'format' of '\(own.name)' in mapping '\(mapping.source)'")
        case .bool:
            if ["true", "yes", "1"].contains(text.lowercased()) { return .flag(true) }
            if ["false", "no", "0"].contains(text.lowercased()) { return .flag(false) }
            bad(place, text, "is neither true nor false", remedy: "write true or false, yes or no, 1 or 0")
        }
        return nil
    }

    /// A value of our own form has the type that it has in JSON; a day is a text there.
    private mutating func value(_ value: JSONValue, of name: String, at place: String) -> FieldValue? {
        guard Plan.Field.isName(name), !Plan.Field.taken.contains(name) else {
            bad(
                place, name, "is no name for a field of your own",
                remedy: "use letters, digits and _, and none of \(Plan.Field.taken.joined(separator: ", "))")
            return nil
        }
        let place = "\(place).\(name)"
        switch value.tree {
        case .null: return nil
        case .bool(let flag): return .flag(flag)
        case .string(let text): return text.isEmpty ? nil : bounded(text, at: place).map { .text($0) }
        case .number(let text):
            return number(text, Mapping.NumberField(field: .path([name])), at: place).map { .number($0) }
        case .array, .object:
            bad(place, value.description, "is no single value", remedy: "send a number, a text or a flag")
            return nil
        }
    }
}

// MARK: Parsing

extension MappingParser {
    /// `fields: {margin: {field: margin_pct, type: decimal, times: 0.01}, region: region}`, or the name of a field that
    /// holds an object of values; beside them `quantity: units`.
    mutating func ownFields(_ map: Node.Mapping?) -> Mapping.OwnFields {
        var result = Mapping.OwnFields()
        if let quantity = numberField(map?["quantity"]) { result.named.append(.quantity(quantity)) }
        guard let node = map?["fields"] else { return result }
        guard let fields = node.mapping else {
            result.list = field(node)
            return result
        }
        if fields.count > Mapping.OwnFields.limit {
            report(node, "a mapping has at most \(Mapping.OwnFields.limit) fields of its own")
        }
        for (key, value) in fields { if let own = ownField(key, value) { result.named.append(own) } }
        return result
    }

    private mutating func ownField(_ key: Node, _ node: Node) -> Mapping.OwnFields.Named? {
        guard let name = key.string, Plan.Field.isName(name) else {
            report(key, "'\(key.string ?? "")' is not a name: letters, digits and _, beginning with a letter")
            return nil
        }
        if Plan.Field.taken.contains(name) {
            report(key, "'\(name)' is what every deal has: map it as '\(name):' beside 'fields:'")
        }
        guard let type = fieldType(node.mapping?["type"]) else { return nil }
        let extra: [Plan.FieldType: String] = [.decimal: "times", .date: "format"]
        guard let field = field(node, also: ["type"] + [extra[type]].compactMap { $0 }, in: "a \(type) field") else {
            return nil
        }
        return Mapping.OwnFields.Named(
            name: name, type: type, field: Mapping.NumberField(field: field, times: times(node)),
            format: dateFormat(node))
    }

    private mutating func fieldType(_ node: Node?) -> Plan.FieldType? {
        guard let node else { return .string }
        let types = Plan.FieldType.allCases.map(\.rawValue)
        guard let type = Plan.FieldType(rawValue: node.string ?? "") else {
            let near = suggestion(for: node.string ?? "", among: types)
            report(node, "the type of a field is one of \(types.joined(separator: ", "))\(near)")
            return nil
        }
        return type
    }
}
