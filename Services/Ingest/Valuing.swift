import Domain
import Plans

/// The last step of crediting: what the part is worth in the currency of the plan that pays for it.
extension Crediting {
    /// `nil`, without a problem, while the day by which the payee's plan counts the deal is not known.
    func credit(
        _ origin: Origin, _ file: PayeeFile, _ role: Role, _ part: Money, _ share: Rate, _ problems: inout [SkipReason]
    ) throws(ArithmeticError) -> Credit? {
        guard var (engagement, plan) = agreed(with: file, on: origin.closed, &problems) else { return nil }
        var day = origin.closed
        if plan.date != .closed {
            let milestones = origin.fulfilment?.milestones ?? [:]
            let fields = fields(of: origin, plan, &problems)
            guard let other = plan.date.day(closed: day, milestones: milestones, fields: fields),
                let next = agreed(with: file, on: other, &problems)
            else { return nil }
            (day, engagement, plan) = (other, next.engagement, next.plan)
        }
        for need in plan.quotasNeeded where need.isFor(role) {
            let period = Period(need.kind, containing: day)
            guard !hasQuota(need.name, period, file, engagement, plan) else { continue }
            let problem = SkipReason(
                .noQuota,
                "\(file.id) has no quota '\(need.name)' for \(period), which plan '\(plan.plan.name)' measures against",
                remedy: "add a line to quotas.csv, and apply")
            if !problems.contains(problem) { problems.append(problem) }
        }
        let rate =
            part.currency == plan.currency
            ? nil : company.exchangeRate(from: part.currency, to: plan.currency, on: origin.closed)
        if part.currency != plan.currency, rate == nil {
            problems.append(
                SkipReason(
                    .noExchangeRate, "no exchange rate from \(part.currency) to \(plan.currency) for \(origin.closed)",
                    remedy: "add a line to exchange-rates.csv on or before that day, and apply"))
            return nil
        }
        let value =
            try rate.map { rate throws(ArithmeticError) in
                try Money(part.amount * rate, plan.currency).rounded(.halfEven)
            } ?? part
        guard value.isWithinLimit else {
            problems.append(
                SkipReason(
                    .badField, "amount: \(part) is beyond \(Money.limit) in \(plan.currency)",
                    remedy: "correct the amount in the CRM"))
            return nil
        }
        return Credit(
            key: CreditKey(deal: origin.deal.id, line: origin.line.id, role: role), date: day, amount: value,
            original: origin.amount, share: share, exchangeRate: rate, product: origin.line.product,
            kind: origin.deal.kind, account: origin.deal.account, source: origin.source, provenance: origin.provenance,
            fields: fields(of: origin, plan, &problems), fulfilment: origin.fulfilment)
    }

    /// The plan that pays for what counts on a day.
    private func agreed(
        with file: PayeeFile, on day: CalendarDate, _ problems: inout [SkipReason]
    ) -> (engagement: PayeeFile.Engagement, plan: CreditedPlan)? {
        guard let engagement = file.contract(on: day) else {
            problems.append(
                SkipReason(
                    .noContractOnDate, "\(file.id) has no contract on \(day)",
                    remedy: "add a line to contracts.csv that covers the day, and apply"))
            return nil
        }
        guard let plan = engagement.plan else {
            problems.append(
                SkipReason(
                    .noContractOnDate,
                    "the contract of \(file.id) on \(day) names plan '\(engagement.contract.plan)', which there is not",
                    remedy: "add plans/\(engagement.contract.plan).yaml to the company folder, and apply"))
            return nil
        }
        return (engagement, plan)
    }

    /// Nearly always it is the very period's.
    private func hasQuota(
        _ name: String, _ period: Period, _ file: PayeeFile, _ engagement: PayeeFile.Engagement, _ plan: CreditedPlan
    ) -> Bool {
        file.quotas.contains { $0.period == period && $0.measure == name }
            || Terms(of: engagement.contract, file.quotas).completed(by: plan.plan).hasQuota(name, period)
    }

    /// A line's own fields and its deal's, each of the type that the plan declares. Those that it does not are kept for
    /// the plan to come.
    private func fields(
        of origin: Origin, _ plan: CreditedPlan, _ problems: inout [SkipReason]
    ) -> [String: FieldValue] {
        if origin.deal.fields.isEmpty, origin.line.fields.isEmpty { return [:] }
        var fields = origin.deal.fields
        // How many there are of all lines is said of none of them.
        if !origin.deal.lines.isEmpty { fields["quantity"] = nil }
        fields.merge(origin.line.fields) { $1 }
        for declared in plan.fields {
            guard let value = fields[declared.name] else { continue }
            if let fitting = value.fitting(declared.type) {
                fields[declared.name] = fitting
                continue
            }
            let problem = SkipReason(
                .badField,
                "\(declared.name): \(value.kind) '\(value.description.cut(to: 80))' is not the \(declared.type) that plan "
                    + "'\(plan.plan.name)' declares",
                remedy: "state its type under 'fields' in the mapping, as in \(declared.name): {field: …, type: "
                    + "\(declared.type)}, or in the plan, and apply")
            if !problems.contains(problem) { problems.append(problem) }
        }
        return fields
    }
}

extension FieldValue {
    /// The value as one of that type; a day is a text where the source has no dates.
    fileprivate func fitting(_ type: Plan.FieldType) -> FieldValue? {
        switch (self, type) {
        case (.number, .decimal), (.text, .string), (.date, .date), (.flag, .bool): self
        case (.text(let text), .date): CalendarDate(text).map { .date($0) }
        default: nil
        }
    }

    fileprivate var kind: String {
        switch self {
        case .number: "the number"
        case .text: "the text"
        case .date: "the date"
        case .flag: "the flag"
        }
    }
}
