/// Room to work in for the plans that were worked with last, shared by all payees that are worked out one after the other:
/// most of what it knows (what a text stands for, where a month ends) is as true for the next payee.
package struct Benches {
    private var benches: [Bench] = []
    private var turns = 0
    private static let limit = 32

    private struct Bench {
        let plan: Code.Identity
        var evaluator: Evaluator
        var scratch: Scratch
        var lastTurn: Int
    }

    package init() {}

    /// Where this evaluator works until another is asked for.
    package mutating func place(of evaluator: Evaluator) -> Int {
        turns += 1
        let known = benches.firstIndex { $0.plan === evaluator.code.identity }
        guard let place = known else { return make(for: evaluator) }
        benches[place].lastTurn = turns
        if benches[place].evaluator !== evaluator {
            benches[place].evaluator = evaluator
            benches[place].scratch.forgetQuotas()
        }
        return place
    }

    private mutating func make(for evaluator: Evaluator) -> Int {
        let bench = Bench(
            plan: evaluator.code.identity, evaluator: evaluator, scratch: evaluator.scratch, lastTurn: turns)
        guard benches.count >= Benches.limit,
            let oldest = benches.indices.min(by: { benches[$0].lastTurn < benches[$1].lastTurn })
        else {
            benches.append(bench)
            return benches.count - 1
        }
        benches[oldest] = bench
        return oldest
    }

    /// What the last credit pays there.
    package func lines(at place: Int) -> [Evaluator.Line] { benches[place].scratch.lines }

    package subscript(place: Int) -> Scratch {
        get { benches[place].scratch }
        _modify { yield &benches[place].scratch }
    }
}
