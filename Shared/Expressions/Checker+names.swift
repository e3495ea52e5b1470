/// Name resolution (langdef, Name Resolution): variables of macros first, then the longest declared name.
extension Checker {
    mutating func name(_ syntax: Syntax) -> Typed {
        guard let path = Path(syntax) else {
            guard case .select(let operand, let field) = syntax.node else { return .bad(syntax.range) }
            return selection(field, of: check(operand), syntax.range)
        }
        if !path.isRooted, let local = scope.lastIndex(where: { same($0.name, path.parts[0]) }) {
            let variable = Typed(term: .local(local), type: scope[local].type, range: syntax.range)
            return selections(path.parts.dropFirst(), of: variable, syntax.range)
        }
        for count in stride(from: path.parts.count, to: 0, by: -1) {
            guard let base = declared(path.parts[..<count].joined(separator: "."), syntax.range) else { continue }
            return selections(path.parts.dropFirst(count), of: base, syntax.range)
        }
        return unknown(path, syntax.range)
    }

    private mutating func declared(_ name: String, _ range: TextRange) -> Typed? {
        if let slot = declarations.variables[name] {
            slots.insert(slot.index)
            return Typed(term: .slot(slot), type: isStrict ? slot.type : .dyn, range: range)
        }
        return Library.types[name].map { constant(.type($0), range) }
    }

    private mutating func selections(_ fields: ArraySlice<String>, of base: Typed, _ range: TextRange) -> Typed {
        var operand = base
        for field in fields { operand = selection(field, of: operand, range) }
        return operand
    }

    private mutating func selection(_ field: String, of operand: Typed, _ range: TextRange) -> Typed {
        guard let type = fieldType(operand.type) else {
            return refuse("\(operand.type) has no fields, so no \"\(field)\"", at: range)
        }
        return Typed(term: .select(operand, field: field), type: type, range: range)
    }

    /// The type of what is selected from a map or from something not known before it runs.
    private func fieldType(_ type: ValueType) -> ValueType? {
        switch type {
        case .map(.string, let value), .map(.dyn, let value), .map(.never, let value): isStrict ? value : .dyn
        case .dyn, .never: .dyn
        default: isStrict ? nil : .dyn
        }
    }

    /// `has(e.f)`: of a declared variable whether it has a value, of a map whether it has the key.
    mutating func presence(_ operand: Syntax, _ field: String, _ syntax: Syntax) -> Typed {
        let whole = Syntax(node: .select(operand, field: field), range: syntax.range, depth: syntax.depth)
        if let path = Path(whole), path.isRooted || !scope.contains(where: { same($0.name, path.parts[0]) }) {
            if let slot = declarations.variables[path.text] {
                slots.insert(slot.index)
                return Typed(term: .isSet(slot), type: .bool, range: syntax.range)
            }
            if declarations.groups.contains(path.parts.dropLast().joined(separator: ".")) {
                return unknown(path, syntax.range)
            }
        }
        let base = check(operand)
        guard fieldType(base.type) != nil else {
            return refuse("\(base.type) has no fields, so no \"\(field)\"", at: syntax.range)
        }
        return Typed(term: .has(base, field: field), type: .bool, range: syntax.range)
    }

    /// Says what is near: a field of the same group, or any name.
    private mutating func unknown(_ path: Path, _ range: TextRange) -> Typed {
        let fault = Fault.noSuchField(path.text)
        if declarations.groups.contains(path.text) {
            let fields = members(of: path.text)
            return refuse(
                "\"\(path.text)\" is a group of fields; add one of: \(fields.joined(separator: ", "))", at: range,
                fault: fault)
        }
        for count in stride(from: path.parts.count - 1, to: 0, by: -1) {
            let group = path.parts[..<count].joined(separator: ".")
            guard declarations.groups.contains(group) else { continue }
            let field = path.parts[count]
            return refuse(
                "\"\(group)\" has no field \"\(field)\"", at: range,
                suggestion: suggestion(for: field, among: members(of: group)), fault: fault)
        }
        let names = scope.map(\.name) + declarations.variables.keys.sorted(by: precedes)
        let groups = declarations.groups.sorted(by: precedes)
        let near = suggestion(for: path.text, among: names) ?? suggestion(for: path.parts[0], among: groups)
        return refuse("unknown name \"\(path.text)\"", at: range, suggestion: near, fault: fault)
    }

    private func members(of group: String) -> [String] {
        var members: [String] = []
        for name in declarations.variables.keys.sorted(by: precedes) where name.hasPrefix(group + ".") {
            let member = name.dropFirst(group.count + 1).prefix { $0 != "." }
            if members.last != String(member) { members.append(String(member)) }
        }
        return members
    }
}

/// A chain of names, `a.b.c`, that may be one qualified name.
struct Path {
    let parts: [String]
    let isRooted: Bool

    init?(_ syntax: Syntax) {
        var parts: [String] = []
        var part = syntax
        while case .select(let operand, let field) = part.node {
            parts.append(field)
            part = operand
        }
        guard case .name(let first, let isRooted) = part.node else { return nil }
        self.parts = [first] + parts.reversed()
        self.isRooted = isRooted
    }

    var text: String { parts.joined(separator: ".") }
}
