extension Checker {
    mutating func call(_ name: String, _ arguments: [Syntax], _ range: TextRange) -> Typed {
        if let lookup = declarations.lookups[name] { return look(up: name, lookup, arguments, range) }
        if declarations.overloads(name, .function).isEmpty {
            // What it would have made of a bare name nobody knows: attainmen(bookings) is one mistake.
            for argument in arguments { if case .name = argument.node { continue } else { _ = check(argument) } }
            return unknownFunction(name, .function, range)
        }
        return apply(name, .function, arguments.map { check($0) }, range, at: range)
    }

    /// `operand.f(…)`; where operand and f together name a function (`math.abs(x)`), that function.
    mutating func method(
        _ operand: Syntax, _ name: String, _ arguments: [Syntax], _ place: TextRange, _ range: TextRange
    ) -> Typed {
        if let path = Path(operand), !scope.contains(where: { same($0.name, path.parts[0]) }),
            !declarations.overloads("\(path.text).\(name)", .function).isEmpty
        {
            return call("\(path.text).\(name)", arguments, range)
        }
        if let macro = Macro(name), declarations.overloads(name, .method).isEmpty {
            let wanted = macro == .map ? "2 or 3" : "2"
            return refuse("\(name)() takes \(wanted) arguments, found \(arguments.count)", at: place)
        }
        let parts = [check(operand)] + arguments.map { check($0) }
        return apply(name, .method, parts, range, at: place)
    }

    /// `attainment(bookings)` or `fact("csat")`: the argument is a name, not an expression.
    private mutating func look(
        up function: String, _ lookup: Lookup, _ arguments: [Syntax], _ range: TextRange
    ) -> Typed {
        let name: String
        switch arguments.first?.node {
        case .name(let word, _)?, .literal(.string(let word))?: name = word
        case .bad?: return .bad(range)
        default:
            return refuse("\(function)() takes the name of a \(lookup.what)", at: arguments.first?.range ?? range)
        }
        guard arguments.count == 1 else {
            return refuse("\(function)() takes one \(lookup.what), found \(arguments.count) arguments", at: range)
        }
        if let names = lookup.names, !names.contains(name) {
            return refuse(
                "unknown \(lookup.what) \"\(name)\"", at: arguments[0].range,
                suggestion: suggestion(for: name, among: names), fault: .noSuchField("\(function)(\(name))"))
        }
        let slot = declarations.slot(function, name)
        slots.insert(slot.index)
        return Typed(term: .slot(slot), type: isStrict ? lookup.type : .dyn, range: range)
    }

    /// Finds the overloads that take these arguments: as they are, or else with ints made decimals.
    mutating func apply(
        _ name: String, _ style: Overload.Style, _ arguments: [Typed], _ range: TextRange, at place: TextRange
    ) -> Typed {
        let known = declarations.overloads(name, style)
        guard !known.isEmpty else { return unknownFunction(name, style, place) }
        guard isStrict else { return resolved(name, known, arguments, .dyn, range) }
        // What is not known before it runs may turn out an int, so nothing can be left out for it.
        let isOpen = arguments.contains { $0.type == .dyn }
        for promotes in isOpen ? [true] : [false, true] {
            let (taking, types) = matching(known, arguments.map(\.type), promotes: promotes)
            guard let first = taking.first else { continue }
            let parts = taking.count > 1 ? arguments : promoted(arguments, for: first)
            let type = Set(types).count == 1 ? types[0] : .dyn
            return resolved(name, taking, parts, type, range)
        }
        return noOverload(name, style, known, arguments, place)
    }

    private func matching(
        _ overloads: [Overload], _ types: [ValueType], promotes: Bool
    ) -> (overloads: [Overload], results: [ValueType]) {
        var taking: [Overload] = []
        var results: [ValueType] = []
        for overload in overloads where overload.parameters.count == types.count {
            var bound: [String: ValueType] = [:]
            let fits = zip(overload.parameters, types).allSatisfy { wanted, given in
                (promotes && given.isPromotable(to: wanted)) || wanted.accepts(given, &bound)
            }
            guard fits else { continue }
            taking.append(overload)
            results.append(overload.result.substituted(bound))
        }
        return (taking, results)
    }

    private func promoted(_ arguments: [Typed], for overload: Overload) -> [Typed] {
        zip(arguments, overload.parameters).map { $0.promoted(to: $1) }
    }

    /// The call; done here and now when it is of constants.
    private mutating func resolved(
        _ name: String, _ overloads: [Overload], _ arguments: [Typed], _ type: ValueType, _ range: TextRange
    ) -> Typed {
        let typed = Typed(term: .call(name, overloads, arguments), type: type, range: range)
        let values = arguments.compactMap(\.constant)
        guard values.count == arguments.count, overloads.allSatisfy(\.isStandard) else { return typed }
        var budget = Budget(steps: 10_000)
        do throws(Fault) {
            let value = try overloads.dispatch(name, values, &budget)
            return Typed(term: .constant(value), type: type, range: range)
        } catch {
            // What is wrong with a written date, pattern or number is the author's to mend, not the payee's.
            if isStrict, Library.types[name] != nil || name == "matches", error != .tooManySteps {
                diagnostics.error(error.description, at: arguments.last?.range ?? range)
            }
            return typed
        }
    }

    private mutating func unknownFunction(_ name: String, _ style: Overload.Style, _ place: TextRange) -> Typed {
        let other: Overload.Style = style == .method ? .function : .method
        if let overload = declarations.overloads(name, other).first {
            return refuse("\(name)() is called differently: \(overload.signature)", at: place)
        }
        let candidates = declarations.functionNames.filter { $0.operatorSymbol == nil } + Macro.allCases.map(\.rawValue)
        return refuse(
            "unknown function \"\(name)\"", at: place, suggestion: suggestion(for: name, among: candidates))
    }

    private mutating func noOverload(
        _ name: String, _ style: Overload.Style, _ known: [Overload], _ arguments: [Typed], _ place: TextRange
    ) -> Typed {
        let call = Overload.call(name, style, arguments.map(\.type.description))
        // Those that agree on the first argument are the likely ones.
        let near = known.filter { $0.parameters.first == arguments.first?.type }
        let expected = (near.isEmpty ? known : near).prefix(4).map(\.signature).joined(separator: ", or ")
        return refuse(
            "\(call) is not defined; expected \(expected)", at: place, fault: .noMatchingOverload(call))
    }
}
