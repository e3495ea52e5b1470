import Synchronization

/// Shares the partitions of a group among its members in one process, as a broker's coordinator does between
/// processes: nobody is given a partition before its last owner has said that it let go.
///
/// Partition number p of every topic goes to the same member (range). A member asks in its own `poll`, so a
/// change is told on the thread that owns the tasks; nothing here calls anyone.
package final class GroupCoordinator: Sendable {
    private struct Member {
        let id: Int
        let wake: @Sendable () -> Void
        var owned: Set<TopicPartition> = []
        /// Taken from it without asking, and not told yet.
        var lost: Set<TopicPartition> = []
        var mustRevokeAll = false
        /// Expelled members get nothing until they have heard of it and come back.
        var isExpelled = false
    }

    private struct State {
        var members: [Member] = []
        var topics: [TopicSpecification] = []
        var nextID = 0
        /// Moves the ranges on, so that a forced rebalance gives partitions to other members.
        var rotation = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var isEmpty: Bool { state.withLock { $0.members.isEmpty } }

    /// `wake` is called when this member should poll soon.
    package func join(topics: [TopicSpecification], wake: @escaping @Sendable () -> Void) -> Int {
        let id = state.withLock { state in
            precondition(
                state.members.isEmpty || state.topics == topics, "the members of a group read the same topics")
            state.topics = topics
            state.nextID += 1
            state.members.append(Member(id: state.nextID, wake: wake))
            return state.nextID
        }
        wakeAll()
        return id
    }

    package func leave(_ id: Int) {
        state.withLock { $0.members.removeAll { $0.id == id } }
        wakeAll()
    }

    /// What was taken from this member; it is told once, and counts as a member again.
    package func takeLost(_ id: Int) -> [TopicPartition] {
        let lost = change(id) { member in
            defer { member.lost = [] }
            member.isExpelled = false
            return member.lost.sorted()
        }
        if !lost.isEmpty { wakeAll() }
        return lost
    }

    /// What this member has and should not have. It stays its own until `release`.
    package func toRevoke(_ id: Int) -> [TopicPartition] {
        state.withLock { state in
            let target = Self.target(of: id, in: state)
            guard let member = state.members.first(where: { $0.id == id }) else { return [] }
            return member.owned.filter { member.mustRevokeAll || !target.contains($0) }.sorted()
        }
    }

    package func release(_ id: Int, _ partitions: [TopicPartition]) {
        change(id) { member in
            member.owned.subtract(partitions)
            member.mustRevokeAll = false
        }
        if !partitions.isEmpty { wakeAll() }
    }

    /// Takes what this member should have and nobody else still has.
    package func claim(_ id: Int) -> [TopicPartition] {
        state.withLock { state in
            guard let index = state.members.firstIndex(where: { $0.id == id }) else { return [] }
            let taken = state.members.reduce(into: Set<TopicPartition>()) { $0.formUnion($1.owned) }
            let claimed = Self.target(of: id, in: state).subtracting(taken)
            state.members[index].owned.formUnion(claimed)
            return claimed.sorted()
        }
    }

    private static func target(of id: Int, in state: State) -> Set<TopicPartition> {
        let present = state.members.filter { !$0.isExpelled }.map(\.id)
        let most = Int(state.topics.map(\.partitions).max() ?? 0)
        var target: Set<TopicPartition> = []
        guard present.contains(id) else { return target }
        for topic in state.topics {
            for number in 0..<topic.partitions {
                let range = Int(number) * present.count / most
                if present[(range + state.rotation) % present.count] == id {
                    target.insert(TopicPartition(topic.name, number))
                }
            }
        }
        return target
    }

    @discardableResult
    private func change<Result>(_ id: Int, _ body: (inout Member) -> Result) -> Result {
        state.withLock { state in
            guard let index = state.members.firstIndex(where: { $0.id == id }) else {
                preconditionFailure("member \(id) has left its group")
            }
            return body(&state.members[index])
        }
    }

    private func wakeAll() {
        for wake in state.withLock({ $0.members.map(\.wake) }) { wake() }
    }
}

// MARK: Faults, for tests and simulation

extension GroupCoordinator {
    package var members: [Int] { state.withLock { $0.members.map(\.id) } }

    /// What was taken from members that have not heard of it.
    package var unheard: Set<TopicPartition> {
        state.withLock { $0.members.reduce(into: []) { $0.formUnion($1.lost) } }
    }

    /// Every member gives up everything and the ranges move on by one member.
    package func forceRebalance() {
        state.withLock { state in
            state.rotation += 1
            for index in state.members.indices { state.members[index].mustRevokeAll = true }
        }
        wakeAll()
    }

    /// Takes a member's partitions without asking, as a broker does with one that has stalled: others may own
    /// them before it hears `lost`.
    package func expel(_ id: Int) {
        change(id) { member in
            member.lost.formUnion(member.owned)
            member.owned = []
            member.isExpelled = true
        }
        wakeAll()
    }
}
