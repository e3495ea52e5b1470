import Domain
import Expressions
import Yams

/// Shares are not sums: 100 where 100% is meant is a limit that nobody reaches.
extension PlanReader {
    /// A limit along an axis.
    mutating func limit(_ node: Node, along by: Formula?) -> Number? {
        guard let number = number(node) else { return nil }
        let text = node.string ?? ""
        switch by.map(axis) {
        case .attainment where text.last != "%" && number >= PlanReader.leastMistaken:
            report(node, "attainment is a share of the quota: '\(text)' is \(Rate(number)); write '\(text)%'")
        case .total where text.last == "%" && !number.isZero:
            report(node, "'\(by?.text ?? "")' is a sum, not a share: '\(text)' is \(number); write the sum itself")
        default: break
        }
        return number
    }

    /// A share that nobody writes as a plain number and means.
    private static let leastMistaken = Number(10)

    /// Attainment compared with a plain number, such as `attainment(bookings) >= 100`.
    mutating func warnOfUnits(_ formula: Formula) {
        for (number, range) in formula.program.syntax.comparedWithAttainment where number >= PlanReader.leastMistaken {
            let place = formula.program.source.location(of: range.start)
            warnings.append(
                FileProblem(
                    file: file, line: place.line, column: place.column,
                    "attainment is a share of the quota: \(number) is \(Rate(number)); write \(number)%"))
        }
    }
}

extension Syntax {
    /// The plain numbers that an attainment is compared with, anywhere in it.
    fileprivate var comparedWithAttainment: [(number: Number, range: TextRange)] {
        var result = parts.flatMap(\.comparedWithAttainment)
        guard case .binary(let operation, let left, let right) = node,
            [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation)
        else { return result }
        for (side, other) in [(left, right), (right, left)] where side.isAttainment {
            if let number = other.plainNumber { result.append((number, other.range)) }
        }
        return result
    }

    private var isAttainment: Bool {
        if case .call("attainment", _) = node { true } else { false }
    }

    private var plainNumber: Number? {
        switch node {
        case .literal(.int(let number)): Number(Int(number))
        case .literal(.decimal(let number)): number
        default: nil
        }
    }

    private var parts: [Syntax] {
        switch node {
        case .literal, .name, .bad: []
        case .select(let of, _), .has(let of, _), .unary(_, let of): [of]
        case .index(let left, let right), .binary(_, let left, let right): [left, right]
        case .call(_, let arguments), .list(let arguments): arguments
        case .method(let target, _, let arguments, _): [target] + arguments
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let loop): [loop.range] + loop.bodies
        }
    }
}
