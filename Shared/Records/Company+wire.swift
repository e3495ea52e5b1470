package import Domain
import SwiftProtobuf

extension WireCompanyChange {
    package init(_ change: CompanyChange) {
        self.init()
        switch change {
        case .remove(let key):
            remove = .with {
                $0.kind = key.kind.rawValue
                $0.name = key.name
            }
        case .set(let entity): set(entity)
        }
    }

    private mutating func set(_ entity: CompanyEntity) {
        switch entity {
        case .settings(let it):
            settings = .with {
                $0.name = it.name
                $0.managerLevels = Int32(clamping: it.managerLevels)
                $0.postClose = it.postClose.rawValue
                $0.remainder = it.remainder.rawValue
            }
        case .payee(let it): payee = WirePayee(it)
        case .contract(let it):
            contract = .with {
                $0.payee = it.payee.text
                $0.plan = it.plan
                $0.from = it.from.description
                $0.to = it.to?.description ?? ""
            }
        case .quota(let it): quota = WireQuota(it)
        case .exchangeRate(let it): exchangeRate = WireExchangeRate(it)
        case .product(let name): product = .with { $0.name = name }
        case .plan(let name, let text):
            plan = .with {
                $0.name = name
                $0.text = text
            }
        case .mapping(let source, let text):
            mapping = .with {
                $0.source = source
                $0.text = text
            }
        }
    }

    package func domain() throws(WireError) -> CompanyChange {
        switch change {
        case .remove(let it): .remove(CompanyEntity.Key(kind: try choice(it.kind, "remove.kind"), name: it.name))
        case .settings(let it): .set(.settings(try it.domain()))
        case .payee(let it): .set(.payee(try it.domain()))
        case .contract(let it):
            .set(
                .contract(
                    Contract(
                        payee: PayeeID(it.payee), plan: it.plan, from: try date(it.from, "contract.from"),
                        to: try optionalDate(it.to, "contract.to"))))
        case .quota(let it): .set(.quota(try it.domain()))
        case .exchangeRate(let it): .set(.exchangeRate(try it.domain()))
        case .product(let it): .set(.product(name: it.name))
        case .plan(let it): .set(.plan(name: it.name, text: it.text))
        case .mapping(let it): .set(.mapping(source: it.source, text: it.text))
        case nil: throw WireError("the change says neither what to set nor what to remove")
        }
    }
}

extension WireSettings {
    func domain() throws(WireError) -> Settings {
        Settings(
            name: name, managerLevels: Int(managerLevels), postClose: try choice(postClose, "settings.post_close"),
            remainder: try choice(remainder, "settings.remainder"))
    }
}

extension WirePayee {
    init(_ payee: Payee) {
        self.init()
        id = payee.id.text
        name = payee.name
        email = payee.email
        currency = payee.currency.code
        channel = payee.channel.rawValue
        starts = payee.starts?.description ?? ""
        ends = payee.ends?.description ?? ""
        aliases = payee.aliases
        managers = payee.managers.spans.map { span in
            .with {
                $0.from = span.from.description
                $0.manager = span.value?.text ?? ""
            }
        }
    }

    func domain() throws(WireError) -> Payee {
        var timeline = Timeline<PayeeID?>()
        for span in managers {
            timeline.set(span.manager.isEmpty ? nil : PayeeID(span.manager), from: try date(span.from, "managers.from"))
        }
        return Payee(
            id: PayeeID(id), name: name, email: email, currency: try Records.currency(currency, "payee.currency"),
            channel: try choice(channel, "payee.channel"), starts: try optionalDate(starts, "payee.starts"),
            ends: try optionalDate(ends, "payee.ends"), aliases: aliases, managers: timeline)
    }
}

extension WireQuota {
    package init(_ quota: Quota) {
        self.init()
        payee = quota.payee.text
        measure = quota.measure
        period = quota.period.label
        amount = quota.amount.description
    }

    package func domain() throws(WireError) -> Quota {
        Quota(
            payee: PayeeID(payee), measure: measure, period: try Records.period(period, "quota.period"),
            amount: try number(amount, "quota.amount"))
    }
}

extension WireContractTerms {
    package func domain(of payee: PayeeID) throws(WireError) -> Contract {
        Contract(
            payee: payee, plan: plan, from: try date(from, "contract.from"), to: try optionalDate(to, "contract.to"))
    }
}

extension WireExchangeRate {
    init(_ rate: ExchangeRate) {
        self.init()
        from = rate.from.code
        to = rate.to.code
        date = rate.date.description
        self.rate = rate.rate.description
    }

    func domain() throws(WireError) -> ExchangeRate {
        ExchangeRate(
            from: try currency(from, "exchange_rate.from"), to: try currency(to, "exchange_rate.to"),
            date: try Records.date(date, "exchange_rate.date"), rate: try number(rate, "exchange_rate.rate"))
    }
}
