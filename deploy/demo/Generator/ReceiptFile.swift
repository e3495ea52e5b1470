import Domain

/// What customers paid, as the receivables' exports have it: by day, some rows twice, one for a deal that there is not.
struct ReceiptFile {
    private(set) var receipts: [Receipt] = []

    /// What was received on these days.
    init(deals: Int, seed: UInt64, days: ClosedRange<CalendarDate> = DealFile.ever) {
        var random = SplitMix64(seed: seed &+ 1)
        var rows = [ReceiptFile.misread]
        for receipt in DealStory.all(deals, seed: seed).lazy.flatMap(\.receipts) {
            rows += Array(repeating: receipt, count: random.chance(20) ? 2 : 1)
        }
        receipts = rows.filter { days.contains($0.day) }.sorted { ($0.day, $0.id) < ($1.day, $1.id) }
    }

    /// Somebody mistook a digit of the deal's ID.
    private static let misread = Receipt(
        id: "R-900002-1", deal: "LK-900002", day: CalendarDate(day: 20_373), cents: 120_000, currency: "EUR")

    static let columns = ["receipt", "deal_id", "received_on", "amount", "currency"]

    var csv: [UInt8] {
        CSVText.bytes(
            ReceiptFile.columns,
            receipts.lazy.map { [$0.id, $0.deal, $0.day.description, CSVText.decimal($0.cents), $0.currency] })
    }
}
