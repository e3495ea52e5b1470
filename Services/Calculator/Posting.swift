import Domain
import Records
import Streams

/// Makes ledger documents of changes: per period, currency and plan, chained by hash.
extension PayeeState {
    /// - Returns: the documents' bytes as they go to the log, in order.
    mutating func post(_ changes: [Change], cause: ConsumedRecord) throws -> [[UInt8]] {
        var groups: [Batch: [Earning]] = [:]
        for change in changes { groups[Batch(change), default: []].append(change.earning) }
        var documents: [[UInt8]] = []
        for (batch, earnings) in groups.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: earnings.count, by: PayeeState.earningsLimit) {
                let part = Array(earnings[start..<min(start + PayeeState.earningsLimit, earnings.count)])
                documents.append(try document(of: part, batch, cause: cause))
            }
        }
        return documents
    }

    /// Of one document: a re-rated year may be more than a log takes as one record.
    static let earningsLimit = 250

    private mutating func document(of earnings: [Earning], _ batch: Batch, cause: ConsumedRecord) throws -> [UInt8] {
        var total = Number.zero
        for earning in earnings { try total += earning.amount }
        let postings = total.isZero
            ? [] : [Posting(account: .expense, amount: try -total), Posting(account: .payable, amount: total)]
        sequence += 1
        let document = LedgerDocument(
            payee: id, sequence: sequence, period: batch.period, kind: .earning, currency: batch.currency,
            cause: "\(cause.source)/\(cause.offset)", plan: batch.plan, planVersion: batch.planVersion,
            previousHash: head, occurred: Instant(milliseconds: cause.record.timestamp), earnings: earnings,
            postings: postings)
        let bytes = try WireLedgerDocument(document).encoded()
        head = digest(bytes)
        return bytes
    }

    private struct Batch: Hashable, Comparable {
        let period: Period
        let currency: Currency
        let plan: String
        let planVersion: String

        init(_ change: Change) {
            (period, currency, plan, planVersion) = (change.period, change.currency, change.plan, change.planVersion)
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.period, left.currency, left.plan, left.planVersion)
                < (right.period, right.currency, right.plan, right.planVersion)
        }
    }
}
