import Domain
import Records
import Yams

extension Mapping {
    /// Which fields tell what became of a deal after its close.
    struct ProgressFields: Hashable, Sendable {
        var cancelled: DateField?
        var reason: Field?
        var invoiced: NumberField?
        var milestones: [Milestone] = []
        /// A field that holds an object of days by name, beside those above.
        var milestoneList: Field?

        struct Milestone: Hashable, Sendable {
            let name: String
            let day: DateField
        }

        static let api = ProgressFields(
            cancelled: DateField(field: .path(["cancelled"]), format: .iso), reason: .path(["reason"]),
            invoiced: .path("invoiced"), milestoneList: .path(["milestones"]))
    }

    struct DateField: Hashable, Sendable {
        let field: Field
        let format: DateFormat
    }

    /// A deal carries only so many milestones in each of its credits.
    static let milestoneLimit = 50
}

/// What a revision says about the deal after its close.
struct DealProgress: Hashable, Sendable {
    var cancelled: CalendarDate?
    var reason = ""
    var invoiced: Number?
    var milestones: [String: CalendarDate] = [:]
}

extension Mapping {
    /// What cannot be read is left out and listed; it keeps no deal from being credited.
    func progress(from body: JSONValue) -> (progress: DealProgress, problems: [SkipReason]) {
        guard let progress else { return (DealProgress(), []) }
        var reading = ProgressReading(mapping: self, fields: progress, body: body)
        let read = reading.progress()
        return (read, reading.problems)
    }

    /// The day of the cancellation alone.
    func cancelled(in body: JSONValue) -> CalendarDate? {
        guard let progress else { return nil }
        var reading = ProgressReading(mapping: self, fields: progress, body: body)
        return reading.date(progress.cancelled)
    }

    /// A day as the source writes it, or the day of a moment in UTC.
    static func day(_ text: String, _ format: DateFormat) -> CalendarDate? {
        format.date(text) ?? Instant(text)?.date()
    }
}

private struct ProgressReading {
    let mapping: Mapping
    let fields: Mapping.ProgressFields
    let body: JSONValue
    var problems: [SkipReason] = []

    mutating func progress() -> DealProgress {
        var result = DealProgress(
            cancelled: date(fields.cancelled), reason: reason(), invoiced: invoiced())
        for milestone in fields.milestones {
            if let day = date(milestone.day) { result.milestones[milestone.name] = day }
        }
        readList(into: &result)
        return result
    }

    private mutating func bad(_ field: String, _ text: String, _ reason: String, remedy: String) {
        problems.append(SkipReason(.badProgress, "\(field): '\(text.prefix(80))' \(reason)", remedy: remedy))
    }

    mutating func date(_ field: Mapping.DateField?) -> CalendarDate? {
        guard let field, let text = mapping.text(field.field, in: body) else { return nil }
        return date(text, field.field.name, field.format)
    }

    private mutating func date(_ text: String, _ name: String, _ format: DateFormat) -> CalendarDate? {
        if let date = Mapping.day(text, format) { return date }
        bad(
            name, text, "is not a date of the form \(format.pattern)",
            remedy: "correct the date, or state its form as 'format' in mapping '\(mapping.source)'")
        return nil
    }

    private func reason() -> String { (mapping.text(fields.reason, in: body) ?? "").cut(to: 200) }

    private mutating func invoiced() -> Number? {
        guard let invoiced = fields.invoiced, let text = mapping.text(invoiced.field, in: body) else {
            return nil
        }
        do {
            let amount = try invoiced.number(text)
            if let size = try? amount.magnitude, size <= Money.limit { return amount }
            bad(invoiced.field.name, text, "is beyond \(Money.limit)", remedy: "correct the amount")
        } catch {
            bad(
                invoiced.field.name, text, error.description,
                remedy: "correct the number: digits, and a point before decimals")
        }
        return nil
    }

    private mutating func readList(into result: inout DealProgress) {
        guard case .path(let path) = fields.milestoneList, let list = Mapping.value(at: path, in: body),
            !list.isNull
        else { return }
        let name = path.name
        guard let members = list.members, members.count <= Mapping.milestoneLimit else {
            return bad(
                name, list.description, "is not an object of up to \(Mapping.milestoneLimit) days by name",
                remedy: #"send {"delivered": "2026-03-01"}"#)
        }
        for member in members {
            guard let text = mapping.text(member.value) else { continue }
            guard member.name.utf8.count <= 100, !member.name.isEmpty else {
                bad(name, member.name, "is not a name of 1 to 100 bytes", remedy: "give the milestone a short name")
                continue
            }
            if let day = date(text, "\(name).\(member.name)", .iso) { result.milestones[member.name] = day }
        }
    }
}

// MARK: Parsing

extension MappingParser {
    /// `cancelled: {field: churned_on, format: dd.MM.yyyy, reason: churn_reason}`, `invoiced: total`,
    /// `milestones: {delivered: shipped_on}`.
    mutating func progress(_ root: Node.Mapping) -> Mapping.ProgressFields {
        var result = Mapping.ProgressFields()
        result.cancelled = dateField(root["cancelled"], also: ["reason"])
        if let reason = root["cancelled"]?.mapping?["reason"] { result.reason = field(reason) }
        result.invoiced = numberField(root["invoiced"])
        guard let node = root["milestones"] else { return result }
        guard let milestones = node.mapping else {
            result.milestoneList = field(node)
            return result
        }
        if milestones.count > Mapping.milestoneLimit {
            report(node, "a mapping has at most \(Mapping.milestoneLimit) milestones")
        }
        for (key, value) in milestones {
            guard let name = scalar(key), let day = dateField(value) else { continue }
            result.milestones.append(Mapping.ProgressFields.Milestone(name: name, day: day))
        }
        return result
    }

    mutating func dateField(_ node: Node?, also keys: [String] = []) -> Mapping.DateField? {
        field(node, also: ["format"] + keys).map { Mapping.DateField(field: $0, format: dateFormat(node)) }
    }
}
