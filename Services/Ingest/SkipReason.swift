import Records
import SwiftProtobuf

/// Why a deal is not credited, and what to do about it.
struct SkipReason: Error, Hashable, Sendable {
    let code: Code
    let message: String
    let remedy: String

    /// Long texts, which may quote what a source sent, are cut: a log takes a list of them as one record.
    init(_ code: Code, _ message: String, remedy: String) {
        self.code = code
        self.message = message.cut(to: SkipReason.textLimit)
        self.remedy = remedy.cut(to: SkipReason.textLimit)
    }

    private static let textLimit = 2000

    /// The reason codes are an interface: people filter and count by them.
    enum Code: String, Hashable, Sendable, CaseIterable {
        case unknownSource = "unknown-source"
        case missingAmount = "missing-amount"
        case missingCloseDate = "missing-close-date"
        case unknownOwner = "unknown-owner"
        case unknownProduct = "unknown-product"
        case unknownCurrency = "unknown-currency"
        case noContractOnDate = "no-contract-on-date"
        case noExchangeRate = "no-exchange-rate"
        case noQuota = "no-quota"
        case splitsNot100 = "splits-not-100"
        case linesNotAmount = "lines-not-amount"
        case unmappedStage = "unmapped-stage"
        case badField = "bad-field"
        case unknownDeal = "unknown-deal"
        case badPayment = "bad-payment"
        case badProgress = "bad-progress"
        /// Of the calculator: the deal is credited, and a payee's credit pays nothing.
        case uncalculated = "cannot-be-calculated"

        /// Whether the deal as a whole is not credited for it; else only the payment, date or release waits.
        var keepsDeal: Bool { ![.unknownDeal, .badPayment, .badProgress, .uncalculated].contains(self) }
    }

    /// A deal of a hundred thousand broken lines is listed all the same, in a record that a log takes.
    static func bounded(_ reasons: [SkipReason]) -> [SkipReason] {
        guard reasons.count > listedAtMost else { return reasons }
        let more = SkipReason(
            reasons[listedAtMost].code, "there are \(reasons.count - listedAtMost) more problems",
            remedy: "mend these first")
        return reasons.prefix(listedAtMost) + [more]
    }

    static let listedAtMost = 50

    var wire: WireProblem {
        WireProblem.with {
            $0.code = code.rawValue
            $0.message = message
            $0.remedy = remedy
        }
    }
}
