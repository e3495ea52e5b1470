import Domain

/// The state of one evaluation.
struct Run {
    /// The variables of the macros around, innermost last.
    var locals: [Value] = []
    var budget: Budget

    /// Does what may fail at a place of the expression.
    @inline(__always)
    mutating func at<Result>(
        _ range: TextRange, _ body: (inout Budget) throws(Fault) -> Result
    ) throws(LocatedFault) -> Result {
        do throws(Fault) {
            return try body(&budget)
        } catch {
            throw LocatedFault(error, range)
        }
    }
}

extension Run {
    /// Comparing a long text costs steps; a short one is free.
    @inline(__always)
    mutating func pay(for text: String, _ range: TextRange) throws(LocatedFault) {
        guard text.utf8.count >= 32 else { return }
        try at(range) { budget throws(Fault) in try budget.spend(text.utf8.count / 32) }
    }
}

/// A compiled part of an expression. The frame is lent, not copied: counting its references would cost as much as the
/// arithmetic.
typealias Operation<Result> = @Sendable (Frame, inout Run) throws(LocatedFault) -> Result

extension Frame {
    /// Why a slot cannot be read as the declared type.
    @inline(never)
    func unreadable(_ slot: Slot, _ wanted: String, _ range: TextRange) -> LocatedFault {
        guard let value = cells[slot.index] else { return LocatedFault(.noSuchField(slot.name), range) }
        return LocatedFault(
            .noMatchingOverload("\(slot.name) of type \(value.kind.rawValue) where \(wanted) is declared"), range)
    }
}

/// A compiled part by its static type: numbers and conditions pass unboxed, without an allocation.
enum Code: Sendable {
    case bool(Operation<Bool>)
    case int(Operation<Int64>)
    case decimal(Operation<Number>)
    case value(Operation<Value>)

    var value: Operation<Value> {
        switch self {
        case .bool(let operation): { frame, run throws(LocatedFault) in .bool(try operation(frame, &run)) }
        case .int(let operation): { frame, run throws(LocatedFault) in .int(try operation(frame, &run)) }
        case .decimal(let operation): { frame, run throws(LocatedFault) in .decimal(try operation(frame, &run)) }
        case .value(let operation): operation
        }
    }

    func bool(_ range: TextRange) -> Operation<Bool> {
        if case .bool(let operation) = self { return operation }
        return read(range) { value throws(Fault) in try value.bool() }
    }

    func int(_ range: TextRange) -> Operation<Int64> {
        if case .int(let operation) = self { return operation }
        return read(range) { value throws(Fault) in try value.int() }
    }

    /// An int is a decimal too.
    func decimal(_ range: TextRange) -> Operation<Number> {
        switch self {
        case .decimal(let operation): operation
        case .int(let operation): { frame, run throws(LocatedFault) in Number(whole: try operation(frame, &run)) }
        default: read(range) { value throws(Fault) in try value.decimal() }
        }
    }

    func text(_ range: TextRange) -> Operation<String> { read(range) { value throws(Fault) in try value.text() } }

    func date(_ range: TextRange) -> Operation<CalendarDate> {
        read(range) { value throws(Fault) in try value.date() }
    }

    private func read<Result>(
        _ range: TextRange, _ reading: @escaping @Sendable (Value) throws(Fault) -> Result
    ) -> Operation<Result> {
        let operation = value
        return { frame, run throws(LocatedFault) in
            let value = try operation(frame, &run)
            do throws(Fault) {
                return try reading(value)
            } catch {
                throw LocatedFault(error, range)
            }
        }
    }
}
