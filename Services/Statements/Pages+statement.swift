import Domain
import Runtime

extension Pages {
    func statement(_ shown: ShownStatement, names: Names, freshness: Freshness, isAlone: Bool) -> String {
        let statement = shown.statement
        var frame = Frame(
            title: "\(Pages.title(statement.period)) · \(statement.payee)", names: names, freshness: freshness)
        if isAlone { frame.style = Style.sheet }
        return self.statement(shown, others: [], frame)
    }

    /// `others` are the payee's periods, to go to the one before and after.
    func statement(_ shown: ShownStatement, others: [Period], _ frame: Frame) -> String {
        let statement = shown.statement
        let address = Address.statement(statement.payee, statement.period)
        var content: [String: Any] = [
            "payee": statement.payee.text, "name": frame.names[statement.payee] ?? statement.payee.text,
            "hasName": frame.names[statement.payee] != nil, "period": Pages.title(statement.period),
            "from": statement.period.start.description, "to": statement.period.end.description, "address": address,
            "payeeAddress": Address.payee(statement.payee),
            "balances": statement.balances.map(Pages.content),
            "components": statement.components.map { Pages.content($0, of: statement.payee) },
            "hasLines": !statement.components.isEmpty, "hasEntries": !statement.entries.isEmpty,
            "entries": statement.entries.map(Pages.content),
        ]
        content.merge(Pages.content(shown.standing)) { $1 }
        if let before = others.last(where: { $0 < statement.period }) {
            content["before"] = ["address": Address.statement(statement.payee, before), "title": Pages.title(before)]
        }
        if let after = others.first(where: { statement.period < $0 }) {
            content["after"] = ["address": Address.statement(statement.payee, after), "title": Pages.title(after)]
        }
        return render("statement", frame, content)
    }

    private static func content(_ balance: Statement.Balance) -> [String: Any] {
        var beside: [[String: Any]] = []
        if !balance.held.isZero {
            beside.append(["title": "Still held back", "amount": amount(balance.held, balance.currency)])
        }
        if !balance.draw.isZero {
            beside.append(["title": "Draw still to be recovered", "amount": amount(balance.draw, balance.currency)])
        }
        return [
            "currency": balance.currency.code, "opening": amount(balance.opening, balance.currency),
            "closing": amount(balance.closing, balance.currency), "beside": beside, "hasBeside": !beside.isEmpty,
            "movements": balance.movements.map { movement -> [String: Any] in
                ["title": Wording.title(movement.kind), "amount": amount(movement.amount, balance.currency)]
            },
        ]
    }

    /// How far it has come, for the badge and the words behind it.
    static func content(_ standing: Standing) -> [String: Any] {
        var content: [String: Any] = [
            "status": standing.status.rawValue, "statusTitle": Wording.title(component: standing.status.rawValue),
        ]
        if standing.status != .draft {
            content["remark"] = standing.text + (standing.reason.isEmpty ? "" : ": \(standing.reason)")
        }
        return content
    }

    private static func content(_ entry: Statement.Entry) -> [String: Any] {
        [
            "title": Wording.title(entry), "words": entry.payout.map { Wording.payout($0) } ?? Wording.note(entry),
            "amount": amount(entry.amount, entry.currency), "currency": entry.currency.code,
        ]
    }

    private static func content(_ component: Statement.Component, of payee: PayeeID) -> [String: Any] {
        [
            "name": Wording.title(component), "currency": component.currency.code,
            "subtotal": amount(component.subtotal, component.currency),
            "head": component.section == .releases ? "Released" : "Earned",
            "count": "\(component.lines.count) \(component.lines.count == 1 ? "line" : "lines")",
            "lines": component.lines.map { line in
                var content = content(line, component.currency)
                if component.section == .corrections {
                    content["sentences"] = [Wording.correction(line, of: payee)] + sentences(line)
                }
                return content
            },
        ]
    }

    private static func sentences(_ line: Statement.Line) -> [String] {
        Wording.sentences(for: line) + standing(line.explanation.attainment)
    }

    private static func content(_ line: Statement.Line, _ currency: Currency) -> [String: Any] {
        let credit = line.credit
        let facts = [credit.account, credit.product, credit.kind].filter { !$0.isEmpty }
        var content: [String: Any] = [
            "date": credit.date.description, "deal": line.dealText, "role": credit.key.role.text,
            "facts": facts.joined(separator: " · "), "hasFacts": !facts.isEmpty,
            "credit": amount(credit.amount.amount, currency), "amount": amount(line.counted, currency),
            "sentences": sentences(line),
        ]
        if line.released != line.counted { content["due"] = amount(line.released, currency) }
        return content
    }

    /// Moves with every late credit; so it is said as of its posting, and is no part of the statement proper.
    private static func standing(_ attainment: Explanation.Attainment?) -> [String] {
        guard let attainment else { return [] }
        var reached = ""
        if let share = try? attainment.after.multiplied(by: 100, dividedBy: attainment.quota).rounded(to: 2, .halfEven)
        {
            reached = ", \(share)% of the quota"
        }
        return [
            "When this was posted, \(attainment.measure) in \(attainment.period) went from "
                + "\(attainment.before.formatted(places: 2)) to \(attainment.after.formatted(places: 2))\(reached)."
        ]
    }
}
