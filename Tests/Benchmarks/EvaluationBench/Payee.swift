import Domain
import Plans

/// A payee's credits as the calculator holds them: in canonical order, with a state kept before every so many.
struct Payee {
    private let evaluator: Evaluator
    private var credits: [Credit] = []
    private var checkpoints = Checkpoints()
    private var sums: Evaluator.Sums
    private var scratch: Scratch
    private(set) var evaluations = 0

    init(_ evaluator: Evaluator, _ credits: [Credit]) throws {
        self.evaluator = evaluator
        sums = evaluator.empty
        scratch = evaluator.scratch
        let span = credits.span
        for index in span.indices { try take(span[index]) }
    }

    mutating func take(_ credit: Credit) throws {
        guard let last = credits.last, credit.canonical < last.canonical else {
            credits.append(credit)
            return try evaluate(credits.count - 1)
        }
        let place = credits.partitioningIndex { credit.canonical < $0.canonical }
        credits.insert(credit, at: place)
        let start = checkpoints.nearest(to: place)
        _ = checkpoints.removeAll(behind: place)
        sums = start?.start.sums ?? evaluator.empty
        for index in (start?.place ?? 0)..<credits.count { try evaluate(index) }
    }

    private mutating func evaluate(_ index: Int) throws {
        if checkpoints.isDue(index) { checkpoints.keep(Start(contract: 0, sums: sums), before: index) }
        try evaluator.step(credits.span[index], &sums, &scratch)
        evaluations += 1
    }
}

extension [Credit] {
    fileprivate func partitioningIndex(_ isBehind: (Credit) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
