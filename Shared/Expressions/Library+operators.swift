import Domain

extension Library {
    /// langdef, Arithmetic Operators. `&&`, `||` and `?:` are not functions and live in the compiler.
    static let operators: [Overload] =
        arithmetic + times + [
            .function("_+_", [.string, .string], .string) { arguments, _ throws(Fault) in
                .string(try arguments[0].text() + arguments[1].text())
            },
            .function("_+_", [.bytes, .bytes], .bytes) { arguments, _ throws(Fault) in
                .bytes(try arguments[0].bytes() + arguments[1].bytes())
            },
            .function("_+_", [.list(.parameter("A")), .list(.parameter("A"))], .list(.parameter("A"))) {
                arguments, _ throws(Fault) in
                .list(try arguments[0].elements() + arguments[1].elements())
            },
            .function("-_", [.int], .int) { arguments, _ throws(Fault) in
                .int(try Arithmetic.negated(try arguments[0].int()))
            },
            .function("-_", [.decimal], .decimal) { arguments, _ throws(Fault) in
                .decimal(try Arithmetic.negated(try arguments[0].decimal()))
            },
            .function("!_", [.bool], .bool) { arguments, _ throws(Fault) in .bool(!(try arguments[0].bool())) },
        ]

    private static let arithmetic: [Overload] = [.add, .subtract, .multiply, .divide, .remainder].flatMap(numeric)

    private static func numeric(_ symbol: BinaryOperator) -> [Overload] {
        let whole = Overload.function(symbol.function, [.int, .int], .int) { arguments, _ throws(Fault) in
            .int(try Arithmetic.int(symbol, try arguments[0].int(), try arguments[1].int()))
        }
        guard symbol != .remainder else { return [whole] }
        let exact = Overload.function(symbol.function, [.decimal, .decimal], .decimal) { arguments, _ throws(Fault) in
            .decimal(try Arithmetic.decimal(symbol, try arguments[0].decimal(), try arguments[1].decimal()))
        }
        return [whole, exact]
    }

    /// Sums of times; those of dates count in days and are Attain's own.
    private static let times: [Overload] = [
        .function("_+_", [.timestamp, .duration], .timestamp) { arguments, _ throws(Fault) in
            try later(try arguments[0].timestamp(), try arguments[1].duration())
        },
        .function("_+_", [.duration, .timestamp], .timestamp) { arguments, _ throws(Fault) in
            try later(try arguments[1].timestamp(), try arguments[0].duration())
        },
        .function("_+_", [.duration, .duration], .duration) { arguments, _ throws(Fault) in
            let (left, right) = (try arguments[0].duration(), try arguments[1].duration())
            return try Arithmetic.span(left.milliseconds.addingReportingOverflow(right.milliseconds))
        },
        .function("_-_", [.timestamp, .timestamp], .duration) { arguments, _ throws(Fault) in
            let (left, right) = (try arguments[0].timestamp(), try arguments[1].timestamp())
            return try Arithmetic.span(left.milliseconds.subtractingReportingOverflow(right.milliseconds))
        },
        .function("_-_", [.timestamp, .duration], .timestamp) { arguments, _ throws(Fault) in
            let (left, right) = (try arguments[0].timestamp(), try arguments[1].duration())
            return try Arithmetic.moment(left.milliseconds.subtractingReportingOverflow(right.milliseconds))
        },
        .function("_-_", [.duration, .duration], .duration) { arguments, _ throws(Fault) in
            let (left, right) = (try arguments[0].duration(), try arguments[1].duration())
            return try Arithmetic.span(left.milliseconds.subtractingReportingOverflow(right.milliseconds))
        },
        .function("_+_", [.date, .int], .date) { arguments, _ throws(Fault) in
            try Arithmetic.date(try arguments[0].date(), plus: try arguments[1].int())
        },
        .function("_-_", [.date, .int], .date) { arguments, _ throws(Fault) in
            try Arithmetic.date(try arguments[0].date(), plus: try Arithmetic.negated(try arguments[1].int()))
        },
        .function("_-_", [.date, .date], .int) { arguments, _ throws(Fault) in
            .int(Int64(try arguments[0].date().day) - Int64(try arguments[1].date().day))
        },
    ]

    private static func later(_ moment: Instant, _ span: TimeSpan) throws(Fault) -> Value {
        try Arithmetic.moment(moment.milliseconds.addingReportingOverflow(span.milliseconds))
    }
}
