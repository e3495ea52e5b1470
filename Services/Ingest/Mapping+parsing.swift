import Domain
import Plans
import Yams

extension Mapping {
    /// Reads a mapping file; throws every problem it has.
    static func parse(_ text: String, file: String) throws(FileProblems) -> Mapping {
        var parser = MappingParser(file: file)
        let mapping = parser.mapping(text)
        guard let mapping, parser.problems.isEmpty else { throw FileProblems(all: parser.problems) }
        return mapping
    }

    /// How `POST /v1/deals` and NDJSON of our own form are read.
    static let api = Mapping(
        source: "api", id: .path(["id"]), stage: .path(["stage"]), stages: stagesByName, closed: .path(["closed"]),
        dateFormat: .iso, amount: .path("amount"), currency: .path(["currency"]),
        owner: .path(["owner"]),
        product: .path(["product"]), productNames: [:], account: .path(["account"]), kind: .path(["kind"]),
        revision: .path(["revision"]),
        splits: Splits(list: .path(["splits"]), payee: "payee", share: "share", whole: 100),
        lines: Lines(
            list: .path(["lines"]), id: "id", product: "product", amount: .path("amount"), own: .api),
        emptyWords: [],
        own: .api, progress: .api)

    static let stagesByName = Dictionary(uniqueKeysWithValues: Deal.Stage.allCases.map { ($0.rawValue, $0) })
}

struct MappingParser {
    let file: String
    var problems: [FileProblem] = []

    private static let keys = [
        "source", "id", "stage", "closed", "amount", "currency", "owner", "product", "account", "kind", "revision",
        "splits", "lines", "empty", "records", "cancelled", "invoiced", "milestones", "quantity", "fields",
    ]

    mutating func mapping(_ text: String) -> Mapping? {
        guard let root = root(text) else { return nil }
        if root["records"]?.string == "payments" { return paymentMapping(root) }
        if let records = root["records"], records.string != "deals" {
            report(records, "'\(records.string ?? "?")' is neither deals nor payments")
        }
        for (key, _) in root { check(key, against: MappingParser.keys, in: "a mapping") }
        guard let source = scalar(root["source"]), let id = field(root["id"]),
            let stage = field(root["stage"], also: Deal.Stage.allCases.map(\.rawValue), in: "stage")
        else {
            for key in ["source", "id", "stage"] where root[key] == nil { report(nil, "'\(key)' is missing") }
            return nil
        }
        return Mapping(
            source: source, id: id, stage: stage, stages: stages(root["stage"]),
            closed: field(root["closed"], also: ["format"]),
            dateFormat: dateFormat(root["closed"]), amount: numberField(root["amount"]),
            currency: field(root["currency"]),
            owner: field(root["owner"]), product: field(root["product"], also: ["rename"]),
            productNames: names(root["product"]),
            account: field(root["account"]), kind: field(root["kind"]), revision: field(root["revision"]),
            splits: splits(root["splits"]), lines: lines(root["lines"]), emptyWords: words(root["empty"]),
            own: ownFields(root), progress: progress(root))
    }

    private mutating func root(_ text: String) -> Node.Mapping? {
        do {
            guard let node = try Yams.compose(yaml: text) else {
                report(nil, "the mapping file is empty")
                return nil
            }
            guard let mapping = node.mapping else {
                report(node, "a mapping file is a list of 'key: value' lines")
                return nil
            }
            return mapping
        } catch {
            problems.append(yamlProblem(error, file: file))
            return nil
        }
    }

    mutating func report(_ node: Node?, _ message: String) {
        problems.append(FileProblem(file: file, line: node?.mark?.line, column: node?.mark?.column, message))
    }

    mutating func check(_ key: Node, against known: [String], in place: String) {
        guard let name = key.string, !known.contains(name) else { return }
        report(key, "'\(name)' is not a key of \(place)\(suggestion(for: name, among: known))")
    }

