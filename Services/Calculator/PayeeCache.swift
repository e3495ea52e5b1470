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
    /// The first day of whose credits any has changed in this batch.
    var changedFrom = CalendarDate.last
    /// The last day of which the store keeps what stands before it.
    var lastStart: CalendarDate?
    /// The batch in which something happened to it last.
    fileprivate(set) var lastBatch = 0
    /// How much of memory it takes, in credits.
    fileprivate(set) var weight = 0
    let key: [UInt8]

    init(_ id: PayeeID, _ stored: PayeeStore.Stored?, _ room: Workroom) {
        self.id = id
        state = stored?.state ?? PayeeState(id: id, room: room)
        (row, lastStart) = (stored?.row, stored?.lastStart)
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
    private static let termsWeight = 10

    mutating func add(_ payee: LoadedPayee) {
        loaded[payee.id] = payee
        weigh(payee)
    }

    private mutating func weigh(_ payee: LoadedPayee) {
        let weight = Self.termsWeight + payee.state.count
        self.weight += weight - payee.weight
        payee.weight = weight
    }

    /// Whether a batch has brought in so much that its end is not to be waited for.
    var isOverfull: Bool { weight > 2 * share.limit }

    /// Something has happened to it.
    mutating func touch(_ payee: LoadedPayee) {
        weigh(payee)
        guard payee.lastBatch != batch else { return }
        payee.lastBatch = batch
        touched.append(payee)
    }

    /// After a batch is saved. `keep` has a store keep where a payee's credits begin that stay in memory.
    mutating func endBatch(_ keep: ([PayeeState.KeptStart], LoadedPayee) throws -> Void) throws {
        if weight > share.limit { try relieve(keep) }
        touched.removeAll(keepingCapacity: true)
        batch += 1
    }

    /// A good part at once, so that it is not done with every batch: the earlier half of everybody's credits, again and
    /// again, then those payees to whom nothing happened for longest.
    private mutating func relieve(_ keep: ([PayeeState.KeptStart], LoadedPayee) throws -> Void) throws {
        let enough = share.limit / 4 * 3
        let payees = loaded.values.sorted { $0.lastBatch < $1.lastBatch }
        var mayHalve = true
        while weight > enough, mayHalve {
            mayHalve = false
            for payee in payees where payee.state.count >= 2 * share.tail {
                let starts = try payee.state.putAway(keeping: payee.state.count / 2)
                if !starts.isEmpty { mayHalve = true }
                try keep(starts, payee)
                weigh(payee)
            }
        }
        for payee in payees where payee.lastBatch != batch {
            guard weight > enough else { break }
            loaded[payee.id] = nil
            weight -= payee.weight
        }
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
        /// So many of a payee stay, which most that are late are not behind.
        let tail: Int

        init(limit: Int = 500_000, tail: Int = 16) { (self.limit, self.tail) = (limit, tail) }
    }

    init(of holders: Holders) {
        self.holders = holders
        holders.count.add(1, ordering: .relaxed)
    }

    deinit { holders.count.subtract(1, ordering: .relaxed) }

    var tail: Int { holders.tail }
    var limit: Int { holders.limit / max(1, holders.count.load(ordering: .relaxed)) }
}
