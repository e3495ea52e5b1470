import Domain

/// A checked expression: names are resolved, overloads are chosen, types are known as far as they can be.
struct Typed: Sendable {
    indirect enum Term: Sendable {
        case constant(Value)
        case slot(Slot)
        /// `has()` of a declared variable: whether its slot is set.
        case isSet(Slot)
        /// A variable of a macro, counted from the outermost.
        case local(Int)
        case select(Typed, field: String)
        case has(Typed, field: String)
        case index(Typed, Typed)
        /// The overloads that may be meant; which one shows when it runs, where types are not known before.
        case call(String, [Overload], [Typed])
        case and(Typed, Typed)
        case or(Typed, Typed)
        case conditional(Typed, Typed, Typed)
        case list([Typed])
        case map([(key: Typed, value: Typed)])
        case comprehension(Macro, range: Typed, bodies: [Typed])
        /// An int taken for a decimal.
        case promoted(Typed)
        /// Certain to fail when it runs; refused before that where there is checking.
        case fault(Fault)
    }

    let term: Term
    let type: ValueType
    let range: TextRange

    /// Already has its diagnostic.
    static func bad(_ range: TextRange) -> Typed {
        Typed(term: .fault(.noMatchingOverload("what could not be checked")), type: .never, range: range)
    }

    var constant: Value? {
        if case .constant(let value) = term { value } else { nil }
    }

    /// As a decimal, if it is an int and a decimal is wanted.
    func promoted(to wanted: ValueType) -> Typed {
        guard type.isPromotable(to: wanted) else { return self }
        if case .constant(.int(let whole)) = term {
            return Typed(term: .constant(.decimal(.init(whole: whole))), type: .decimal, range: range)
        }
        return Typed(term: .promoted(self), type: .decimal, range: range)
    }
}
