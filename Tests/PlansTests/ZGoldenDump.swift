import Domain
import Foundation
import Plans
import TestSupport
import Testing

@Suite("Golden dump")
struct GoldenDump {
    @Test("dump")
    func dump() throws {
        guard let path = ProcessInfo.processInfo.environment["GOLDEN"] else { return }
        var out = ""
        for seed in 0..<3000 {
            var random = SplitMix(seed: UInt64(seed) &+ 90_000)
            let spec = Spec(&random)
            let plan = try Plan(parsing: spec.text, file: "drawn.yaml")
            let items = spec.measures.enumerated().map { Terms.Item("q\($0.offset)", nil, Number($0.element.quota)) }
            let evaluator = Evaluator(plan: plan, terms: Terms(quotas: seed % 7 == 0 ? [] : items))
            try run(evaluator, Spec.credits(&random), &out, "\(seed)")
        }
        for name in LanguageTemplateTests.names {
            let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../deploy/templates/\(name).yaml")
            let plan = try Plan(parsing: try String(contentsOf: url, encoding: .utf8), file: "x")
            for example in plan.examples {
                try run(Evaluator(plan: plan, terms: example.terms), example.credits.sorted { $0.canonical < $1.canonical }, &out, name)
                out += "\(try plan.pay(of: example))\n"
            }
        }
        try out.write(toFile: path, atomically: true, encoding: .utf8)
    }
    private func run(_ evaluator: Evaluator, _ credits: [Credit], _ out: inout String, _ what: String) throws {
        var sums = evaluator.empty
        var scratch = evaluator.scratch
        for (index, credit) in credits.enumerated() {
            let before = sums
            do {
                for line in try evaluator.step(credit, sums: &sums) {
                    out += "\(what) \(index) \(line.component) \(line.amount) \(try evaluator.explain(line.component, credit, before: before, posted: .zero))\n"
                    out += "\(try evaluator.parts(line.component, credit, before: evaluator.cleared(line.component, in: before)))\n"
                }
            } catch { out += "\(what) \(index) \(error)\n" }
            for m in evaluator.plan.measures.indices { out += "\(evaluator.total(of: m, in: sums)) \(String(describing: try evaluator.quota(m, on: credit.date))) " }
            if index % 3 == 2 {
                let before = sums
                let end = Period(evaluator.plan.pays, containing: credit.date).end
                try evaluator.touch(end, &sums, &scratch)
                out += "touch \(scratch.lines.map { ($0.component, $0.amount) })"
                for line in scratch.lines { out += "\(try evaluator.parts(line.component, on: end, before: before))" }
            }
            out += "\n"
        }
    }
}
