import Domain
import Records
import Streams
import SwiftProtobuf

/// A deal's records beside one another. A function of the set of records and of the mapping: whatever order they came
/// in, and whichever mapping read them first.
extension CreditingTask {
    /// Of two records that say different things under one name, one counts.
    private struct Conflict {
        let loser: Int64
        let reason: String
    }

    private struct Placing {
        /// Whether the deal may stand otherwise now.
        var isNews = true
        var conflict: Conflict?
    }

    /// A record that arrives. Returns whether the deal may stand otherwise now.
    func take(_ read: Read, of id: DealID, _ state: inout DealState, _ outputs: inout Outputs) throws -> Bool {
        try checkRoom(for: read, of: id, state)
        let placing = place(read, of: id, &state)
        if let conflict = placing.conflict {
            setAside(conflict, &outputs)
            tally.count(quarantined: 1)
        } else {
            state.received += 1
            tally.count(kept: 1)
        }
        return placing.isNews
    }

    private func checkRoom(for read: Read, of id: DealID, _ state: DealState) throws {
        let full: String? =
            switch read.event.act {
            case .payment where state.payments.count >= DealPayments.limit: "\(DealPayments.limit) payments"
            case .received where state.revisions.count >= DealHistory.limit: "\(DealHistory.limit) revisions"
            case _ where state.outdone.count >= DealHistory.limit: "\(DealHistory.limit) records that do not count"
            default: nil
            }
        guard let full else { return }
        tally.count(quarantined: 1)
        throw RecordError("deal \(id) already has \(full)")
    }

    /// The mapping that reads them may be what was mended: only it can tell that two records are one revision, or one
    /// payment.
    func placeAnew(_ id: DealID, _ state: inout DealState, _ outputs: inout Outputs) throws {
        let offsets = state.offsets.sorted()
        var gone = Set(state.outdone.filter(\.isSetAside).map(\.offset))
        (state.revisions, state.payments, state.outdone, state.changes) = ([], [], [], [])
        for offset in offsets {
            guard let conflict = place(try read(at: offset), of: id, &state).conflict,
                gone.remove(conflict.loser) == nil
            else { continue }
            setAside(conflict, &outputs)
            count(setAside: 1, &state)
        }
        count(setAside: -Int64(gone.count), &state)
    }

    private func count(setAside count: Int64, _ state: inout DealState) {
        state.received -= count
        tally.count(kept: -count, quarantined: count)
    }

    private func place(_ read: Read, of id: DealID, _ state: inout DealState) -> Placing {
        state.note(source: read.event.source)
        if case .payment = read.event.act { return placePayment(read, of: id, &state) }
        return placeRevision(read, of: id, &state)
    }

    private func placeRevision(_ read: Read, of id: DealID, _ state: inout DealState) -> Placing {
        var history = DealHistory(revisions: state.revisions)
        let insertion = history.insert(revision(read, in: state))
        state.revisions = history.revisions
        switch insertion {
        case .inserted: return Placing()
        case .duplicate: return Placing(isNews: false)
        case .conflict(let loser, let winner):
            // What was told of the revision that it replaces is worked out again.
            state.changes = []
            state.note(outdone: loser.offset, body: loser.body, isSetAside: true)
            let reason =
                "deal \(id) has two different bodies under revision \(loser.order): SHA-256 \(hexadecimal(loser.hash)) "
                + "is set aside, \(hexadecimal(winner)) counts"
            return Placing(conflict: Conflict(loser: loser.offset, reason: reason))
        }
    }

    private func placePayment(_ read: Read, of id: DealID, _ state: inout DealState) -> Placing {
        var payments = DealPayments(payments: state.payments)
        let new = payment(of: read.event, at: read.offset, read.body)
        let insertion = payments.insert(new)
        state.payments = payments.payments
        switch insertion {
        case .inserted: return Placing()
        case .duplicate:
            guard !state.payments.contains(where: { $0.id == new.id && $0.body == new.body }) else {
                return Placing(isNews: false)
            }
            state.note(outdone: new.offset, body: new.body, isSetAside: false)
            return Placing(isNews: false)
        case .corrected(let loser):
            state.note(outdone: loser.offset, body: loser.body, isSetAside: false)
            return Placing()
        case .conflict(let loser, let winner):
            state.note(outdone: loser.offset, body: loser.body, isSetAside: true)
            return Placing(conflict: Conflict(loser: loser.offset, reason: loser.text(against: winner, of: id)))
        }
    }

    /// What is wrong with a record that was kept so far, and counts no more.
    private func setAside(_ conflict: Conflict, _ outputs: inout Outputs) {
        let entry = WireQuarantined.with {
            $0.coordinate = "\(source)/\(conflict.loser)"
            $0.reason = conflict.reason
            $0.source = "crediting"
        }
        guard let value = try? entry.encoded() else { return }
        outputs.append(
            Output(
                topic: topics.quarantine, key: Array(entry.coordinate.utf8), value: value,
                type: EventType.quarantined))
    }
}

extension DealState {
    /// Where its records are, those included that do not count.
    var offsets: [Int64] { revisions.map(\.offset) + payments.map(\.offset) + outdone.map(\.offset) }

    fileprivate mutating func note(source: String) { if !sources.contains(source) { sources.append(source) } }

    /// One that is delivered over and over is noted once.
    fileprivate mutating func note(outdone offset: Int64, body: UInt64, isSetAside: Bool) {
        guard !outdone.contains(where: { $0.body == body && $0.isSetAside == isSetAside }) else { return }
        let place = outdone.partitioningIndex { $0.offset > offset }
        outdone.insert(Outdone(offset: offset, body: body, isSetAside: isSetAside), at: place)
    }
}

extension DealState.Revision {
    /// What `shortDigest` makes of the body.
    fileprivate var body: UInt64 { hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
