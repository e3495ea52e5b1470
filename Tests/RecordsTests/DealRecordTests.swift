import Domain
import Records
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Deals on the wire")
struct DealRecordTests {
    @Test("an event written by hand is byte for byte what the generated code writes, and reads what that reads")
    func events() throws {
        var random = SplitMix(seed: 41)
        for _ in 0..<3_000 {
            let wire = DealRecordTests.event(&random)
            let bytes = try wire.encoded()
            #expect(try DealEvent(wire).encoded() == bytes)
            #expect(try DealEvent(decoding: bytes).encoded() == bytes)
        }
    }

    @Test("a broken event is read by hand as the generated code reads it, or refused")
    func brokenEvents() throws {
        var random = SplitMix(seed: 42)
        var (same, refused) = (0, 0)
        for _ in 0..<20_000 {
            let broken = JSONTests.mutated(try DealRecordTests.event(&random).encoded(), &random)
            guard let read = try? DealEvent(decoding: broken) else {
                refused += 1
                continue
            }
            var wire = try WireDealEvent(decoding: broken)
            wire.unknownFields = UnknownStorage()
            #expect(try read.encoded() == DealEvent(wire).encoded())
            same += 1
        }
        #expect(same > 1_000 && refused > 1_000, "\(same) read alike, \(refused) refused")
    }

    @Test("what is kept of a deal is written as the generated code writes it, and comes back as it was")
    func states() throws {
        var random = SplitMix(seed: 43)
        for _ in 0..<3_000 {
            let state = DealRecordTests.state(&random)
            let bytes = try state.encoded()
            #expect(try DealRecordTests.wire(state).encoded() == bytes)
            #expect(try DealState(decoding: bytes) == state)
        }
    }

    @Test("a kind that a newer program writes is refused by its number")
    func unknownKind() throws {
        let bytes = try WireDealEvent.with { $0.kind = .UNRECOGNIZED(9) }.encoded()
        #expect(throws: WireError("kind 9 of deal event is not known to this version")) {
            try DealEvent(decoding: bytes)
        }
        #expect(throws: WireError("the record has no value")) { try DealEvent(decoding: nil) }
    }

    private static func text(_ random: inout SplitMix) -> String {
        random.pick(["", "crm", "R00017", "é", "a text that is longer than fifteen bytes", "deals.csv row 17"])
    }

    private static func event(_ random: inout SplitMix) -> WireDealEvent {
        var event = WireDealEvent()
        event.source = text(&random)
        event.deal = text(&random)
        event.body = .init(repeating: 0x7b, count: Int.random(in: 0...300, using: &random))
        event.event = text(&random)
        event.received = Int64.random(in: random.chance(50) ? 0...1 : .min ... .max, using: &random)
        event.commandsOffset = Int64.random(in: 0...40_000, using: &random)
        event.provenance = text(&random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: event.kind = .received
        case 3...4: event.kind = .payment
        case 5:
            event.kind = .decided
            event.decision = decision(&random)
        case 6:
            event.kind = .released
            event.release = .with { $0.date = "2026-03-01" }
        default:
            event.kind = .retry
            event.after = text(&random)
            let source = text(&random)
            if random.chance(50) { event.affected = .with { $0.sources = [source] } }
        }
        return event
    }

    private static func decision(_ random: inout SplitMix) -> WireDecision {
        let (subject, by) = (text(&random), text(&random))
        return .with {
            $0.subject = subject
            $0.by = by
            $0.approved = true
        }
    }

    private static func state(_ random: inout SplitMix) -> DealState {
        var state = DealState()
        func count(_ most: Int) -> Range<Int> { 0..<Int.random(in: 0...most, using: &random) }
        for _ in count(3) { state.revisions.append(revision(&random)) }
        for _ in count(3) {
            state.credits.append(
                DealState.Assigned(
                    payee: PayeeID(text(&random)), line: LineID(text(&random)), role: .split, digest: random.next()))
        }
        for _ in count(1) { state.problems.append(.with { $0.code = "bad-field" }) }
        state.received = Int64.random(in: 0...200, using: &random)
        state.frozenChanges = random.chance(20)
        if random.chance(70) {
            state.creditedAmount = Number(units: Int128(Int64.random(in: .min ... .max, using: &random)))
            state.creditedCurrency = "USD"
            state.closed = CalendarDate(day: Int32.random(in: 0...30_000, using: &random))
        }
        for _ in count(2) { state.payments.append(.with { $0.id = "P" }) }
        for _ in count(1) { state.decisions.append(decision(&random)) }
        if random.chance(20) { state.released = "2026-03-01" }
        for _ in count(1) { state.changes.append(.with { $0.outcome = "frozen" }) }
        for _ in count(2) { state.consulted.append(text(&random)) }
        for _ in count(2) { state.sources.append(text(&random)) }
        if random.chance(20) { state.listed = random.next() }
        for _ in count(1) {
            let trace = DealState.Trace(
                offset: 7, event: random.next(), body: random.next(), source: random.chance(50) ? 1 : 0)
            state.outdone.append(.init(trace, isSetAside: random.chance(50)))
        }
        for _ in count(2) { state.repetitions.append(random.next()) }
        state.earliest = random.chance(30) ? nil : random.pick([.last, CalendarDate("2026-03-01")!])
        return state
    }

    private static func revision(_ random: inout SplitMix) -> DealState.Revision {
        var revision = DealState.Revision(
            offset: Int64.random(in: 0...300, using: &random), order: Int64.random(in: -1...1, using: &random),
            isStated: random.chance(50), hash: digest(text(&random).utf8), event: random.next(),
            stage: random.pick(Deal.Stage.allCases))
        revision.content = random.chance(50) ? random.next() : 0
        if random.chance(20) { revision.cancelled = CalendarDate("2026-03-01") }
        (revision.isFlawed, revision.source) = (random.chance(20), random.chance(20) ? 1 : 0)
        return revision
    }

    private static func wire(_ state: DealState) -> WireDealState {
        .with {
            $0.revisions = state.revisions.map { revision in
                .with {
                    ($0.offset, $0.order, $0.isStated) = (revision.offset, revision.order, revision.isStated)
                    ($0.hash, $0.event) = (.init(revision.hash), revision.event)
                    ($0.stage, $0.content) = (revision.stage.rawValue, revision.content)
                    $0.cancelled = revision.cancelled?.description ?? ""
                    ($0.isFlawed, $0.source) = (revision.isFlawed, Int32(revision.source))
                }
            }
            $0.credits = state.credits.map { credit in
                .with {
                    ($0.payee, $0.line, $0.role) = (credit.payee.text, credit.line.text, credit.role.text)
                    $0.digest = credit.digest
                }
            }
            ($0.problems, $0.received, $0.frozenChanges) = (state.problems, state.received, state.frozenChanges)
            $0.creditedAmount = state.creditedAmount?.description ?? ""
            ($0.creditedCurrency, $0.payments) = (state.creditedCurrency, state.payments)
            ($0.decisions, $0.released, $0.changes) = (state.decisions, state.released, state.changes)
            ($0.closed, $0.earliest) = (state.closed?.description ?? "", state.earliest?.description ?? "")
            ($0.consulted, $0.sources, $0.listed) = (state.consulted, state.sources, state.listed)
            $0.repetitions = state.repetitions
            $0.outdone = state.outdone.map { outdone in
                .with {
                    ($0.offset, $0.body, $0.isSetAside) = (outdone.trace.offset, outdone.trace.body, outdone.isSetAside)
                    ($0.event, $0.source) = (outdone.trace.event, Int32(outdone.trace.source))
                }
            }
        }
    }
}
