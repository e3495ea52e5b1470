package import Domain

/// The examples that a plan brings along, run through the engine.
extension Plan {
    /// What the examples expect and do not get; empty when all is well.
    package func failures(file: String) -> [FileProblem] {
        examples.flatMap { example in
            do throws(ArithmeticError) {
                return try failures(of: example, file: file)
            } catch {
                return [
                    FileProblem(
                        file: file, line: example.line, "example '\(example.name)' cannot be evaluated: \(error)")
                ]
            }
        }
    }

    private func failures(of example: Example, file: String) throws(ArithmeticError) -> [FileProblem] {
        let pay = try pay(of: example)
        var result: [FileProblem] = []
        for expected in example.expected {
            var found = Number.zero
            for (name, amount) in pay where expected.name == "total" || expected.name == name { try found += amount }
            guard found != expected.amount else { continue }
            let places = currency.minorPlaces
            result.append(
                FileProblem(
                    file: file, line: expected.line,
                    "example '\(example.name)': \(expected.name) pays \(found.formatted(places: places)), expected "
                        + expected.amount.formatted(places: places)))
        }
        return result
    }

    /// What each component pays for the example's credits and for the periods that they lie in.
    package func pay(of example: Example) throws(ArithmeticError) -> [(component: String, amount: Number)] {
        var totals: [Number] = Array(repeating: .zero, count: components.count)
        let credits = example.credits.sorted { $0.canonical < $1.canonical }
        try Evaluator(plan: self, terms: example.terms).walk(credits, alone: example.day) {
            (line, _) throws(ArithmeticError) in try totals[line.component] += line.amount
        }
        return zip(components, totals).map { ($0.name, $1) }
    }
}
