import Domain

/// One way to call a function: the types it takes, the type it gives, and what it does (langdef, Functions).
package struct Overload: Sendable {
    package enum Style: Hashable, Sendable {
        /// `f(a, b)`
        case function
        /// `a.f(b)`: the receiver is the first parameter.
        case method
    }

    /// Never traps: for values that it does not take it throws. Must be free of effects and of time.
    package typealias Body = @Sendable ([Value], inout Budget) throws(Fault) -> Value

    let name: String
    let style: Style
    let parameters: [ValueType]
    let result: ValueType
    let isStandard: Bool
    let body: Body

    static func function(
        _ name: String, _ parameters: [ValueType], _ result: ValueType, _ body: @escaping Body
    ) -> Overload {
        Overload(
            name: name, style: .function, parameters: parameters, result: result, isStandard: true, body: body)
    }

    static func method(
        _ name: String, _ parameters: [ValueType], _ result: ValueType, _ body: @escaping Body
    ) -> Overload {
        Overload(name: name, style: .method, parameters: parameters, result: result, isStandard: true, body: body)
    }

    /// As it is written: `string.contains(string)`, `decimal + decimal`, `-int`.
    var signature: String { Overload.call(name, style, parameters.map(\.description)) }

    static func call(_ name: String, _ style: Style, _ arguments: [String]) -> String {
        if let symbol = name.operatorSymbol {
            return arguments.count == 1 ? symbol + arguments[0] : arguments.joined(separator: " \(symbol) ")
        }
        guard style == .method, let receiver = arguments.first else {
            return "\(name)(\(arguments.joined(separator: ", ")))"
        }
        return "\(receiver).\(name)(\(arguments.dropFirst().joined(separator: ", ")))"
    }

    func admits(_ arguments: [Value]) -> Bool {
        guard arguments.count == parameters.count else { return false }
        return zip(parameters, arguments).allSatisfy { $0.admits($1) }
    }

    /// With every int where a decimal is wanted made one.
    func promoting(_ arguments: [Value]) -> [Value] {
        zip(parameters, arguments).map { wanted, value in
            switch (wanted, value) {
            case (.list(.decimal), .list(let elements)): .list(elements.map { Overload.promoted($0, to: .decimal) })
            default: Overload.promoted(value, to: wanted)
            }
        }
    }

    private static func promoted(_ value: Value, to wanted: ValueType) -> Value {
        if wanted == .decimal, case .int(let whole) = value { .decimal(.init(whole: whole)) } else { value }
    }
}

extension [Overload] {
    /// Calls the overload that takes these values: as they are, or else with ints made decimals.
    func dispatch(_ name: String, _ arguments: [Value], _ budget: inout Budget) throws(Fault) -> Value {
        try budget.spend(on: arguments)
        if let overload = first(where: { $0.admits(arguments) }) { return try overload.body(arguments, &budget) }
        for overload in self where overload.parameters.count == arguments.count {
            let promoted = overload.promoting(arguments)
            if overload.admits(promoted) { return try overload.body(promoted, &budget) }
        }
        let style = first?.style ?? .function
        throw .noMatchingOverload(Overload.call(name, style, arguments.map(\.kind.rawValue)))
    }
}

extension String {
    /// `_+_` is written `+`.
    var operatorSymbol: String? {
        if self == "@in" { return "in" }
        guard utf8.first == 95 || utf8.last == 95 else { return nil }
        let symbol = utf8.filter { $0 != 95 }
        guard let first = symbol.first, !isLetter(first), !isDigit(first) else { return nil }
        return String(decoding: Array(symbol), as: UTF8.self)
    }
}
