import Domain
import Expressions
import Records
import Runtime

/// Names of an expression with the values that `--bind` gives them.
struct BoundNames {
    private var values: [(name: Name, value: Value)] = []

    private enum Name: Hashable {
        case variable(String)
        /// `attainment(bookings)`, `fact(csat)`
        case lookup(String, of: String)
    }

    /// `credit.amount=1000.0`, `attainment(bookings)=1.2`. A value's type is that of its JSON.
    mutating func bind(_ text: String) throws(Problem) {
        guard let equals = text.firstIndex(of: "=") else {
            throw Problem(
                where: "--bind \(text)", "it is not NAME=JSON", remedy: "Write it as --bind 'deal.kind=\"new\"'.")
        }
        let (written, json) = (String(text[..<equals]), text[text.index(after: equals)...])
        let name = try BoundNames.name(written)
        guard !values.contains(where: { $0.name == name }) else {
            throw Problem(where: "--bind \(written)", "it is bound twice", remedy: "Keep one of the two.")
        }
        do { values.append((name, try Value(try JSON.parse(Array(json.utf8))))) } catch {
            throw Problem(
                where: "--bind \(written)", "'\(json)' is no value in JSON (\(error))",
                remedy: "Write a text in double quotes, as in --bind '\(written)=\"new\"', a number without.")
        }
    }

    private static func name(_ text: String) throws(Problem) -> Name {
        if let open = text.firstIndex(of: "("), text.last == ")", isWord(text[..<open]) {
            let argument = text[text.index(after: open)...].dropLast().filter { $0 != "\"" }
            if !argument.isEmpty { return .lookup(String(text[..<open]), of: argument) }
        } else if text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isWord) {
            return .variable(text)
        }
        throw Problem(
            where: "--bind \(text)", "'\(text)' is not a name",
            remedy: "Write it as the expression does: credit.amount, attainment(bookings).")
    }

    private static func isWord(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (65...90).contains($0 & 0xDF) }
    }

    func compile(_ text: String) throws(ExpressionError) -> Expressions.Program {
        var names = declarations
        return try names.compile(Source(text))
    }

    var frame: Frame {
        var names = declarations
        var frame = Frame(names)
        for (name, value) in values {
            switch name {
            case .variable(let name): if let slot = names.slot(name) { frame[slot] = value }
            case .lookup(let function, let argument): frame[names.slot(function, argument)] = value
            }
        }
        return frame
    }

    private var declarations: Declarations {
        var names = Declarations()
        var lookups: [String: (arguments: [String], type: ValueType)] = [:]
        for (name, value) in values {
            let type = ValueType(value)
            switch name {
            case .variable(let name): names.variable(name, type)
            case .lookup(let function, let argument):
                let known = lookups[function]
                lookups[function] = (
                    (known?.arguments ?? []) + [argument], known.map { $0.type == type ? type : .dyn } ?? type
                )
            }
        }
        for (function, lookup) in lookups.sorted(by: { $0.key < $1.key }) {
            names.lookup(function, of: "value", in: lookup.arguments, lookup.type)
        }
        return names
    }
}

extension Value {
    /// A whole number is an int where 64 bits hold it; with a point or an exponent it is a decimal.
    init(_ json: JSON) throws {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .string(let text): self = .string(text)
        case .number(let text):
            if let whole = Int64(text) { self = .int(whole) } else { self = .decimal(try Number(text)) }
        case .array(let elements): self = .list(try elements.map { try Value($0) })
        case .object(let members):
            self = .map(try ValueMap(members.map { (.string($0.name), try Value($0.value)) }))
        }
    }
}

extension ValueType {
    /// As a checker sees the value; elements that differ, and null, are known only when it runs.
    init(_ value: Value) {
        switch value {
        case .null: self = .dyn
        case .bool: self = .bool
        case .int: self = .int
        case .decimal: self = .decimal
        case .string: self = .string
        case .bytes: self = .bytes
        case .date: self = .date
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        case .type: self = .type
        case .list(let elements): self = .list(ValueType(ofAll: elements))
        case .map(let map): self = .map(.string, ValueType(ofAll: map.entries.map(\.value)))
        }
    }

    private init(ofAll values: [Value]) {
        let types = Set(values.map { ValueType($0) })
        self = types.count == 1 ? types.first ?? .dyn : .dyn
    }
}
