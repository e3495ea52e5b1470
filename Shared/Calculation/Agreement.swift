package import Domain
package import Plans
package import Records

/// A contract of a payee with its plan compiled: who pays by which rules from when to when.
package final class Agreement: Sendable {
    package let contract: Contract
    /// SHA-256 of the plan file.
    package let version: String
    /// Tells these terms (plan and quotas) from others.
    package let terms: UInt64
    package let evaluator: Evaluator
    /// Of the plan, what every credit asks for: the plan as a whole costs a copy.
    let name: String
    private let from: CalendarDate
    private let to: CalendarDate?
    let currency: Currency
    let components: [String]
    let holds: Bool

    package init(contract: Contract, version: String, terms: UInt64, evaluator: Evaluator) {
        self.contract = contract
        self.version = version
        self.terms = terms
        self.evaluator = evaluator
        (from, to) = (contract.from, contract.to)
        name = evaluator.plan.name
        currency = evaluator.plan.currency
        components = evaluator.plan.components.map(\.name)
        holds = evaluator.plan.settlement.holds
    }

    package var plan: Plan { evaluator.plan }

    func covers(_ date: CalendarDate) -> Bool { from <= date && to.map { date <= $0 } != false }

    /// Reads what ingest sent. A plan was checked before it could be applied, so one that cannot be read is a record
    /// that is wrong in itself.
    package static func all(in terms: WireContractsChanged, of payee: PayeeID) throws -> [Agreement] {
        guard terms.evaluation > 0 else { throw WireError("the contracts name no evaluation") }
        guard terms.evaluation <= Meaning.latest else { throw UnknownMeaning(evaluation: terms.evaluation) }
        let quotas = try terms.quotas.map { try $0.domain() }
        let quotaText = quotas.map { "\($0.measure) \($0.period) \($0.amount)" }.joined(separator: "\n")
        return try terms.contracts.map { wire in
            let (version, plan) = try Agreement.plan(wire)
            let contract = try wire.domain(of: payee)
            // What a prorated quota comes to hangs on the days of the contract too, and on the meaning.
            let days =
                terms.evaluation >= Meaning.proratedParts && plan.proratesQuotas ? "\n\(wire.from) \(wire.to)" : ""
            return Agreement(
                contract: contract, version: version, terms: shortDigest("\(version)\n\(quotaText)\(days)".utf8),
                evaluator: Evaluator(
                    plan: plan,
                    terms: Terms(of: contract, quotas, proratesParts: terms.evaluation >= Meaning.proratedParts)))
        }
    }

    private static func plan(_ terms: WireContractTerms) throws -> (version: String, plan: Plan) {
        let version = hexadecimal(digest(terms.planText.utf8))
        do { return (version, try Plan.shared(parsing: terms.planText, file: "plans/\(terms.plan).yaml")) } catch {
            throw WireError("plan '\(terms.plan)' cannot be read: \(error)")
        }
    }
}

/// A newer ingest told the contracts. The event is right and this program is old: to go on without it would pay by the contracts
/// before.
package struct UnknownMeaning: Error, CustomStringConvertible {
    let evaluation: Int32

    package var description: String {
        "contracts were told in evaluation \(evaluation), and this program knows 1 to \(Meaning.latest): it is older than "
            + "the ingest that told them. Upgrade it; nothing was lost"
    }
}