    mutating func scalar(_ node: Node?) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            report(node, "expected a text")
            return nil
        }
        return text
    }

    /// `close_value`, `{field: close_value}` or `{value: USD}`, with what else there may be.
    mutating func field(
        _ node: Node?, also keys: [String] = [], in place: String = "a field"
    ) -> Mapping.Field? {
        guard let node else { return nil }
        guard let mapping = node.mapping else { return scalar(node).map(path) }
        for (key, _) in mapping { check(key, against: ["field", "value"] + keys, in: place) }
        if let value = mapping["value"] { return scalar(value).map(Mapping.Field.constant) }
        guard let name = mapping["field"] else {
            report(node, "expected a field's name, or 'field:', or 'value:'")
            return nil
        }
        return scalar(name).map(path)
    }

    func path(_ text: String) -> Mapping.Field {
        .path(Mapping.Path(text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)))
    }

    private mutating func stages(_ node: Node?) -> [String: Deal.Stage] {
        guard let mapping = node?.mapping else { return Mapping.stagesByName }
        var result: [String: Deal.Stage] = [:]
        for (key, value) in mapping {
            guard let stage = key.string.flatMap({ Deal.Stage(rawValue: $0) }) else { continue }
            for word in list(value) {
                if result.updateValue(stage, forKey: word) != nil { report(value, "stage '\(word)' is mapped twice") }
            }
        }
        return result.isEmpty ? Mapping.stagesByName : result
    }

    private mutating func list(_ node: Node) -> [String] {
        if let sequence = node.sequence { return sequence.compactMap { scalar($0) } }
        return scalar(node).map { [$0] } ?? []
    }

    mutating func dateFormat(_ node: Node?) -> DateFormat {
        guard let format = node?.mapping?["format"], let text = scalar(format) else { return .iso }
        guard let known = DateFormat(text) else {
            report(format, "'\(text)' is not a date format such as yyyy-MM-dd, dd-MM-yyyy or M/d/yy")
            return .iso
        }
        return known
    }

    private mutating func names(_ node: Node?) -> [String: String] {
        guard let rename = node?.mapping?["rename"] else { return [:] }
        guard let mapping = rename.mapping else {
            report(rename, "expected 'what the source says: what it is called here' lines")
            return [:]
        }
        var result: [String: String] = [:]
        for (key, value) in mapping {
            if let name = key.scalar?.string, let new = scalar(value) { result[name] = new }
        }
        return result
    }

    mutating func words(_ node: Node?) -> Set<String> {
        guard let node else { return [] }
        guard let sequence = node.sequence else {
            report(node, "expected a list of words such as [\"null\", \"n/a\"]")
            return []
        }
        return Set(sequence.compactMap { $0.scalar?.string })
    }

    private mutating func splits(_ node: Node?) -> Mapping.Splits? {
        guard let node, let list = field(node, also: ["payee", "share", "of"]) else { return nil }
        let mapping = node.mapping
        var whole: Number = 100
        if let of = mapping?["of"], let text = scalar(of) {
            if let number = try? Number(text), number > 0 {
                whole = number
            } else {
                report(of, "'\(text)' is not what a whole is, such as 100 or 10000")
            }
        }
        return Mapping.Splits(
            list: list, payee: scalar(mapping?["payee"]) ?? "payee", share: scalar(mapping?["share"]) ?? "share",
            whole: whole)
    }

    private mutating func lines(_ node: Node?) -> Mapping.Lines? {
        guard let node, let list = field(node, also: ["id", "product", "amount", "quantity", "fields"]) else {
            return nil
        }
        let mapping = node.mapping
        return Mapping.Lines(
            list: list, id: scalar(mapping?["id"]) ?? "id", product: scalar(mapping?["product"]) ?? "product",
            amount: numberField(mapping?["amount"]) ?? .path("amount"), own: ownFields(mapping))
    }
}
