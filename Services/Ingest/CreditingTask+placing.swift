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
    func take(_ read: Read, of id: DealID, _ state: inout DealState, _ outputs: inout Outputs) -> Bool {
        state.note(source: read.event.source)
        let placing = place(read, of: id, &state, arrives: true)
        if let conflict = placing.conflict {
            setAside(conflict, &outputs)
            tally.count(quarantined: 1)
        } else {
            state.received += 1
            tally.count(kept: 1)
        }
        return placing.isNews
    }

    /// The mapping that reads them may be what was mended: only it can tell that two records are one revision, or one
    /// payment.
    func placeAnew(_ id: DealID, _ state: inout DealState, _ outputs: inout Outputs) throws {
        let offsets = state.offsets.sorted()
        var gone = Set(state.outdone.filter(\.isSetAside).map(\.trace.offset))
        (state.revisions, state.payments, state.outdone, state.changes) = ([], [], [], [])
        for offset in offsets {
            guard let conflict = place(try read(at: offset), of: id, &state, arrives: false).conflict,
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

    private func place(_ read: Read, of id: DealID, _ state: inout DealState, arrives: Bool) -> Placing {
        if case .payment = read.event.act { return placePayment(read, of: id, &state) }
        let new = revision(read, in: state)
        if arrives, !new.isStated, state.repetitions.contains(new.trace.delivery) { return Placing(isNews: false) }
        return place(new, of: id, &state)
    }

    private func place(_ new: DealState.Revision, of id: DealID, _ state: inout DealState) -> Placing {
        var history = DealHistory(revisions: state.revisions)
        let insertion = history.insert(new)
        guard history.revisions.count <= DealHistory.limit else {
            return setAside(new.trace, "deal \(id) already has \(DealHistory.limit) revisions", &state, isNews: false)
        }
        state.revisions = history.revisions
        switch insertion {
        case .inserted: return Placing()
        case .duplicate:
            state.note(outdone: new.trace)
            return Placing(isNews: false)
        case .repetition:
            state.note(repetition: new.trace)
            return Placing(isNews: false)
        case .replaced(let known):
            state.note(outdone: known.trace)
            return Placing()
        case .conflict(let loser, let winner):
            // What was told of the revision that it replaces is worked out again.
            state.changes = []
            let reason =
                "deal \(id) has two different bodies under revision \(loser.order): SHA-256 \(hexadecimal(loser.hash)) "
                + "is set aside, \(hexadecimal(winner)) counts"
            return setAside(loser.trace, reason, &state)
        }
    }

    private func placePayment(_ read: Read, of id: DealID, _ state: inout DealState) -> Placing {
        let new = payment(read, in: state)
        var payments = DealPayments(payments: state.payments)
        let insertion = payments.insert(new)
        guard payments.payments.count <= DealPayments.limit else {
            return setAside(new.trace, "deal \(id) already has \(DealPayments.limit) payments", &state, isNews: false)
        }
        state.payments = payments.payments
        switch insertion {
        case .inserted: return Placing()
        case .duplicate:
            state.note(outdone: new.trace)
            return Placing(isNews: false)
        case .corrected(let loser):
            state.note(outdone: loser.trace)
            return Placing()
        case .conflict(let loser, let winner):
            return setAside(loser.trace, loser.text(against: winner, of: id), &state)
        }
    }

    private func setAside(
        _ trace: DealState.Trace, _ reason: String, _ state: inout DealState, isNews: Bool = true
    ) -> Placing {
        state.note(outdone: trace, isSetAside: true)
        return Placing(isNews: isNews, conflict: Conflict(loser: trace.offset, reason: reason))
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
    var offsets: [Int64] { traces.map(\.offset) }

    func number(of source: String) -> Int { (sources.firstIndex(of: source) ?? -1) + 1 }

    fileprivate mutating func note(source: String) { if !sources.contains(source) { sources.append(source) } }

    private var traces: [Trace] { revisions.map(\.trace) + payments.map(\.trace) + outdone.map(\.trace) }

    /// So many are noted; a deal with more has a sender that says the same thing in ever new ways.
    private static let outdoneLimit = 1000

    /// A deal comes every night with an export that is made anew, for years.
    private static let repetitionLimit = 1000

    fileprivate mutating func note(repetition: Trace) {
        repetitions = repetitions.suffix(DealState.repetitionLimit - 1) + [repetition.delivery]
        note(outdone: repetition)
    }

    /// But for one that is delivered again, or says what the one before it in the log says: no mapping makes more of these.
    fileprivate mutating func note(outdone new: Trace, isSetAside: Bool = false) {
        guard outdone.count < DealState.outdoneLimit else { return }
        let others = traces.filter { $0.offset != new.offset }
        guard !others.contains(where: { $0.event == new.event && $0.saysSame(as: new) }) else { return }
        let before = others.filter { $0.offset < new.offset }.max { $0.offset < $1.offset }
        guard before.map({ !$0.saysSame(as: new) }) ?? true else { return }
        let place = outdone.partitioningIndex { $0.trace.offset > new.offset }
        outdone.insert(Outdone(new, isSetAside: isSetAside), at: place)
    }
}

extension DealState.Trace {
    /// The same for each delivery of one event with one body.
    fileprivate var delivery: UInt64 { event ^ body }

    /// The same body through the same source.
    func saysSame(as other: Self) -> Bool {
        body == other.body && body != 0 && (source == other.source || source == 0 || other.source == 0)
    }
}

extension DealState.Revision {
    var trace: DealState.Trace {
        // As `shortDigest` makes it of the body.
        let body = hash.prefix(8).reduce(UInt64.zero) { $0 << 8 | UInt64($1) }
        return DealState.Trace(offset: offset, event: event, body: body, source: source)
    }
}

extension DealState.PaymentState {
    fileprivate var trace: DealState.Trace {
        DealState.Trace(offset: offset, event: event, body: body, source: Int(source))
    }
}
