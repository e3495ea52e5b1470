import Domain
import Records
import SwiftProtobuf

/// What would come of a file of payments.
struct PaymentTrial {
    private var known: [DealID: DealPayments] = [:]
    private var values: [String: Number] = [:]
    private var problems: [String] = []
    private var problemCount = 0
    private var count = 0
    private var repeated = 0

    var deals: Int { known.count }

    mutating func take(_ payment: Payment, for deal: DealID, row: Int) {
        let state = WireDealState.PaymentState.with {
            $0.id = payment.id
            $0.content = .init(digest(payment.text.utf8))
        }
        switch known[deal, default: DealPayments(payments: [])].insert(state) {
        case .inserted where payment.problem == nil:
            count += 1
            let sum = values[payment.currency] ?? .zero
            values[payment.currency] = (try? sum + (payment.amount ?? .zero)) ?? sum
        case .inserted, .corrected: break
        case .duplicate: repeated += 1
        case .conflict: note("payment \(payment.id) of deal \(deal) says two different things", row)
        }
        if let problem = payment.problem { note("\(problem.message): \(problem.remedy)", row) }
    }

    private mutating func note(_ text: String, _ row: Int) {
        problemCount += 1
        if problems.count < ImportProgress.faultLimit { problems.append("row \(row): \(text)") }
    }

    var text: String {
        let parts = values.keys.sorted().map { currency in
            "\(values[currency]?.formatted(places: 2) ?? "") \(currency.isEmpty ? "in the deal's currency" : currency)"
        }
        var text = "  Payments: \(count)\(repeated > 0 ? ", and \(repeated) repeated" : "")\n"
        text += "  Paid: \(parts.isEmpty ? "nothing" : parts.joined(separator: ", "))\n"
        guard problemCount > 0 else { return text }
        text += "\nSkipped or set aside:\n" + problems.map { "  \($0)\n" }.joined()
        return problemCount > problems.count ? text + "  … and \(problemCount - problems.count) more\n" : text
    }
}
