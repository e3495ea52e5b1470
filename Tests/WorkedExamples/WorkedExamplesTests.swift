import Domain
import Foundation
import Plans
import Testing

/// `WORKED_EXAMPLES=/path/to/file.json` runs another file of the same structure.
@Test("every published figure that the language can express is met")
func worked() throws {
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("worked-examples.json")
    let path = ProcessInfo.processInfo.environment["WORKED_EXAMPLES"].flatMap {
        $0.isEmpty ? nil : URL(fileURLWithPath: $0)
    }
    var outcomes: [Outcome] = []
    for example in try Published.read(path ?? own) { outcomes.append(Outcome(example)) }
    for outcome in outcomes where !outcome.reason.isEmpty { print("\(outcome.kind): \(outcome.id): \(outcome.reason)") }
    let count = { (kind: Outcome.Kind) in outcomes.count { $0.kind == kind } }
    print("\(count(.exact)) exact, \(count(.wrong)) wrong, \(count(.inexpressible)) not expressible")
    #expect(count(.wrong) == 0)
}

/// What became of an example.
struct Outcome {
    enum Kind: String { case exact, wrong, inexpressible = "not expressible" }

    let id: String
    let kind: Kind
    let reason: String

    init(_ example: Published) {
        id = example.id
        do {
            let differences = try Outcome.differences(example)
            (kind, reason) = (differences.isEmpty ? .exact : .wrong, differences.joined(separator: "; "))
        } catch {
            (kind, reason) = (.inexpressible, "\(error)")
        }
    }

    private static func differences(_ example: Published) throws -> [String] {
        var figures: [String: Number] = [:]
        for rep in example.reps {
            var draft = try Draft(example, rep: rep)
            draft.terms.quotas += try draft.items("quota", rep["quota"])
            draft.terms.targets += try draft.items("pay", rep["target_incentive"])
            try draft.addDeals()
            try draft.addComponents()
            for (key, value) in try Running(draft).figures {
                figures[key] = key == "all.total" ? try (figures[key] ?? .zero) + value : value
            }
        }
        var result: [String] = []
        for (key, text) in example.expected.sorted(by: { $0.key < $1.key }) {
            let wanted = try Draft.number(text)
            if figures[key] == nil, !wanted.isZero { throw Inexpressible("no figure '\(key)'") }
            let places = example.plan.rounding?.text("places").flatMap { Int($0) } ?? 2
            let found = try (figures[key] ?? .zero).rounded(to: max(places, 2), .halfUp)
            if found != wanted { result.append("\(key) is \(found), published \(wanted)") }
        }
        return result
    }
}
