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
        try credits.forEachInPlace { try take($0.pointee) }
    }

    mutating func take(_ credit: Credit) throws {
        guard !credits.isEmpty, credit.canonical < credits.span[credits.count - 1].canonical else {
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
        try credits.withUnsafeBufferPointer { try evaluator.step(($0.baseAddress! + index).pointee, &sums, &scratch) }
        evaluations += 1
    }
}

extension [Credit] {
    /// A credit has a dozen texts: to copy one costs as much as to evaluate it.
    func forEachInPlace(_ body: (UnsafePointer<Credit>) throws -> Void) rethrows {
        try withUnsafeBufferPointer { credits in
            guard let first = credits.baseAddress else { return }
            for index in credits.indices { try body(first + index) }
        }
    }

    fileprivate func partitioningIndex(_ isBehind: (Credit) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
