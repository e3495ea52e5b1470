/// What an expression may name: variables, lookups and functions, each with its type. Two of the same declarations,
/// made in the same order, have the same slots.
///
///     var names = Declarations()
///     let amount = names.variable("credit.amount", .decimal)
///     names.lookup("attainment", of: "measure", in: ["bookings"], .decimal)
///     let program = try names.compile(Source("credit.amount * 6%"), as: .decimal)
///     var frame = Frame(names)
///     frame[amount] = .decimal(1000)
///     try program.decimal(frame)
package struct Declarations: Sendable {
    /// Every slot with the name it has in an expression, in order.
    package private(set) var slots: [Slot] = []
    private(set) var variables: [String: Slot] = [:]
    private(set) var lookups: [String: Lookup] = [:]
    private(set) var functions: [String: [Overload]] = [:]
    /// The groups that qualified variables form: `credit` of `credit.amount`.
    private(set) var groups: Set<String> = []

    package init() {}

    /// Declares a variable by its simple or qualified name; declared again, the later type holds in the same slot.
    @discardableResult
    package mutating func variable(_ name: String, _ type: ValueType) -> Slot {
        let slot = place(name, type, at: variables[name])
        variables[name] = slot
        var group = Substring(name)
        while let dot = group.lastIndex(of: ".") {
            group = group[..<dot]
            groups.insert(String(group))
        }
        return slot
    }

    /// Declares `function(name)`, whose value the embedder puts into a slot before it evaluates, as
    /// `attainment(bookings)` or `fact("csat")`. With `names` any other name is refused; without, every name is taken.
    package mutating func lookup(_ function: String, of what: String, in names: [String]? = nil, _ type: ValueType) {
        lookups[function] = Lookup(what: what, names: names, type: type)
        for name in names ?? [] { slot(function, name) }
    }

    /// The slot of `function(name)`, made when it is first asked for.
    @discardableResult
    package mutating func slot(_ function: String, _ name: String) -> Slot {
        let type = lookups[function]?.type ?? .dyn
        if let slot = lookups[function]?.slots[name] { return slot }
        let slot = place("\(function)(\(name))", type, at: nil)
        lookups[function]?.slots[name] = slot
        return slot
    }

    /// Declares a function of the embedder, called as `name(…)`. The body must not have effects, never trap, and give
    /// the stated type.
    package mutating func function(
        _ name: String, _ parameters: [ValueType], _ result: ValueType, body: @escaping Overload.Body
    ) {
        add(name, .function, parameters, result, body)
    }

    /// The same, called as `receiver.name(…)`; the receiver is the first parameter.
    package mutating func method(
        _ name: String, _ parameters: [ValueType], _ result: ValueType, body: @escaping Overload.Body
    ) {
        add(name, .method, parameters, result, body)
    }

    private mutating func add(
        _ name: String, _ style: Overload.Style, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping Overload.Body
    ) {
        functions[name, default: []].append(
            Overload(
                name: name, style: style, parameters: parameters, result: result, isStandard: false, body: body))
    }

    private mutating func place(_ name: String, _ type: ValueType, at old: Slot?) -> Slot {
        let slot = Slot(index: old?.index ?? slots.count, name: name, type: type)
        if let old { slots[old.index] = slot } else { slots.append(slot) }
        return slot
    }

    /// The slot of a declared variable.
    package func slot(_ variable: String) -> Slot? { variables[variable] }

    func overloads(_ name: String, _ style: Overload.Style) -> [Overload] {
        ((functions[name] ?? []) + (Library.overloads[name] ?? [])).filter { $0.style == style }
    }

    /// In an order that does not depend on hashing.
    var functionNames: [String] {
        (Array(functions.keys) + Array(lookups.keys) + Array(Library.overloads.keys)).sorted(by: precedes)
    }
}

/// Where the embedder puts a value: of a variable, or of a lookup with its name.
package struct Slot: Hashable, Sendable {
    package let index: Int
    /// `credit.amount`, `attainment(bookings)`
    package let name: String
    package let type: ValueType
}

/// A function that names something of the embedder's, whose value lies in a slot.
struct Lookup: Sendable {
    let what: String
    /// `nil` when any name is good.
    let names: [String]?
    let type: ValueType
    var slots: [String: Slot] = [:]
}

/// The values of one evaluation. A slot left `nil` has no value: reading it is an error, `has()` says false.
package struct Frame: Sendable {
    var cells: [Value?]

    package init(_ declarations: Declarations) {
        cells = Array(repeating: nil, count: declarations.slots.count)
    }

    package subscript(slot: Slot) -> Value? {
        get { slot.index < cells.count ? cells[slot.index] : nil }
        set {
            if slot.index >= cells.count { self = widened(to: slot.index + 1) }
            cells[slot.index] = newValue
        }
    }

    /// A frame made before a lookup was first seen lacks its slot.
    func widened(to count: Int) -> Frame {
        var frame = self
        frame.cells.append(contentsOf: Array(repeating: nil, count: max(0, count - cells.count)))
        return frame
    }
}
