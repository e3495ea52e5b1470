import Domain
import Expressions

/// Giving values to expressions.
extension Evaluator {
    /// From where an expression is read.
    struct Reading {
        let date: CalendarDate
        var window: Plan.Window?
        var component: Int?
    }

    // MARK: For a credit

    func number(
        _ operand: Code.Operand, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        switch operand {
        case .constant(let number): number
        case .amount: credit.amount.amount
        case .move(let measure): scratch.moves[measure]
        case .formula(let place): try number(code.formulas[place], credit, sums, reading, &scratch)
        }
    }

    func number(
        _ formula: Formula, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        if let constant = formula.constant { return constant }
        try fill(formula, credit, sums, reading, &scratch)
        return try defined { () throws(EvaluationError) in try formula.program.decimal(scratch.creditFrame) }
    }

    func condition(
        _ place: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Bool {
        let formula = code.formulas[place]
        try fill(formula, credit, sums, reading, &scratch)
        return try defined { () throws(EvaluationError) in try formula.program.bool(scratch.creditFrame) }
    }

    /// `nil` where a field that it reads has no value for this credit.
    func key(
        _ formula: Formula, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> FieldValue? {
        try fill(formula, credit, sums, reading, &scratch)
        do throws(EvaluationError) {
            return FieldValue(try formula.program.evaluate(scratch.creditFrame))
        } catch {
            if case .noSuchField = error.fault { return nil }
            throw .undefined("\(error)")
        }
    }

    private func fill(
        _ formula: Formula, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        for binding in formula.bindings {
            scratch.creditFrame[binding.slot] =
                binding.reference.isOfCredit
                ? ofCredit(binding.reference, credit) : try ofState(binding.reference, sums, reading, &scratch)
        }
    }

    // MARK: For a window

    func number(
        _ operand: Code.Operand, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        switch operand {
        case .constant(let number): number
        case .amount, .move: .zero
        case .formula(let place): try number(code.formulas[place], sums, reading, &scratch)
        }
    }

    func number(
        _ formula: Formula, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        if let constant = formula.constant { return constant }
        try fill(formula, sums, reading, &scratch)
        return try defined { () throws(EvaluationError) in try formula.program.decimal(scratch.periodFrame) }
    }

    func condition(
        _ formula: Formula, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Bool {
        try fill(formula, sums, reading, &scratch)
        return try defined { () throws(EvaluationError) in try formula.program.bool(scratch.periodFrame) }
    }

    private func fill(
        _ formula: Formula, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        for binding in formula.bindings {
            scratch.periodFrame[binding.slot] = try ofState(binding.reference, sums, reading, &scratch)
        }
    }

    // MARK: Values

    private func defined<Result>(
        _ body: () throws(EvaluationError) -> Result
    ) throws(ArithmeticError) -> Result {
        do throws(EvaluationError) { return try body() } catch { throw .undefined("\(error)") }
    }

    private func ofCredit(_ reference: Reference, _ credit: Credit) -> Value? {
        switch reference {
        case .amount: .decimal(credit.amount.amount)
        case .share: .decimal(credit.share.value)
        case .date: .date(credit.date)
        case .dealID: .string(credit.key.deal.text)
        case .kind: .string(credit.kind)
        case .product: .string(credit.product)
        case .account: .string(credit.account)
        case .role: .string(credit.key.role.text)
        case .field(let name): credit.fields[name].map { Value($0) }
        default: nil
        }
    }

    private func ofState(
        _ reference: Reference, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Value? {
        switch reference {
        case .total(let measure): return .decimal(sums.cells[measure])
        case .quota(let measure): return try quota(measure, reading.date, &scratch).map { .decimal($0) }
        case .attainment(let measure):
            guard let quota = try quota(measure, reading.date, &scratch) else { return .decimal(.zero) }
            return .decimal(try sums.cells[measure] / quota)
        case .earned(let component): return .decimal(try earned(component, sums, reading))
        case .fact(let name): return .decimal(terms.nearest(terms.facts, name, span(reading), reading.date) ?? .zero)
        case .contractRate(let name):
            return terms.nearest(terms.rates, name, span(reading), reading.date).map { .decimal($0) }
        case .contractQuota(let name):
            return terms.amount(terms.quotas, name, span(reading), reading.date).map { .decimal($0) }
        case .contractTarget(let name):
            return .decimal(terms.amount(terms.targets, name, span(reading), reading.date) ?? .zero)
        case .periodStart: return .date(period(reading).start)
        case .periodEnd: return .date(period(reading).end)
        case .periodDays:
            let period = period(reading)
            return .decimal(Number(Int(period.end.day - period.start.day) + 1))
        default: return nil
        }
    }

    private func earned(_ component: Int, _ sums: Sums, _ reading: Reading) throws(ArithmeticError) -> Number {
        guard let reader = reading.component.map({ code.components[$0] }),
            let place = code.inputs[reader.inputs].firstIndex(of: component)
        else { throw .undefined("earned(\(plan.components[component].name)) cannot be read here") }
        return sums.cells[reader.places.inputs + place - reader.inputs.lowerBound]
    }

    private func span(_ reading: Reading) -> PeriodKind? {
        guard let window = reading.window else { return plan.pays }
        if case .period(let kind) = window { return kind }
        return nil
    }

    private func period(_ reading: Reading) -> Period {
        Period(span(reading) ?? plan.pays, containing: reading.date)
    }
}

extension Value {
    init(_ field: FieldValue) {
        switch field {
        case .number(let number): self = .decimal(number)
        case .text(let text): self = .string(text)
        case .date(let date): self = .date(date)
        case .flag(let flag): self = .bool(flag)
        }
    }
}
