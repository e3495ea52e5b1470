import Domain
import Runtime

/// What makes one state of the company the other, and how to tell a person.
struct CompanyDifference: Sendable {
    let changes: [Change]

    struct Change: Sendable {
        let key: CompanyEntity.Key
        /// `nil`: it is new.
        let before: CompanyEntity?
        /// `nil`: it goes.
        let after: CompanyEntity?
    }

    /// In the order of the keys.
    init(from before: [CompanyEntity.Key: CompanyEntity], to after: [CompanyEntity]) {
        let wanted = Dictionary(after.map { ($0.key, $0) }) { $1 }
        let keys = Set(before.keys).union(wanted.keys).sorted()
        changes = keys.compactMap { key in
            before[key] == wanted[key] ? nil : Change(key: key, before: before[key], after: wanted[key])
        }
    }

    var isEmpty: Bool { changes.isEmpty }

    /// What goes to the log. Removals first, so that an ID, name or date that moves from one entity to another is free.
    var steps: [CompanyChange] {
        changes.filter { $0.after == nil }.map { .remove($0.key) }
            + changes.compactMap { $0.after.map(CompanyChange.set) }
    }

    /// `2 added, 1 changed` of one kind.
    func count(of kind: CompanyEntity.Kind) -> String {
        let changes = changes.filter { $0.key.kind == kind }
        let counts = [
            (changes.count { $0.before == nil }, "added"),
            (changes.count { $0.before != nil && $0.after != nil }, "changed"),
            (changes.count { $0.after == nil }, "removed"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

// MARK: In words

extension CompanyDifference {
    /// New and removed entities are listed up to this many of a kind; changed ones always.
    static let listLimit = 20

    /// Kind by kind: how much changes, then what.
    func text(isComplete: Bool = false) -> String {
        CompanyEntity.Kind.allCases.map { text(of: $0, isComplete: isComplete) }.joined()
    }

    private func text(of kind: CompanyEntity.Kind, isComplete: Bool) -> String {
        let all = changes.filter { $0.key.kind == kind }
        guard !all.isEmpty else { return "" }
        let limit = isComplete ? Int.max : CompanyDifference.listLimit
        var text = "\(kind.plural): \(count(of: kind))\n"
        for (sign, part) in [("-", all.filter { $0.after == nil }), ("+", all.filter { $0.before == nil })] {
            for change in part.prefix(limit) { text += "  \(sign) \(change.line)\n" }
            if part.count > limit { text += "  \(sign) … and \(part.count - limit) more (--all lists them)\n" }
        }
        for change in all where change.before != nil && change.after != nil { text += change.fieldLines }
        return text
    }
}

extension CompanyDifference.Change {
    /// What it is in one line.
    fileprivate var line: String {
        let entity = after ?? before
        let fields = (entity?.fields ?? []).filter { !$0.value.isEmpty && !$0.isText }.map { "\($0.name) \($0.value)" }
        return ([key.name] + [fields.joined(separator: ", ")]).filter { !$0.isEmpty }.joined(separator: ": ").printable
    }

    /// `  ~ bob: currency USD → EUR`, a line a field that differs.
    fileprivate var fieldLines: String {
        guard let before, let after else { return "" }
        let name = key.name.isEmpty ? "" : "\(key.name): "
        var text = ""
        for (old, new) in zip(before.fields, after.fields) where old.value != new.value {
            if new.isText {
                text += "  ~ \(name)\(LineDifference(from: old.value, to: new.value).text)"
            } else {
                text += "  ~ \(name)\(new.name) \(old.value.orDash) → \(new.value.orDash)".printable + "\n"
            }
        }
        return text
    }
}

extension String {
    fileprivate var orDash: String { isEmpty ? "–" : self }
}

extension CompanyEntity.Kind {
    var plural: String {
        switch self {
        case .settings: "settings"
        case .payee: "payees"
        case .contract: "contracts"
        case .quota: "quotas"
        case .exchangeRate: "exchange rates"
        case .product: "products"
        case .plan: "plans"
        case .mapping: "mappings"
        }
    }
}

extension CompanyEntity {
    struct FieldText {
        let name: String
        let value: String
        /// A whole file, shown by the lines that differ.
        var isText = false
    }

    /// What may differ between two versions of it; the fields of one kind are always the same ones.
    var fields: [FieldText] {
        switch self {
        case .settings(let it):
            [
                FieldText(name: "name", value: it.name), FieldText(name: "managers", value: String(it.managerLevels)),
                FieldText(name: "post-close", value: it.postClose.rawValue),
                FieldText(name: "remainder", value: it.remainder.rawValue),
            ]
        case .payee(let it): CompanyEntity.fields(it)
        case .contract(let it): [FieldText(name: "to", value: it.to?.description ?? "")]
        case .quota(let it): [FieldText(name: "amount", value: it.amount.description)]
        case .exchangeRate(let it): [FieldText(name: "rate", value: it.rate.description)]
        case .product: []
        case .plan(_, let text), .mapping(_, let text): [FieldText(name: "text", value: text, isText: true)]
        }
    }

    private static func fields(_ payee: Payee) -> [FieldText] {
        let managers = payee.managers.spans.map { "\($0.value?.text ?? "nobody") from \($0.from)" }
        return [
            FieldText(name: "name", value: payee.name), FieldText(name: "email", value: payee.email),
            FieldText(name: "currency", value: payee.currency.code),
            FieldText(name: "channel", value: payee.channel.rawValue),
            FieldText(name: "start", value: payee.starts?.description ?? ""),
            FieldText(name: "end", value: payee.ends?.description ?? ""),
            FieldText(name: "crm_ids", value: payee.aliases.joined(separator: "; ")),
            FieldText(name: "manager", value: managers.joined(separator: ", ")),
        ]
    }
}
