import Domain
import Testing

@testable import Expressions

/// The names that the tests' expressions may use, with values.
struct Company {
    var names = Declarations()
    var frame: Frame

    init() {
        names.variable("credit.amount", .decimal)
        names.variable("credit.date", .date)
        names.variable("credit.count", .int)
        names.variable("deal.kind", .string)
        names.variable("deal.region", .string)
        names.variable("deal.closedAt", .timestamp)
        names.variable("deal.custom", .map(.string, .dyn))
        names.variable("anything", .dyn)
        names.variable("isNew", .bool)
        names.lookup("attainment", of: "measure", in: ["bookings", "renewals"], .decimal)
        names.lookup("fact", of: "fact", .decimal)
        names.function("twice", [.decimal], .decimal) { arguments, _ throws(Fault) in
            guard case .decimal(let number) = arguments[0] else { throw .host("twice() takes a decimal") }
            return .decimal(try Arithmetic.decimal(.add, number, number))
        }
        names.function("broken", [], .int) { _, _ throws(Fault) in throw .host("the host is out") }
        frame = Frame(names)
        set("credit.amount", .decimal(1000))
        set("credit.date", .date(CalendarDate(day: 20_635)))  // 2026-07-01
        set("credit.count", .int(3))
        set("deal.kind", .string("new"))
        set("anything", .int(7))
        set("isNew", .bool(true))
        frame[names.slot("attainment", "bookings")] = .decimal(Number(units: Number.unit / 2))
    }

    mutating func set(_ name: String, _ value: Value?) {
        guard let slot = names.variables[name] else { preconditionFailure("\(name) is not declared") }
        frame[slot] = value
    }

    /// The result as JSON, or what is wrong.
    func result(_ text: String, isStrict: Bool = true) -> String {
        var names = names
        do throws(ExpressionError) {
            let program = try names.compile(Source(text), as: nil, limits: .standard, isStrict: isStrict)
            return outcome(of: program)
        } catch {
            return error.description
        }
    }

    func outcome(of program: Program) -> String {
        do throws(EvaluationError) {
            return try program.evaluate(frame).json
        } catch {
            return error.description
        }
    }

    /// The warnings of an expression that is accepted.
    func warnings(_ text: String) -> [String] {
        var names = names
        return ((try? names.compile(Source(text)))?.warnings ?? []).map(\.description)
    }
}

/// A line of a table: an expression, and its result as JSON or its error.
struct Case: CustomTestStringConvertible {
    let text: String
    let expected: String

    init(_ text: String, _ expected: String) {
        self.text = text
        self.expected = expected
    }

    var testDescription: String { text }
}
