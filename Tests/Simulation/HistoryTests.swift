import Foundation
import Records
import Testing

@testable import statements

/// `HISTORY_SEED=n` runs one, `HISTORY_RUNS=n` that many.
@Suite("Any year of a payee")
struct HistoryTests {
    private static let seeds: [UInt64] = {
        if let seed = Seeds.number("HISTORY_SEED") { return [seed] }
        return Array(0..<(Seeds.number("HISTORY_RUNS") ?? 2_000))
    }()

    @Test("adds up, is closed for good, reconciles, verifies, and does not depend on the order of arrival")
    func years() async {
        await Seeds.run(HistoryTests.seeds, "years", again: "YEAR") { seed, _ in
            try HistoryTests.check(History(seed: seed))
        }
    }

    private static func check(_ history: History) throws {
        let books = try HistoryBooks(restartsFrom: history.seed)
        try books.tell(history.acts, restarts: 15)
        let statements = try books.statements()
        try books.checkReconciliation()
        try books.checkVerified()
        let other = try HistoryBooks(restartsFrom: history.seed)
        try other.tell(history.shuffled())
        for (left, right) in zip(statements, try other.statements()) where left != right {
            let (left, right) = HistoryTests.difference(left.description, right.description)
            throw HistoryBooks.Contradiction("the order of arrival shows in \(left), told otherwise \(right)")
        }
    }

    /// Where two texts part, with what comes before and behind.
    private static func difference(_ left: String, _ right: String) -> (String, String) {
        let same = left.commonPrefix(with: right).count
        func part(_ text: String) -> String { String(text.dropFirst(max(0, same - 300)).prefix(600)) }
        return (part(left), part(right))
    }
}
