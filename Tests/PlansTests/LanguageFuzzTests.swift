import Domain
import Foundation
import FuzzSupport
import Plans
import TestSupport
import Testing

/// `make fuzz` does the same a million times; the seed of a failure is in its message.
@Suite("Plan files of any kind")
struct LanguageFuzzTests {
    private func templates() throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../deploy/templates")
        return try LanguageTemplateTests.names.map {
            try String(contentsOf: folder.appendingPathComponent("\($0).yaml"), encoding: .utf8)
        }
    }

    @Test("whatever is written, a plan or its problems come out, and a plan can be shown, formatted and evaluated")
    func anything() throws {
        let templates = try templates()
        var read = 0
        for seed in 0..<UInt64(1500) {
            var generator = PlanGenerator(seed: seed, templates: templates)
            let text = generator.text()
            do throws(FileProblems) {
                let plan = try Plan(parsing: text, file: "f.yaml")
                read += 1
                use(plan, text, seed)
            } catch {
                #expect(!error.all.isEmpty, "seed \(seed): refused without a reason")
            }
        }
        #expect(read > 50, "hardly any of it is a plan")
    }

    private func use(_ plan: Plan, _ text: String, _ seed: UInt64) {
        _ = plan.failures(file: "f.yaml")
        #expect(!plan.words.isEmpty, "seed \(seed)")
        _ = try? PlanFormat.formatted(text, file: "f.yaml")
        let evaluator = Evaluator(plan: plan, terms: Terms())
        var sums = evaluator.empty
        var random = SplitMix(seed: seed)
        for credit in Spec.credits(&random, most: 4) { _ = try? evaluator.step(credit, sums: &sums) }
    }
}
