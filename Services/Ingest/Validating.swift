import Domain

/// The first step of crediting: is what the deal says usable at all?
extension Crediting {
    func validate(_ deal: Deal) -> [SkipReason] {
        var problems: [SkipReason] = []
        if deal.lines.isEmpty {
            validate(product: deal.product, &problems)
        } else {
            for product in Set([deal.product] + deal.lines.map(\.product)).sorted() {
                validate(product: product, &problems)
            }
        }
        return problems + Crediting.flaws(of: deal)
    }

    /// What no change of the company can mend, only the CRM.
    static func flaws(of deal: Deal) -> [SkipReason] {
        var problems: [SkipReason] = []
        let currency = Currency(deal.currency)
        if !deal.currency.isEmpty, currency == nil {
            problems.append(
                SkipReason(
                    .unknownCurrency, "'\(deal.currency)' is not an ISO 4217 currency",
                    remedy: "correct the currency in the CRM, or map a field that holds its code"))
        }
        if deal.stage == .won { validateWon(deal, currency, &problems) }
        return problems
    }

    private func validate(product: String, _ problems: inout [SkipReason]) {
        let known = company.products
        guard !product.isEmpty, !known.isEmpty, !known.contains(product) else { return }
        let near = suggestion(for: product, among: known.sorted())
        problems.append(
            SkipReason(
                .unknownProduct, "there is no product '\(product)'\(near)",
                remedy: "add it to products.csv, or under 'product: rename:' in the mapping, and apply"))
    }

    private static func validateWon(_ deal: Deal, _ currency: Currency?, _ problems: inout [SkipReason]) {
        if deal.amount == nil {
            problems.append(
                SkipReason(.missingAmount, "the deal is won but has no amount", remedy: "enter the amount in the CRM"))
        }
        if deal.closed == nil {
            problems.append(
                SkipReason(
                    .missingCloseDate, "the deal is won but has no close date",
                    remedy: "enter the close date in the CRM"))
        }
        if deal.currency.isEmpty {
            problems.append(
                SkipReason(
                    .unknownCurrency, "the deal has no currency",
                    remedy: "map a field to 'currency', or state one with 'currency: {value: USD}'"))
        }
        if let currency { validateAmounts(deal, currency, &problems) }
        validateParts(of: deal, &problems)
    }

    /// Lines times splits: all credits of a deal are in memory at once. Those of managers are not counted.
    private static let creditLimit = 50_000

    private static func validateParts(of deal: Deal, _ problems: inout [SkipReason]) {
        if deal.lines.count > creditLimit / max(1, deal.splits.count) {
            problems.append(
                SkipReason(
                    .badField,
                    "\(deal.lines.count) lines and \(deal.splits.count) splits make more than \(creditLimit) credits",
                    remedy: "send it as several deals"))
        }
        guard !deal.splits.isEmpty else {
            if deal.owner.isEmpty { problems.append(unnamed("owner")) }
            return
        }
        for split in deal.splits {
            if split.payee.isEmpty { problems.append(unnamed("split")) }
            guard split.share.value <= .zero else { continue }
            problems.append(
                SkipReason(
                    .splitsNot100, "the split of '\(split.payee)' is \(split.share)",
                    remedy: "give every split a share above 0% in the CRM"))
        }
        let total = deal.splits.reduce(Number.zero) { (try? $0 + $1.share.value) ?? $0 }
        guard total != 1 else { return }
        problems.append(
            SkipReason(
                .splitsNot100, "the splits sum to \(Rate(total)), not 100%", remedy: "correct the splits in the CRM"))
    }

    private static func unnamed(_ part: String) -> SkipReason {
        SkipReason(.unknownOwner, "the deal is won but has no \(part)", remedy: "enter the \(part) in the CRM")
    }

    private static func validateAmounts(_ deal: Deal, _ currency: Currency, _ problems: inout [SkipReason]) {
        guard let amount = deal.amount else { return }
        func isFine(_ amount: Number) -> Bool {
            Money(amount, currency).isPayable && Money(amount, currency).isWithinLimit
        }
        if deal.lines.isEmpty, isFine(amount) { return }
        let areFine = isFine(amount) && deal.lines.allSatisfy { isFine($0.amount) }
        let amounts =
            areFine ? [] : [("amount", amount)] + deal.lines.map { ("amount of line \($0.id)", $0.amount) }
        for (name, value) in amounts where !Money(value, currency).isPayable {
            problems.append(
                SkipReason(
                    .badField,
                    "\(name): \(value) has more than the \(currency.minorPlaces) decimal places of \(currency)",
                    remedy: "round the amount in the CRM"))
        }
        for (name, value) in amounts where !Money(value, currency).isWithinLimit {
            problems.append(
                SkipReason(
                    .badField, "\(name): \(value) is beyond \(Money.limit)", remedy: "correct the amount in the CRM"))
        }
        guard !deal.lines.isEmpty else { return }
        let sum = try? deal.lines.reduce(Number.zero) { try $0 + $1.amount }
        if sum != amount {
            problems.append(
                SkipReason(
                    .linesNotAmount,
                    "the lines sum to \(sum?.description ?? "too large a number"), the deal's amount is \(amount)",
                    remedy: "correct the lines or the amount in the CRM"))
        }
    }
}
