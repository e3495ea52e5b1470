package import Domain

/// Why an evaluation has no value: CEL's runtime errors.
package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// CEL's `no_matching_overload`.
    case noMatchingOverload(String)
    /// CEL's `no_such_field`; for a variable, that the embedder left its slot unset.
    case noSuchField(String)
    case noSuchKey(String)
    case indexOutOfRange(index: Int64, count: Int)
    case arithmetic(ArithmeticError)
    case integerOverflow
    case invalidArgument(String)
    case tooManySteps
    /// Said by a host function.
    case host(String)

    package var description: String {
        switch self {
        case .noMatchingOverload(let call): "\(call) is not defined"
        case .noSuchField(let name): "\(name) has no value"
        case .noSuchKey(let key): "the map has no key \(key)"
        case .indexOutOfRange(let index, let count): "index \(index) is outside a list of \(count)"
        case .arithmetic(let error): error.description
        case .integerOverflow: "the whole number is outside -9223372036854775808 to 9223372036854775807"
        case .invalidArgument(let reason): reason
        case .tooManySteps: "the expression takes too many steps"
        case .host(let reason): reason
        }
    }
}

/// A fault and the part of the expression that it arose in.
struct LocatedFault: Error {
    let fault: Fault
    let range: TextRange

    init(_ fault: Fault, _ range: TextRange) {
        self.fault = fault
        self.range = range
    }
}

/// What an evaluation ends with when it has no value.
package struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let fault: Fault
    package let location: Location

    /// `plan.yaml:12:8: division by zero`
    package var description: String { "\(location): \(fault)" }
}
