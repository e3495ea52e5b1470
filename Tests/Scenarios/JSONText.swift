import Yams

/// A YAML node as JSON, with every scalar as it is written: numbers stay exact.
enum JSONText {
    static func of(_ node: Node) -> String {
        switch node {
        case .mapping(let map):
            "{" + map.map { "\(quoted($0.key.string ?? "")):\(of($0.value))" }.joined(separator: ",") + "}"
        case .sequence(let list): "[" + list.map(of).joined(separator: ",") + "]"
        case .scalar(let scalar): scalar.string == "null" ? "null" : quoted(scalar.string)
        case .alias: "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
