package import Domain

/// An expression ready to run, any number of times and on any thread: the same values give the same result.
package struct Program: Sendable {
    package let source: Source
    package let syntax: Syntax
    /// The type of its result.
    package let type: ValueType
    /// The slots that it reads, in order: what the embedder must fill, and what the result depends on.
    package let slots: [Slot]
    /// What is legal and probably not meant.
    package let warnings: [Diagnostic]

    private let code: Code
    private let range: TextRange
    private let cellCount: Int
    private let steps: Int

    init(
        _ typed: Typed, _ syntax: Syntax, _ source: Source, slots: [Slot], warnings: [Diagnostic], steps: Int
    ) {
        self.source = source
        self.syntax = syntax
        self.slots = slots
        self.warnings = warnings
        self.steps = steps
        type = typed.type
        code = Compiler.code(typed)
        range = typed.range
        cellCount = (slots.map(\.index).max() ?? -1) + 1
        value = code.value
        decimal = code.decimal(typed.range)
        bool = code.bool(typed.range)
    }

    private let value: Operation<Value>
    private let decimal: Operation<Number>
    private let bool: Operation<Bool>

    /// The result, whatever its type. It is never larger than the steps allow.
    package func evaluate(_ frame: Frame) throws(EvaluationError) -> Value {
        try run(frame) { frame, run throws(LocatedFault) in
            let value = try value(frame, &run)
            try run.at(range) { budget throws(Fault) in try budget.spendOnPrinting(value) }
            return value
        }
    }

    /// The result of an expression that was compiled as `.decimal` (or `.int`); without an allocation.
    package func decimal(_ frame: Frame) throws(EvaluationError) -> Number { try run(frame, decimal) }

    /// The result of an expression that was compiled as `.bool`; without an allocation.
    package func bool(_ frame: Frame) throws(EvaluationError) -> Bool { try run(frame, bool) }

    private func run<Result>(
        _ frame: Frame, _ operation: (Frame, inout Run) throws(LocatedFault) -> Result
    ) throws(EvaluationError) -> Result {
        guard frame.cells.count >= cellCount else { return try run(frame.widened(to: cellCount), operation) }
        var run = Run(budget: Budget(steps: steps))
        do throws(LocatedFault) {
            return try operation(frame, &run)
        } catch {
            throw EvaluationError(fault: error.fault, location: source.location(of: error.range.start))
        }
    }
}

extension Budget {
    /// A list of lists that share elements may be small to make and endless to print; its printed size is paid for.
    mutating func spendOnPrinting(_ value: Value) throws(Fault) {
        switch value {
        case .list(let elements):
            try spend(elements.count)
            for element in elements { try spendOnPrinting(element) }
        case .map(let map):
            try spend(map.count)
            for entry in map.entries { try spendOnPrinting(entry.value) }
        default: try spend(value.weight)
        }
    }
}

extension Declarations {
    /// Parses, checks and compiles an expression whose result must be of a type (any, when `nil`). Names of open
    /// lookups that it uses get their slots here. Throws every error there is, at once.
    package mutating func compile(
        _ source: Source, as type: ValueType? = nil, limits: Limits = .standard
    ) throws(ExpressionError) -> Program {
        try compile(source, as: type, limits: limits, isStrict: true)
    }

    mutating func compile(
        _ source: Source, as type: ValueType?, limits: Limits, isStrict: Bool
    ) throws(ExpressionError) -> Program {
        var diagnostics = Diagnostics(source)
        let parsed = Parser.parse(source, limits, &diagnostics)
        guard let syntax = parsed else { throw ExpressionError(diagnostics: diagnostics.errors) }
        var checker = Checker(isStrict: isStrict, declarations: self, diagnostics: diagnostics)
        var typed = checker.check(syntax)
        if let type { typed = checker.expect(type, typed, "the result") }
        let errors = checker.diagnostics.errors
        guard errors.isEmpty else { throw ExpressionError(diagnostics: errors) }
        self = checker.declarations
        let used = slots.filter { checker.slots.contains($0.index) }
        return Program(
            typed, syntax, source, slots: used, warnings: checker.diagnostics.warnings, steps: limits.steps)
    }
}

extension Syntax {
    /// Only parses: for printing an expression in its canonical form.
    package static func parse(_ source: Source, limits: Limits = .standard) throws(ExpressionError) -> Syntax {
        var diagnostics = Diagnostics(source)
        let syntax = Parser.parse(source, limits, &diagnostics)
        guard let syntax, diagnostics.errors.isEmpty else { throw ExpressionError(diagnostics: diagnostics.errors) }
        return syntax
    }
}
