import Domain

extension Statement {
    /// The canonical form, without a line break. Amounts are text: JSON numbers are binary in most readers.
    var json: String {
        var json = JSONText()
        json.object { json in write(to: &json) }
        return json.text
    }

    func write(to json: inout JSONText) {
        json.string("payee", payee.text)
        json.string("period", period.label)
        json.array("balances", balances) { json, balance in
            json.object { json in balance.write(to: &json) }
        }
        json.array("components", components) { json, component in
            json.object { json in
                json.string("component", component.name)
                json.string("currency", component.currency.code)
                json.string("subtotal", component.subtotal.plain(component.currency))
                json.array("lines", component.lines) { json, line in
                    json.object { json in line.write(to: &json) }
                }
            }
        }
    }
}

extension Statement.Balance {
    fileprivate func write(to json: inout JSONText) {
        json.string("currency", currency.code)
        json.string("opening", opening.plain(currency))
        json.string("earned", earned.plain(currency))
        json.array("transfers", transfers) { json, transfer in
            json.object { json in
                json.string("account", transfer.account.rawValue)
                json.string("amount", transfer.amount.plain(currency))
            }
        }
        json.string("closing", closing.plain(currency))
    }
}

extension Statement.Line {
    fileprivate func write(to json: inout JSONText) {
        let currency = credit.amount.currency
        json.string("deal", credit.key.deal.text)
        json.string("line", credit.key.line.text)
        json.string("role", credit.key.role.text)
        json.string("date", credit.date.description)
        json.string("account", credit.account)
        json.string("product", credit.product)
        json.string("kind", credit.kind)
        json.string("original", credit.original.amount.plain(credit.original.currency))
        json.string("originalCurrency", credit.original.currency.code)
        json.string("share", credit.share.value.description)
        if let rate = credit.exchangeRate { json.string("exchangeRate", rate.description) }
        json.string("credit", credit.amount.amount.plain(currency))
        json.string("amount", amount.plain(currency))
        json.object("explanation") { json in explanation.write(to: &json, currency) }
    }
}

extension Explanation {
    fileprivate func write(to json: inout JSONText, _ currency: Currency) {
        json.string("total", total.plain(currency))
        json.array("steps", steps) { json, step in
            json.object { json in
                json.string("base", step.base.plain(currency))
                json.string("rate", step.rate.value.description)
                json.string("amount", step.amount.plain(currency))
                guard let tier = step.tier else { return }
                json.string("from", tier.from.value.description)
                if let to = tier.to { json.string("to", to.value.description) }
            }
        }
        json.string("rounding", rounding.description)
        // How far the measure stood is left out: it moves with every late credit, also when nothing here changes.
        guard let attainment else { return }
        json.object("quota") { json in
            json.string("measure", attainment.measure)
            json.string("period", attainment.period.label)
            json.string("quota", attainment.quota.description)
        }
    }
}

extension Number {
    /// With the currency's places and without separators: `48000.00`.
    func plain(_ currency: Currency) -> String {
        formatted(places: currency.minorPlaces).filter { $0 != "," }
    }
}
