import Domain
import Records

extension Mapping {
    /// Maps a body to a deal. Everything wrong with it is listed, never the first only; what a problem leaves out of
    /// the deal is empty there.
    ///
    /// `id`: the deal's, where it is known already.
    func deal(from body: JSONValue, id: DealID? = nil) -> (deal: Deal, problems: [SkipReason]) {
        var reading = DealReading(mapping: self, body: body)
        let deal = Deal(
            id: id ?? dealID(in: body) ?? "", stage: reading.stage(), revision: reading.revision(),
            closed: reading.closed(), amount: reading.amount(), currency: text(currency, in: body) ?? "",
            owner: text(owner, in: body) ?? "", splits: reading.splits(), lines: reading.lines(),
            product: productName(reading.short(product)), account: reading.short(account), kind: reading.short(kind),
            fields: reading.own(own, in: body))
        return (deal, reading.problems)
    }

    /// The deal's revision alone, which must be readable even where the rest is not.
    func revision(in body: JSONValue) -> Int64? {
        var reading = DealReading(mapping: self, body: body)
        return reading.revision()
    }

    fileprivate func productName(_ name: String) -> String { productNames[name] ?? name }
}

/// One pass over a body, collecting what is wrong with it.
struct DealReading {
    let mapping: Mapping
    let body: JSONValue
    var problems: [SkipReason] = []

    mutating func bad(_ field: String, _ text: String, _ reason: String, remedy: String) {
        problems.append(
            SkipReason(.badField, "\(field): '\(text.prefix(80))' \(reason)", remedy: remedy))
    }

    /// A text that every credit carries along.
    mutating func short(_ field: Mapping.Field?) -> String {
        guard let field, let text = mapping.text(field, in: body) else { return "" }
        return bounded(text, at: field.name) ?? ""
    }

    mutating func bounded(_ text: String, at place: String) -> String? {
        if text.utf8.count <= 1000 { return text }
        bad(place, text, "has more than 1000 bytes", remedy: "shorten it in the CRM, or map another field")
        return nil
    }

    mutating func stage() -> Deal.Stage {
        guard let text = mapping.text(mapping.stage, in: body) else {
            problems.append(
                SkipReason(
                    .unmappedStage, "the deal has no stage in '\(mapping.stage.name)'",
                    remedy: "give the deal a stage in the CRM, or map another field to 'stage'"))
            return .open
        }
        if let stage = mapping.stages[text] { return stage }
        problems.append(
            SkipReason(
                .unmappedStage, "stage '\(text.prefix(80))' is not mapped",
                remedy: "add '\(text.prefix(80))' to open, won, cancelled, lost or deleted under 'stage' in mapping "
                    + "'\(mapping.source)' and apply it"))
        return .open
    }

    mutating func revision() -> Int64? {
        guard let field = mapping.revision, let text = mapping.text(field, in: body) else { return nil }
        if let number = Int64(text) { return number }
        if let instant = Instant(text) { return instant.milliseconds }
        if let date = mapping.dateFormat.date(text) { return Int64(date.day) * 86_400_000 }
        bad(
            field.name, text, "is neither a version number nor a time such as 2026-03-01T09:30:00Z",
            remedy: "correct the field in the CRM or map another one to 'revision'")
        return nil
    }

    mutating func closed() -> CalendarDate? {
        guard let field = mapping.closed, let text = mapping.text(field, in: body) else { return nil }
        if let date = mapping.dateFormat.date(text) ?? Instant(text)?.date() { return date }
        bad(
            field.name, text, "is not a date of the form \(mapping.dateFormat.pattern)",
            remedy: "correct the date, or state its form as 'format' under 'closed' in mapping '\(mapping.source)'")
        return nil
    }

    mutating func amount() -> Number? {
        guard let amount = mapping.amount, let text = mapping.text(amount.field, in: body) else { return nil }
        return number(text, amount, at: amount.field.name)
    }

    mutating func number(_ text: String, _ field: Mapping.NumberField, at place: String) -> Number? {
        do { return try field.number(text) } catch {
            bad(place, text, error.description, remedy: "correct the number: digits, and a point before decimals")
            return nil
        }
    }

