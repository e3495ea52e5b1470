import Domain
import Expressions

/// What the expressions of a plan may name, for a credit and for a period.
struct Vocabulary {
    private(set) var credit = Declarations()
    private(set) var period = Declarations()
    private let measures: [String]
    private let components: [String]

    init(
        fields: [Plan.Field] = [], measures: [String] = [], components: [String] = [],
        adjustables: [Plan.Adjustable] = []
    ) {
        self.measures = measures
        self.components = components
        declareCredit(fields)
        declareState(&credit)
        declareState(&period)
        for adjustable in adjustables where adjustable.kind == .rate {
            credit.variable("contract.\(adjustable.key)", .decimal)
            period.variable("contract.\(adjustable.key)", .decimal)
        }
    }

    private mutating func declareCredit(_ fields: [Plan.Field]) {
        credit.variable("credit.amount", .decimal)
        credit.variable("credit.share", .decimal)
        credit.variable("credit.date", .date)
        for name in ["deal.id", "deal.kind", "deal.product", "line.product", "deal.account", "role"] {
            credit.variable(name, .string)
        }
        credit.variable("line.quantity", .decimal)
        for field in fields {
            for group in ["deal", "line"] { credit.variable("\(group).\(field.name)", field.type.valueType) }
        }
    }

    private func declareState(_ names: inout Declarations) {
        for function in ["attainment", "total", "quota"] {
            names.lookup(function, of: "measure", in: measures, .decimal)
        }
        names.lookup("earned", of: "component", in: components, .decimal)
        names.lookup("fact", of: "fact", .decimal)
        names.variable("period.start", .date)
        names.variable("period.end", .date)
        names.variable("period.days", .decimal)
    }

    enum Scope { case credit, period }

    /// Compiles an expression, whose result has to be of a type; throws every problem it has.
    mutating func compile(_ source: Source, as type: ValueType?, in scope: Scope) throws(ExpressionError) -> Formula {
        var names = scope == .credit ? credit : period
        for name in Vocabulary.contractNames(in: source.text) { names.variable(name, .decimal) }
        let program = try names.compile(source, as: type)
        if scope == .credit { credit = names } else { period = names }
        let bindings = program.slots.compactMap { slot in
            reference(to: slot.name).map { Formula.Binding(slot: slot, reference: $0) }
        }
        let constant = bindings.isEmpty && type == .decimal ? try? program.decimal(Frame(names)) : nil
        return Formula(
            text: source.text, program: program, bindings: bindings, constant: constant, line: source.line,
            column: source.column)
    }

    /// Contracts name quotas and targets as they like: those that an expression mentions are declared for it.
    private static func contractNames(in text: String) -> [String] {
        var result: [String] = []
        for prefix in ["contract.quota.", "contract.target."] {
            var rest = text[...]
            while let range = rest.firstRange(of: prefix) {
                rest = rest[range.upperBound...]
                let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                if let first = name.first, !first.isNumber { result.append(prefix + name) }
            }
        }
        return result
    }

    private func reference(to name: String) -> Reference? {
        switch name {
        case "credit.amount": return .amount
        case "credit.share": return .share
        case "credit.date": return .date
        case "deal.id": return .dealID
        case "deal.kind": return .kind
        case "deal.product", "line.product": return .product
        case "deal.account": return .account
        case "role": return .role
        case "period.start": return .periodStart
        case "period.end": return .periodEnd
        case "period.days": return .periodDays
        default: break
        }
        if name.hasPrefix("contract.quota.") { return .contractQuota(String(name.dropFirst(15))) }
        if name.hasPrefix("contract.target.") { return .contractTarget(String(name.dropFirst(16))) }
        if name.hasPrefix("contract.rate.") { return .contractRate(String(name.dropFirst(14))) }
        if name.hasPrefix("deal.") || name.hasPrefix("line.") { return .field(String(name.dropFirst(5))) }
        return lookup(name)
    }

    private func lookup(_ name: String) -> Reference? {
        guard let open = name.firstIndex(of: "("), name.hasSuffix(")") else { return nil }
        let argument = String(name[name.index(after: open)...].dropLast())
        switch name[..<open] {
        case "attainment": return measures.firstIndex(of: argument).map { .attainment($0) }
        case "total": return measures.firstIndex(of: argument).map { .total($0) }
        case "quota": return measures.firstIndex(of: argument).map { .quota($0) }
        case "earned": return components.firstIndex(of: argument).map { .earned($0) }
        case "fact": return .fact(argument)
        default: return nil
        }
    }
}

extension Plan.FieldType {
    var valueType: ValueType {
        switch self {
        case .decimal: .decimal
        case .string: .string
        case .date: .date
        case .bool: .bool
        }
    }
}
