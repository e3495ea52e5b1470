import Domain
import Runtime

extension Statement {
    /// For a terminal or an e-mail: aligned, explained line by line when asked for.
    func text(name: String?, company: String?, standing: Standing = .draft, explained: Bool) -> String {
        var text = heading(name: name, company: company, standing)
        for balance in shownBalances {
            text += "\n" + summary(balance)
            for component in components where component.currency == balance.currency {
                text += "\n" + table(component)
                if explained { text += explanations(component) }
            }
            text += entryTable(balance.currency)
        }
        return text
    }

    private func heading(name: String?, company: String?, _ standing: Standing) -> String {
        let payee = name.map { "\($0.printable) (\(self.payee.text.printable))" } ?? self.payee.text.printable
        return (company.map { $0.printable + "\n" } ?? "") + "Statement \(period) of \(payee)\n"
            + "\(period.start) to \(period.end), \(standing.text.printable)\n"
    }

    private func summary(_ balance: Balance) -> String {
        var rows = [("Opening balance", balance.opening)]
        rows += balance.movements.map { (Wording.title($0.kind), $0.amount) }
        rows.append(("Closing balance", balance.closing))
        if !balance.held.isZero { rows.append(("Still held back", balance.held)) }
        if !balance.draw.isZero { rows.append(("Draw still to be recovered", balance.draw)) }
        var table = TextTable(["Balance", balance.currency.code], [.left, .right])
        for (title, amount) in rows { table.append([title, Wording.amount(amount, balance.currency)]) }
        return table.text
    }

    /// Adjustments, draws and what was settled, each with its words.
    private func entryTable(_ currency: Currency) -> String {
        var table = TextTable(["Also", "Why", currency.code], [.left, .left, .right])
        for entry in entries where entry.currency == currency {
            let words = entry.payout.map { Wording.payout($0) } ?? Wording.note(entry)
            table.append([Wording.title(entry), words, Wording.amount(entry.amount, currency)])
        }
        return table.isEmpty ? "" : "\n" + table.text
    }

    private func table(_ component: Component) -> String {
        let isHeld = component.section != .releases && component.lines.contains { $0.released != $0.amount }
        var table = TextTable(
            [Wording.title(component), "Deal", "Role", "Account", "Credit", component.currency.code]
                + (isHeld ? ["Due"] : []),
            [.left, .left, .left, .left, .right, .right, .right])
        for line in component.lines {
            table.append(
                [
                    line.credit.date.description, line.dealText, line.credit.key.role.text, line.credit.account,
                    Wording.amount(line.credit.amount.amount, component.currency),
                    Wording.amount(line.counted, component.currency),
                ] + (isHeld ? [Wording.amount(line.released, component.currency)] : []))
        }
        table.append(["Subtotal", "", "", "", "", Wording.amount(component.subtotal, component.currency)])
        return table.text
    }

    private func explanations(_ component: Component) -> String {
        var text = ""
        for line in component.lines {
            text +=
                "\n  \(line.credit.date)  \(line.dealText.printable)  "
                + "\(Wording.amount(line.counted, component.currency))\n"
            if component.section == .corrections {
                text += "    \(Wording.correction(line, of: payee).printable)\n"
            }
            for sentence in Wording.sentences(for: line) { text += "    \(sentence.printable)\n" }
        }
        return text
    }
}

extension Statement.Line {
    /// `D-17`, `D-17 / 2` for a line of it.
    var dealText: String {
        credit.key.deal.text.isEmpty
            ? "–" : credit.key.line == .whole ? credit.key.deal.text : "\(credit.key.deal) / \(credit.key.line)"
    }
}