    mutating func splits() -> [Deal.Split] {
        guard let rule = mapping.splits, case .path(let path) = rule.list,
            let list = Mapping.value(at: path, in: body)
        else { return [] }
        if let elements = list.elements {
            return elements.indices.compactMap { split(elements[$0], number: $0, rule) }
        }
        if list.string != nil {
            guard let text = mapping.text(list) else { return [] }
            return text.split(separator: ";").compactMap { writtenSplit(String($0), rule) }
        }
        if !list.isNull { bad(rule.list.name, list.description, "is not a list of splits", remedy: "send an array") }
        return []
    }

    private mutating func split(_ element: JSONValue, number: Int, _ rule: Mapping.Splits) -> Deal.Split? {
        func place() -> String { "\(rule.list.name)[\(number)]" }
        guard let payee = element[rule.payee].flatMap({ mapping.text($0) }) else {
            bad(place(), element.description, "has no '\(rule.payee)'", remedy: "name the payee of every split")
            return nil
        }
        guard let share = element[rule.share].flatMap({ mapping.text($0) }) else {
            bad(place(), element.description, "has no '\(rule.share)'", remedy: "give every split its share")
            return nil
        }
        return self.split(payee: payee, share: share, at: place(), rule)
    }

    /// `ada: 60; bob: 40`, as a CSV column has it.
    private mutating func writtenSplit(_ text: String, _ rule: Mapping.Splits) -> Deal.Split? {
        let parts = text.split(whereSeparator: { $0 == ":" || $0 == "=" }).map { mapping.text(written: String($0)) }
        guard parts.count == 2, let payee = parts[0], let share = parts[1] else {
            bad(
                rule.list.name, text, "is not a split such as 'ada: 60'",
                remedy: "write splits as 'payee: share; payee: share'")
            return nil
        }
        return split(payee: payee, share: share, at: rule.list.name, rule)
    }

    private mutating func split(
        payee: String, share: String, at place: @autoclosure () -> String, _ rule: Mapping.Splits
    ) -> Deal.Split? {
        if share.utf8.last == UInt8(ascii: "%"), let rate = try? Rate(share) {
            return Deal.Split(payee: payee, share: rate)
        }
        guard let number = try? Number(share), let value = try? number / rule.whole else {
            bad(place(), share, "is not a share", remedy: "give the share as a number of \(rule.whole), or as '50%'")
            return nil
        }
        return Deal.Split(payee: payee, share: Rate(value))
    }

    mutating func lines() -> [Deal.Line] {
        guard let rule = mapping.lines, case .path(let path) = rule.list, let list = Mapping.value(at: path, in: body),
            !list.isNull
        else { return [] }
        guard let elements = list.elements else {
            bad(rule.list.name, list.description, "is not a list of lines", remedy: "send an array")
            return []
        }
        let lines = elements.indices.compactMap { line(elements[$0], number: $0 + 1, rule) }
        var seen: Set<LineID> = []
        for line in lines where !seen.insert(line.id).inserted {
            bad(rule.list.name, line.id.text, "is the ID of two lines", remedy: "give every line an ID of its own")
        }
        return lines
    }

    private mutating func line(_ element: JSONValue, number position: Int, _ rule: Mapping.Lines) -> Deal.Line? {
        let place = "\(rule.list.name)[\(position - 1)]"
        guard let text = mapping.text(rule.amount.field, in: element) else {
            bad(place, element.description, "has no '\(rule.amount.field.name)'", remedy: "give every line its amount")
            return nil
        }
        guard let amount = number(text, rule.amount, at: "\(place).\(rule.amount.field.name)") else { return nil }
        guard
            let product = bounded(
                element[rule.product].flatMap({ mapping.text($0) }) ?? "", at: "\(place).\(rule.product)")
        else { return nil }
        let id = LineID(element[rule.id].flatMap({ mapping.text($0) }) ?? String(position))
        guard id.isStorable else {
            bad(
                "\(place).\(rule.id)", id.text, "has more than 200 bytes or a control character",
                remedy: "give every line a short ID")
            return nil
        }
        return Deal.Line(
            id: id,
            product: mapping.productName(product), amount: amount,
            fields: own(rule.own, in: element, at: "\(place)."))
    }
}
