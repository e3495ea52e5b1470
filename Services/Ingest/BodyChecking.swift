import Domain
import Records
import Runtime

/// What a posted body must be before any of it is taken: one deal or a list of deals, each with an ID, in the form of
/// its source. All problems of all deals are listed; a batch is taken whole or not at all.
struct BodyChecking {
    let mapping: Mapping

    struct Checked {
        let id: DealID
        let body: [UInt8]
        let revision: Int64?
    }

    static let batchLimit = 1000
    /// Of one deal; a log takes records of up to a million bytes.
    static let dealLimit = 500_000
    /// Enough to see what is wrong with a sender.
    static let problemLimit = 100
    private static let names = [
        "id", "stage", "closed", "amount", "currency", "owner", "product", "account", "kind", "revision", "splits",
        "lines", "cancelled", "reason", "invoiced", "milestones", "quantity", "fields",
    ]
    private static let paymentNames = ["id", "deal", "date", "amount", "currency"]

    func check(_ bytes: [UInt8]) throws(Problems) -> [Checked] {
        let value: JSONValue
        do { value = try JSONText.value(bytes) } catch {
            throw Problems([
                Problem(
                    where: "body, \(error.place)", error.reason,
                    remedy: "Send one deal as a JSON object, or a list of them.")
            ])
        }
        let deals = value.elements ?? [value]
        guard (1...BodyChecking.batchLimit).contains(deals.count) else {
            throw Problems([
                Problem(
                    where: "body", "it has \(deals.count) deals",
                    remedy: "Send 1 to \(BodyChecking.batchLimit) deals at a time.")
            ])
        }
        var checked: [Checked] = []
        var problems: [Problem] = []
        for (index, deal) in deals.enumerated() {
            let place = deals.count == 1 ? "deal" : "deal \(index + 1)"
            check(deal, at: place, into: &checked, &problems)
            if problems.count > BodyChecking.problemLimit { break }
        }
        guard problems.isEmpty else { throw Problems(Array(problems.prefix(BodyChecking.problemLimit))) }
        return checked
    }

    private func check(_ deal: JSONValue, at place: String, into checked: inout [Checked], _ problems: inout [Problem])
    {
        guard let members = deal.members else {
            return problems.append(
                Problem(
                    where: place, "it is \(deal.tree.kind), not an object", remedy: "Send every deal as a JSON object.")
            )
        }
        guard let id = mapping.dealID(in: deal) else {
            return problems.append(
                Problem(
                    where: "\(place).\(mapping.id.name)",
                    "the deal has no ID of 1 to 200 bytes without control characters",
                    remedy: "Send the deal's ID as '\(mapping.id.name)'."))
        }
        let before = problems.count
        if mapping === Mapping.api { checkNames(members, among: BodyChecking.names, at: place, &problems) }
        if mapping === Mapping.payments { checkNames(members, among: BodyChecking.paymentNames, at: place, &problems) }
        for reason in reasons(deal) {
            problems.append(Problem(where: place, reason.message, remedy: "\(reason.remedy.capitalisedSentence)."))
        }
        let body = deal.tree.bytes
        if body.count > BodyChecking.dealLimit {
            problems.append(
                Problem(
                    where: place, "it has \(body.count) bytes, more than \(BodyChecking.dealLimit)",
                    remedy: "Send only the fields that the mapping reads."))
        }
        guard problems.count == before else { return }
        checked.append(Checked(id: id, body: body, revision: mapping.revision(in: deal)))
    }

    /// In our own form, what cannot be read is the sender's to correct; a CRM's is listed at crediting instead.
    private func reasons(_ body: JSONValue) -> [SkipReason] {
        if mapping === Mapping.payments { return mapping.payment(from: body, event: "").problem.map { [$0] } ?? [] }
        return mapping === Mapping.api ? mapping.deal(from: body).problems + mapping.progress(from: body).problems : []
    }

    private func checkNames(
        _ members: [(name: String, value: JSONValue)], among names: [String], at place: String,
        _ problems: inout [Problem]
    ) {
        for member in members.lazy.filter({ !names.contains($0.name) }).prefix(BodyChecking.problemLimit) {
            let near = suggestion(for: member.name, among: names)
            problems.append(
                Problem(
                    where: "\(place).\(member.name.prefix(40))", "there is no such field\(near)",
                    remedy: "Remove it, or send the deal through a source with a mapping of its own."))
        }
    }
}

extension JSONError {
    fileprivate var place: String { "line \(line), column \(column)" }
}

extension String {
    fileprivate var capitalisedSentence: String { prefix(1).uppercased() + dropFirst() }
}
