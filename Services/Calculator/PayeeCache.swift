import Calculation
import Domain
import Synchronization

/// A payee in memory. A class, so that its credits are changed where they are.
final class LoadedPayee {
    let id: PayeeID
    var state: PayeeState
    /// Where the store keeps it; `nil` before the first time.
    var row: Int64?
    var changed: [CreditKey] = []
    var hasNewTerms = false
    /// The batch in which something happened to it last.
    fileprivate(set) var lastBatch = 0
    /// How much of memory it takes, in credits.
    fileprivate(set) var weight = 0
    let key: [UInt8]

    init(_ id: PayeeID, _ state: PayeeState, row: Int64?) {
        (self.id, self.state, self.row) = (id, state, row)
        key = Array(id.text.utf8)
    }
}

/// The payees of one partition that are in memory: those to whom something happened last.
struct PayeeCache {
    private var loaded: [PayeeID: LoadedPayee] = [:]
    private(set) var touched: [LoadedPayee] = []
    /// Credits in memory, over all payees loaded.
    private var weight = 0
    private var batch = 1
    private let share: MemoryShare

    init(_ share: MemoryShare) { self.share = share }

    subscript(id: PayeeID) -> LoadedPayee? { loaded[id] }

    /// What is agreed with a payee takes the memory of so many credits: a payee without any is not held for nothing.
    private static let termsWeight = 50

    mutating func add(_ payee: LoadedPayee, credits: Int) {
        loaded[payee.id] = payee
        weigh(payee, credits: credits)
    }

    private mutating func weigh(_ payee: LoadedPayee, credits: Int) {
        weight += Self.termsWeight + credits - payee.weight
        payee.weight = Self.termsWeight + credits
    }

    /// Something has happened to it, and it holds so many credits now.
    mutating func touch(_ payee: LoadedPayee, credits: Int) {
        weigh(payee, credits: credits)
        guard payee.lastBatch != batch else { return }
        payee.lastBatch = batch
        touched.append(payee)
    }

    /// After a batch is saved. Those to whom nothing happened for longest are put away, a good part at once, so that it is
    /// not done with every batch. One payee stays whole, and so do those of the last batch.
    mutating func endBatch() {
        if weight > share.limit {
            for payee in loaded.values.filter({ $0.lastBatch != batch }).sorted(by: { $0.lastBatch < $1.lastBatch }) {
                guard weight > share.limit / 4 * 3 else { break }
                loaded[payee.id] = nil
                weight -= payee.weight
            }
        }
        touched.removeAll(keepingCapacity: true)
        batch += 1
    }
}

/// What one task may hold in memory of what the process may: the more tasks, the less each.
final class MemoryShare: Sendable {
    private let holders: Holders

    /// All tasks of a process.
    final class Holders: Sendable {
        fileprivate let count = Atomic(0)
        /// Credits, over all of them.
        let limit: Int

        init(limit: Int = 1_000_000) { self.limit = limit }
    }

    init(of holders: Holders) {
        self.holders = holders
        holders.count.add(1, ordering: .relaxed)
    }

    deinit { holders.count.subtract(1, ordering: .relaxed) }

    var limit: Int { holders.limit / max(1, holders.count.load(ordering: .relaxed)) }
}
