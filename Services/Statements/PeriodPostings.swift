import Domain

/// What the documents of one payee and period come to, taken in order.
struct PeriodPostings {
    private struct Line {
        var net = LedgerAmounts.Net()
        /// The last one stands for the credit as it is known now.
        var last: Earning
    }

    private var nets: [LineKey: Line] = [:]
    /// What is no earning.
    private(set) var entries: [Statement.Entry] = []

    mutating func add(_ document: LedgerDocument) throws(ArithmeticError) {
        for earning in document.earnings {
            let key = LineKey(earning, of: document, payee: 0)
            try nets[key, default: Line(last: earning)].net.add(earning)
            nets[key]?.last = earning
        }
        if let entry = try Statement.Entry(document) { entries.append(entry) }
    }

    /// Without those that net to zero, in no order.
    var lines: [NetLine] {
        nets.compactMap { key, line in
            line.net.isNothing
                ? nil
                : NetLine(
                    component: key.component,
                    line: Statement.Line(
                        credit: line.last.credit, earned: key.earned, amount: line.net.amount,
                        released: line.net.released, corrects: line.last.corrects, explanation: line.last.explanation))
        }
    }
}
