import Domain
import Runtime

extension CompanyDifference {
    /// What takes credits away from deals that may have been paid already, in words: removed days of contracts, products,
    /// sources and exchange rates. What only moves credits or values them otherwise is no loss.
    func losses(from before: Company) -> [String] {
        var after = before
        for step in steps { after.apply(step) }
        return changes.compactMap { $0.key.kind == .contract ? nil : $0.loss(after, before) }
            + before.contracts.keys.sorted().compactMap { payee in
                let days = before.daysCovered(of: payee, butNotBy: after)
                return days.isEmpty ? nil : "\(payee) has no contract any more \(days.joined(separator: ", "))"
            }
    }

    /// What may credit a deal twice, in words: sources whose deals are known by something else from now on. A deal keeps
    /// the ID under which it came.
    func doubles(from before: Company) -> [String] {
        changes.compactMap { change in
            guard case (.mapping(let source, _), .mapping(_, let text)) = (change.before, change.after),
                let old = before.mappings[source], let new = try? Mapping.parse(text, file: source), old.id != new.id
            else { return nil }
            return "deals of source '\(source)' are known by '\(new.id.name)' instead of '\(old.id.name)': send those "
                + "that came before as deleted, under their old IDs, before they come again"
        }
    }

    /// For a person who is to decide; empty when nobody loses anything and nothing is credited twice.
    func warning(from before: Company) -> String {
        CompanyDifference.warning(
            "This takes credits away, and what they paid comes back out of the open period", losses(from: before))
            + CompanyDifference.warning("This may credit deals twice", doubles(from: before))
    }

    private static func warning(_ title: String, _ items: [String]) -> String {
        guard !items.isEmpty else { return "" }
        var text = "\n\(title):\n"
        for item in items.prefix(listLimit) { text += "  ! \(item.printable)\n" }
        return text + (items.count > listLimit ? "  ! … and \(items.count - listLimit) more\n" : "")
    }
}

extension CompanyDifference.Change {
    fileprivate func loss(_ after: Company, _ before: Company) -> String? {
        switch (self.before, self.after) {
        case (.product(let name), nil) where !after.products.isEmpty: "deals of product '\(name)' are not credited"
        case (nil, .product) where before.products.isEmpty && key == after.firstProduct:
            "deals of products that are not in products.csv are not credited any more"
        case (.mapping(let source, _), nil): "deals and payments of source '\(source)' cannot be read any more"
        case (.exchangeRate(let rate), nil) where after.exchangeRate(from: rate.from, to: rate.to, on: rate.date) == nil:
            "deals in \(rate.from) from \(rate.date) on have no exchange rate to \(rate.to)"
        case (.settings(let old), .settings(let new)) where new.managerLevels < old.managerLevels:
            "managers of level \(new.managerLevels + 1) and above are not credited"
        default: nil
        }
    }
}

extension Company {
    fileprivate var firstProduct: CompanyEntity.Key? { products.min().map { CompanyEntity.product(name: $0).key } }

    /// Spans of days on which a contract covers the payee here and none does there.
    fileprivate func daysCovered(of payee: PayeeID, butNotBy other: Company) -> [String] {
        let all = (contracts[payee] ?? []) + (other.contracts[payee] ?? [])
        let edges = Set(all.map(\.from) + all.compactMap { $0.to?.adding(days: 1) }).sorted()
        return edges.enumerated().compactMap { index, day in
            guard contract(of: payee, on: day) != nil, other.contract(of: payee, on: day) == nil else { return nil }
            let last = index + 1 < edges.count ? edges[index + 1].adding(days: -1) : nil
            return last.map { "from \(day) to \($0)" } ?? "from \(day) on"
        }
    }
}
