package import Domain
import Yams

/// A YAML parser's error at its place in the file.
package func yamlProblem(_ error: any Error, file: String) -> FileProblem {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
        YamlError.composer(_, let problem, let mark, _):
        FileProblem(file: file, line: mark.line, column: mark.column, "cannot be read as YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
        FileProblem(
            file: file, line: context.mark.line, column: context.mark.column,
            "\(keys.sorted().map { "'\($0)'" }.joined(separator: ", ")) is there twice; keep one")
    default: FileProblem(file: file, "cannot be read as YAML: \(error)")
    }
}
