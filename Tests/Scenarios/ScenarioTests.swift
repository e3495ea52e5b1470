import TestSupport
import Testing

@testable import statements

@Suite("Scenarios")
struct ScenarioTests {
    @Test("a history gives the statements that an analyst works out by hand", arguments: Scenario.all)
    func scenario(path: String) async throws {
        do {
            let scenario = try Scenario(path)
            let differences = try await withTemporaryFolder { folder in
                let firm = try Firm(folder: folder)
                try await firm.play(scenario)
                return try await Outcome(firm).differences(from: scenario)
            }
            guard !differences.isEmpty else { return }
            Issue.record("\(path): \(scenario.title)\n\n\(differences)")
        } catch { Issue.record("\(path): \(error)") }
    }

    @Test("there are at least sixty of them, of every kind")
    func count() {
        #expect(Scenario.all.count >= 60)
        let kinds = Set(Scenario.all.compactMap { $0.split(separator: "/").first.map(String.init) })
        let parts = "adjustments clawback corrections currencies dating draws release settlement"
        #expect(kinds.sorted().joined(separator: " ") == parts)
    }
}
