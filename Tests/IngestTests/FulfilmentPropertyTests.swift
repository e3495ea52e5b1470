import Domain
import Records
import TestSupport
import Testing

@testable import ingest

@Suite("The order in which things arrive leaves no trace")
struct FulfilmentPropertyTests {
    private enum Input {
        case deal(String)
        case payment(String)
    }

    /// A deal's life, told more than once and with contradictions.
    private func life(_ random: inout SplitMix) -> [Input] {
        var inputs: [Input] = []
        for revision in 1...Int.random(in: 2...7, using: &random) {
            var text =
                "\(revision) \(random.pick(["open", "won", "won", "won", "cancelled", "cancelled", "lost", "deleted"]))"
            text += " amount=\(random.pick(["100", "150"])) owner=\(random.pick(["ada", "bob"]))"
            if random.chance(40) { text += " cancelled=2026-0\(Int.random(in: 3...9, using: &random))-01" }
            if random.chance(30) { text += " invoiced=\(random.pick(["90", "110"]))" }
            if random.chance(30) {
                text += #" milestones={"delivered":"2026-0\#(Int.random(in: 3...9, using: &random))-02"}"#
            }
            inputs.append(.deal(text))
            if random.chance(10) { inputs.append(.deal(text + " kind=other")) }
        }
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let amount = random.pick(["25", "50", "-25", "200"])
            inputs.append(
                .payment(
                    "P\(Int.random(in: 1...4, using: &random)) 2026-03-0\(Int.random(in: 1...3, using: &random)) \(amount)"
                ))
        }
        return inputs + inputs.filter { _ in random.chance(30) }
    }

    private func outcome(
        of inputs: [Input], _ policy: PostClosePolicy, _ decided: [(revision: Int64, isApproved: Bool)], released: Bool,
        _ random: inout SplitMix
    ) throws -> [String] {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 1, postClose: policy))
            let place = Int.random(in: 0...inputs.count, using: &random)
            for (index, input) in inputs.enumerated() {
                if released, index == place { try desk.release("D1", "2026-04-04") }
                switch input {
                case .deal(let text): try desk.deal(FulfilmentTests.body(text))
                case .payment(let text): try desk.payment(text)
                }
                if random.chance(30) { try desk.settle() }
            }
            if released, place == inputs.count { try desk.release("D1", "2026-04-04") }
            for (revision, isApproved) in decided {
                for case .deal(let text) in inputs where text.hasPrefix("\(revision) ") {
                    try desk.decide(revision, FulfilmentTests.body(text), approved: isApproved)
                }
            }
            try desk.settle()
            let tally = try desk.tally()
            #expect(tally.received == Int64(inputs.count))
            #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
            let listed = try desk.listed().flatMap { deal in
                deal.problems.map(\.message) + deal.changes.map { "\($0.revision) \($0.outcome)" }
            }
            return try desk.fates() + listed
        }
    }

    @Test(
        "of revisions, payments, releases and decisions, repeated and contradicting", arguments: 0..<60 as Range<UInt64>
    )
    func permutations(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let inputs = life(&random)
        let policy = random.pick(PostClosePolicy.allCases)
        let decided = (2...7).filter { _ in random.chance(40) }.map {
            (revision: Int64($0), isApproved: random.chance(60))
        }
        let released = random.chance(30)
        let first = try outcome(of: inputs, policy, decided, released: released, &random)
        for _ in 0..<3 {
            let other = try outcome(
                of: inputs.shuffled(using: &random), policy, decided, released: released, &random)
            #expect(other == first, "seed \(seed)")
        }
    }
}
