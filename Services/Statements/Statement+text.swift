import Domain
import Runtime

extension Statement {
    /// For a terminal or an e-mail: aligned, explained line by line when asked for.
    func text(name: String?, company: String?, explained: Bool) -> String {
        var text = heading(name: name, company: company)
        for balance in balances {
            text += "\n" + summary(balance)
            for component in components where component.currency == balance.currency {
                text += "\n" + table(component)
                if explained { text += explanations(component) }
            }
        }
        return text
    }

    private func heading(name: String?, company: String?) -> String {
        let payee = name.map { "\($0.printable) (\(self.payee.text.printable))" } ?? self.payee.text.printable
        return (company.map { $0.printable + "\n" } ?? "") + "Statement \(period) of \(payee)\n"
            + "\(period.start) to \(period.end)\n"
    }

    private func summary(_ balance: Balance) -> String {
        var rows = [("Opening balance", balance.opening), ("Earned", balance.earned)]
        rows += balance.transfers.map { (Wording.title($0.account), $0.amount) }
        rows.append(("Closing balance", balance.closing))
        var table = TextTable(["Balance", balance.currency.code], [.left, .right])
        for (title, amount) in rows { table.append([title, Wording.amount(amount, balance.currency)]) }
        return table.text
    }

    private func table(_ component: Component) -> String {
        var table = TextTable(
            [Wording.title(component: component.name), "Deal", "Role", "Account", "Credit", component.currency.code],
            [.left, .left, .left, .left, .right, .right])
        for line in component.lines {
            table.append([
                line.credit.date.description, line.dealText, line.credit.key.role.text, line.credit.account,
                Wording.amount(line.credit.amount.amount, component.currency),
                Wording.amount(line.amount, component.currency),
            ])
        }
        table.append(["Subtotal", "", "", "", "", Wording.amount(component.subtotal, component.currency)])
        return table.text
    }

    private func explanations(_ component: Component) -> String {
        var text = ""
        for line in component.lines {
            text +=
                "\n  \(line.credit.date)  \(line.dealText.printable)  \(Wording.amount(line.amount, component.currency))\n"
            for sentence in Wording.sentences(for: line) { text += "    \(sentence.printable)\n" }
        }
        return text
    }
}

extension Statement.Line {
    /// `D-17`, `D-17 / 2` for a line of it.
    var dealText: String {
        credit.key.line == .whole ? credit.key.deal.text : "\(credit.key.deal) / \(credit.key.line)"
    }
}
