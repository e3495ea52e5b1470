import Domain
import Foundation
import TestSupport

/// Deals of the job's shape in the order of closing, the same on every machine: where no file is given.
struct AnchorDeals {
    let count: Int
    private static let reps = 10_000
    private static let shares = [5000, 6000, 7000, 7500, 3333, 8000]
    private let firstDay = CalendarDate("2025-01-01")!
    /// Few reps close many deals, and many few: the weight of the nth is 1 / n^0.8.
    private let limits: [Double]

    init(count: Int) {
        self.count = count
        var sum = 0.0
        limits = (1...Self.reps).map { place in
            sum += pow(Double(place), -0.8)
            return sum
        }
    }

    func write(to path: String) throws {
        var random = SplitMix(seed: 20_250_101)
        let reps = Array(0..<Self.reps).shuffled(using: &random)
        var text = ""
        for number in 0..<count {
            text += deal(number, reps, &random)
            text += "\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func deal(_ number: Int, _ reps: [Int], _ random: inout SplitMix) -> String {
        let day = firstDay.adding(days: number * 365 / count)
        let first = reps[pick(&random)]
        var splits = [(first, 10_000)]
        if random.chance(20) {
            let other = reps[pick(&random)]
            let share = random.pick(Self.shares)
            splits = [(first, share), (other == first ? (other + 1) % Self.reps : other, 10_000 - share)]
        }
        let parts = splits.map { #"{"rep_id":"\#(AnchorJob.name($0.0))","bp":\#($0.1)}"# }.joined(separator: ",")
        // Half a thousand to twenty thousand, small ones more often.
        let cents = 50_000 + Int.random(in: 0..<1400, using: &random) * Int.random(in: 0..<1400, using: &random)
        let account = Int.random(in: 0..<200_000, using: &random)
        return """
            {"deal_id":"D\(number)","type":"deal.closed_won","closed_at":"\(day)T12:00:00Z",\
            "account":{"id":"A\(account)","name":"Account \(account) Holdings"},"currency":"USD","amount_cents":\(cents),\
            "product":"P\(Int.random(in: 0..<8, using: &random))","region":"EMEA","splits":[\(parts)],\
            "stage":"Closed Won","source":"crm-webhook","version":1,"note":"renewal upsell greenfield inbound \\"q\\"",\
            "trace":"\(String(random.next(), radix: 16))"}
            """
    }

    private func pick(_ random: inout SplitMix) -> Int {
        let wanted = Double.random(in: 0..<limits[limits.count - 1], using: &random)
        var (low, high) = (0, limits.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] <= wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
