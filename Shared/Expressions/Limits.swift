/// What an expression may cost at most. Beyond, it is refused or ends with an error; it never hangs or overflows.
package struct Limits: Hashable, Sendable {
    /// Bytes of text.
    package var sourceBytes = 65_536
    /// Levels of the syntax tree (CEL asks for 12 nested and 32 in a row).
    package var depth = 250
    /// Brackets within brackets.
    package var nesting = 100
    /// Steps of one evaluation: an element visited, a call, 32 bytes of text made. An expression without macros and
    /// without lists or text costs none. It bounds memory too.
    package var steps = 250_000

    package static let standard = Limits()

    package init() {}
}

/// What is left of the steps of one evaluation.
package struct Budget: Sendable {
    package private(set) var steps: Int

    init(steps: Int) { self.steps = steps }

    @inline(__always)
    mutating func spend(_ count: Int) throws(Fault) {
        guard count <= steps else {
            // Nothing that a logical operator still tries may go on.
            steps = 0
            throw .tooManySteps
        }
        steps -= count
    }

    /// For a call on values that it may have to read through.
    mutating func spend(on values: [Value]) throws(Fault) {
        var cost = 1
        for value in values { cost += value.weight }
        try spend(cost)
    }
}
