import Domain
import Runtime

extension Pages {
    func statement(_ statement: Statement, names: Names, freshness: Freshness, isAlone: Bool) -> String {
        var frame = Frame(
            title: "\(Pages.title(statement.period)) · \(statement.payee)", names: names, freshness: freshness)
        if isAlone { frame.style = Style.sheet }
        return self.statement(statement, others: [], frame)
    }

    /// `others` are the payee's periods, to go to the one before and after.
    func statement(_ statement: Statement, others: [Period], _ frame: Frame) -> String {
        let address = Address.statement(statement.payee, statement.period)
        var content: [String: Any] = [
            "payee": statement.payee.text, "name": frame.names[statement.payee] ?? statement.payee.text,
            "hasName": frame.names[statement.payee] != nil, "period": Pages.title(statement.period),
            "from": statement.period.start.description, "to": statement.period.end.description, "address": address,
            "payeeAddress": Address.payee(statement.payee),
            "balances": statement.balances.map(Pages.content),
            "components": statement.components.map(Pages.content),
            "hasLines": !statement.components.isEmpty,
        ]
        if let before = others.last(where: { $0 < statement.period }) {
            content["before"] = ["address": Address.statement(statement.payee, before), "title": Pages.title(before)]
        }
        if let after = others.first(where: { statement.period < $0 }) {
            content["after"] = ["address": Address.statement(statement.payee, after), "title": Pages.title(after)]
        }
        return render("statement", frame, content)
    }

    private static func content(_ balance: Statement.Balance) -> [String: Any] {
        [
            "currency": balance.currency.code, "opening": amount(balance.opening, balance.currency),
            "earned": amount(balance.earned, balance.currency), "closing": amount(balance.closing, balance.currency),
            "transfers": balance.transfers.map { transfer -> [String: Any] in
                ["title": Wording.title(transfer.account), "amount": amount(transfer.amount, balance.currency)]
            },
        ]
    }

    private static func content(_ component: Statement.Component) -> [String: Any] {
        [
            "name": Wording.title(component: component.name), "currency": component.currency.code,
            "subtotal": amount(component.subtotal, component.currency),
            "count": "\(component.lines.count) \(component.lines.count == 1 ? "line" : "lines")",
            "lines": component.lines.map { content($0, component.currency) },
        ]
    }

    private static func content(_ line: Statement.Line, _ currency: Currency) -> [String: Any] {
        let credit = line.credit
        let facts = [credit.account, credit.product, credit.kind].filter { !$0.isEmpty }
        return [
            "date": credit.date.description, "deal": line.dealText, "role": credit.key.role.text,
            "facts": facts.joined(separator: " · "), "hasFacts": !facts.isEmpty,
            "credit": amount(credit.amount.amount, currency), "amount": amount(line.amount, currency),
            "sentences": Wording.sentences(for: line) + standing(line.explanation.attainment),
        ]
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
