package import Domain
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireLedgerDocument {
    package init(_ document: LedgerDocument) {
        self.init()
        payee = document.payee.text
        sequence = document.sequence
        period = document.period.label
        kind = document.kind.rawValue
        currency = document.currency.code
        cause = document.cause
        plan = document.plan
        planVersion = document.planVersion
        previousHash = Data(document.previousHash)
        occurred = document.occurred.milliseconds
        earnings = document.earnings.map(WireEarning.init)
        postings = document.postings.map { posting in
            .with {
                $0.account = posting.account.rawValue
                $0.amount = posting.amount.description
            }
        }
        note = document.note
        if let adjusted = document.adjustment { adjustment = WireAdjustment(adjusted) }
        if let paid = document.payout { payout = WirePayout(paid, to: document.payee) }
        by = document.by
    }

    package func domain() throws(WireError) -> LedgerDocument {
        var earned: [Domain.Earning] = []
        earned.reserveCapacity(earnings.count)
        for earning in earnings { earned.append(try earning.domain()) }
        var posted: [Domain.Posting] = []
        posted.reserveCapacity(postings.count)
        for posting in postings {
            posted.append(
                Posting(
                    account: try choice(posting.account, "posting.account"),
                    amount: try number(posting.amount, "posting.amount")))
        }
        return LedgerDocument(
            payee: PayeeID(payee), sequence: sequence, period: try Records.period(period, "ledger.period"),
            kind: try choice(kind, "ledger.kind"), currency: try Records.currency(currency, "ledger.currency"),
            cause: cause, plan: plan, planVersion: planVersion, previousHash: Array(previousHash),
            occurred: Instant(milliseconds: occurred), earnings: earned, postings: posted, note: note,
            adjustment: hasAdjustment ? try adjustment.domain() : nil, payout: hasPayout ? try payout.domain() : nil,
            by: by)
    }
}

extension WireEarning {
    init(_ earning: Earning) {
        self.init()
        component = earning.component
        credit = WireCredit(earning.credit)
        amount = earning.amount.description
        explanation = WireExplanation(earning.explanation)
        released = earning.released.description
        period = earning.period?.label ?? ""
        corrects = earning.corrects ?? 0
    }

    func domain() throws(WireError) -> Earning {
        Earning(
            component: component, credit: try credit.domain(), amount: try number(amount, "earning.amount"),
            explanation: try explanation.domain(), released: try number(released, "earning.released"),
            period: period.isEmpty ? nil : try Records.period(period, "earning.period"),
            corrects: corrects == 0 ? nil : corrects)
    }
}

extension WireExplanation {
    init(_ explanation: Explanation) {
        self.init()
        total = explanation.total.description
        before = explanation.before.description
        rounding = explanation.rounding.description
        release = explanation.release
        steps = explanation.steps.map { step in
            .with {
                $0.base = step.base.description
                $0.rate = step.rate.value.description
                $0.amount = step.amount.description
                $0.tierFrom = step.tier?.from.value.description ?? ""
                $0.tierTo = step.tier?.to?.value.description ?? ""
                $0.note = step.note
            }
        }
        guard let reached = explanation.attainment else { return }
        attainment = .with {
            $0.measure = reached.measure
            $0.period = reached.period.label
            $0.quota = reached.quota.description
            $0.before = reached.before.description
            $0.after = reached.after.description
        }
    }

    func domain() throws(WireError) -> Explanation {
        var parts: [Domain.Explanation.Step] = []
        parts.reserveCapacity(steps.count)
        for step in steps { parts.append(try step.domain()) }
        return Explanation(
            total: try number(total, "explanation.total"), before: try number(before, "explanation.before"),
            steps: parts, rounding: try number(rounding, "explanation.rounding"),
            attainment: hasAttainment ? try attainment.domain() : nil, release: release)
    }
}

extension WireExplanation.Step {
    fileprivate func domain() throws(WireError) -> Explanation.Step {
        let tier =
            tierFrom.isEmpty
            ? nil
            : Explanation.Tier(
                from: Rate(try number(tierFrom, "step.tier_from")),
                to: tierTo.isEmpty ? nil : Rate(try number(tierTo, "step.tier_to")))
        return Explanation.Step(
            base: try number(base, "step.base"), rate: Rate(try number(rate, "step.rate")),
            amount: try number(amount, "step.amount"), tier: tier, note: note)
    }
}

extension WireExplanation.Attainment {
    fileprivate func domain() throws(WireError) -> Explanation.Attainment {
        Explanation.Attainment(
            measure: measure, period: try Records.period(period, "attainment.period"),
            quota: try number(quota, "attainment.quota"), before: try number(before, "attainment.before"),
            after: try number(after, "attainment.after"))
    }
}
