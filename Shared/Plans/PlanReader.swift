package import Domain
import Expressions
import Yams

extension Plan {
    /// Reads a plan file; throws every problem it has.
    package init(parsing text: String, file: String) throws(FileProblems) {
        var reader = PlanReader(file: file)
        let plan = reader.plan(text)
        guard let plan, reader.problems.isEmpty else { throw FileProblems(all: reader.ordered) }
        self = plan
    }
}

/// Reads the keys of a plan file one after the other and keeps every problem it meets.
struct PlanReader {
    let file: String
    var problems: [FileProblem] = []
    var warnings: [FileProblem] = []
    var vocabulary = Vocabulary()
    var fields: [Plan.Field] = []
    var adjustables: [Plan.Adjustable] = []
    var measures: [Plan.Measure] = []
    var measureNames: [String] = []
    var componentNames: [String] = []
    var components: [Plan.Component] = []
    var pays = PeriodKind.month
    var date = Plan.Dating.closed

    static let keys = [
        "plan", "title", "currency", "pays", "fields", "adjustable", "measures", "components", "total", "release",
        "clawback",
        "guarantee", "draw", "balance", "payout", "rounding", "examples",
    ]

    mutating func report(_ node: Node?, _ message: String) {
        problems.append(FileProblem(file: file, line: node?.mark?.line, column: node?.mark?.column, message))
    }

    mutating func warn(_ node: Node?, _ message: String) {
        warnings.append(FileProblem(file: file, line: node?.mark?.line, column: node?.mark?.column, message))
    }

    /// In the order of the file.
    var ordered: [FileProblem] {
        problems.enumerated().sorted {
            ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset) < (
                $1.element.line ?? 0, $1.element.column ?? 0, $1.offset
            )
        }.map(\.element)
    }

    mutating func plan(_ text: String) -> Plan? {
        guard let root = root(text) else { return nil }
        let map = root.mapping ?? [:]
        checkKeys(root, PlanReader.keys, in: "a plan")
        let name = required(map, "plan", of: root)
        let currency = required(map, "currency", of: root).flatMap { code in
            Currency(code).orReport { report(map["currency"], "'\(code)' is not an ISO 4217 currency such as USD") }
        }
        pays = pays(map["pays"])
        readAdjustable(map["adjustable"])
        readNames(map)
        readMeasures(map["measures"], of: root)
        readComponents(map["components"], of: root)
        readTotal(map["total"])
        let (rounding, place) = rounding(map["rounding"], currency: currency)
        let settlement = settlement(map)
        guard let name, let currency else { return nil }
        let examples = examples(map["examples"], currency: currency)
        let plan = Plan(
            name: name, title: map["title"]?.string ?? name, currency: currency, pays: pays, date: date, fields: fields,
            adjustables: adjustables,
            measures: measures, components: components, rounding: rounding, roundingPlace: place,
            settlement: settlement, examples: examples, warnings: warnings, frames: vocabulary.frames,
            code: Code(measures, components, pays: pays, rounding: place))
        checkAdjustables(map["adjustable"], plan)
        return plan
    }

    private mutating func root(_ text: String) -> Node? {
        guard text.utf8.count <= 1_000_000 else {
            problems.append(FileProblem(file: file, "a plan file has at most 1,000,000 bytes"))
            return nil
        }
        guard PlanReader.isShallow(text) else {
            problems.append(FileProblem(file: file, "a plan file is nested at most 64 deep"))
            return nil
        }
        do {
            let node = try Yams.compose(yaml: text)
            if node?.mapping == nil {
                report(node, "a plan file is a list of 'key: value' lines, beginning with 'plan: NAME'")
            }
            return node?.mapping == nil ? nil : node
        } catch {
            problems.append(yamlProblem(error, file: file))
            return nil
        }
    }

    /// The YAML parser follows nesting on the stack: what nests deeper than any plan is refused before it is read.
    private static func isShallow(_ text: String) -> Bool {
        var depth = 0
        var marks = 0
        var isLeading = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: break
            }
            if byte == 10 || byte == 13 {
                (marks, isLeading) = (0, true)
            } else if isLeading {
                isLeading = [32, 9, UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")].contains(byte)
                marks += 1
            }
            if depth > 64 || marks > 128 { return false }
        }
        return true
    }

    /// Names are known before anything is read, so that a rule may speak of what stands below it.
    private mutating func readNames(_ map: Node.Mapping) {
        fields = (map["fields"]?.mapping ?? [:]).compactMap { key, value in
            guard let name = fieldName(key) else { return nil }
            guard let type = Plan.FieldType(rawValue: value.string ?? "") else {
                let types = Plan.FieldType.allCases.map(\.rawValue)
                let near = suggestion(for: value.string ?? "", among: types)
                report(value, "the type of a field is one of \(types.joined(separator: ", "))\(near)")
                return nil
            }
            return Plan.Field(name: name, type: type)
        }
        if let node = map["fields"], node.mapping == nil { report(node, "'fields' lists the fields as 'name: type'") }
        measureNames = (map["measures"]?.mapping ?? [:]).compactMap { $0.key.string }
        componentNames = (map["components"]?.mapping ?? [:]).compactMap { $0.key.string }
        for (index, step) in (map["total"]?.sequence ?? []).enumerated() {
            componentNames.append(step["name"]?.string ?? "total-\(index + 1)")
        }
        vocabulary = Vocabulary(
            fields: fields, measures: measureNames, components: componentNames, adjustables: adjustables)
    }

    /// A name that rules can write after `deal.`, and that no deal has of itself.
    private mutating func fieldName(_ node: Node) -> String? {
        let name = node.string ?? ""
        guard Plan.Field.isName(name) else {
            report(node, "'\(name)' is not a name: letters, digits and _, beginning with a letter")
            return nil
        }
        guard !Plan.Field.taken.contains(name) else {
            report(node, "every deal has '\(name)' of itself: leave it out, or name the field otherwise")
            return nil
        }
        return name
    }

    private mutating func pays(_ node: Node?) -> PeriodKind {
        let names = [
            "weekly": PeriodKind.week, "semi-monthly": .semiMonth, "monthly": .month, "quarterly": .quarter,
            "annual": .year,
        ]
        guard let node else { return .month }
        guard let kind = names[node.string ?? ""] else {
            report(node, "'pays' is weekly, semi-monthly, monthly, quarterly or annual")
            return .month
        }
        return kind
    }

    private mutating func rounding(_ node: Node?, currency: Currency?) -> (Rounding, Plan.RoundingPlace) {
        guard let node else { return (.halfEven, .total) }
        guard node.mapping != nil else {
            report(node, "'rounding' is written as {mode: half-even, places: \(currency?.minorPlaces ?? 2), at: total}")
            return (.halfEven, .total)
        }
        checkKeys(node, ["mode", "places", "at"], in: "rounding")
        if let places = node["places"], let currency, places.int != currency.minorPlaces {
            report(places, "\(currency) is paid with \(currency.minorPlaces) decimal places")
        }
        let mode: Rounding? = node["mode"].flatMap { choice($0, "mode") }
        let place: Plan.RoundingPlace? = node["at"].flatMap { choice($0, "at") }
        return (mode ?? .halfEven, place ?? .total)
    }
}

extension Vocabulary {
    var frames: Frames { Frames(credit: Frame(credit), period: Frame(period)) }
}
