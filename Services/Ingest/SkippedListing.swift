import Records
import Runtime

/// The deals that are not credited, gathered by what keeps them: one mend usually lets many through.
struct SkippedListing {
    private let groups: [Cause: [WireSkippedDeal]]
    private let deals: Int
    /// Deals of which only a payment, a release or a date waits.
    private let waiting: Int
    /// What payees would get of deals and periods, and cannot be calculated.
    private let uncalculated: Int

    private struct Cause: Hashable {
        let code: String
        let message: String
        let remedy: String
    }

    /// Of several things wrong with one deal, each is listed.
    init(_ skipped: [WireSkippedDeal], code: String? = nil) {
        var groups: [Cause: [WireSkippedDeal]] = [:]
        var deals: Set<String> = []
        var waiting: Set<String> = []
        var uncalculated: Set<[UInt8]> = []
        for deal in skipped {
            for problem in deal.problems where code == nil || code == problem.code {
                if !deal.payee.isEmpty {
                    uncalculated.insert(deal.key)
                } else if problem.keepsDeal {
                    deals.insert(deal.deal)
                } else {
                    waiting.insert(deal.deal)
                }
                groups[Cause(code: problem.code, message: problem.message, remedy: problem.remedy), default: []].append(
                    deal)
            }
        }
        self.groups = groups
        self.deals = deals.count
        self.waiting = waiting.count
        self.uncalculated = uncalculated.count
    }

    /// The most frequent cause first; of each so many deals by name.
    func text(examples: Int) -> String {
        guard deals + waiting + uncalculated > 0 else { return "No deal is skipped.\n" }
        var text =
            deals == 1 ? "1 deal is not credited.\n" : "\(ProgressBar.grouped(Int64(deals))) deals are not credited.\n"
        if waiting > 0 {
            text += "Of \(waiting.counting("deal")) a payment, a release or a date waits or cannot be read.\n"
        }
        if uncalculated > 0 {
            text += "What a payee gets cannot be calculated, and is not paid: \(uncalculated.counting("case")).\n"
        }
        let ordered = groups.sorted { left, right in
            (-left.value.count, left.key.code, left.key.message) < (
                -right.value.count, right.key.code, right.key.message
            )
        }
        for (cause, deals) in ordered {
            text += "\n\(ProgressBar.grouped(Int64(deals.count)))  \(cause.code): \(cause.message.printable)\n"
            text += "   To do: \(cause.remedy.printable)\n"
            text += "   \(names(deals, examples))\n"
        }
        return text + "\nA deal goes through by itself once its cause is mended.\n"
    }

    private func names(_ deals: [WireSkippedDeal], _ limit: Int) -> String {
        let ordered = deals.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let named = ordered.prefix(limit).map { deal in
            (deal.provenance.isEmpty ? deal.title : "\(deal.title) (\(deal.provenance))").printable
        }
        let rest = deals.count - named.count
        return named.joined(separator: ", ") + (rest > 0 ? ", and \(ProgressBar.grouped(Int64(rest))) more" : "")
    }
}
