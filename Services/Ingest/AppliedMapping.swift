import Domain
import Foundation
import Runtime

/// The mapping that reads a file: the applied one of its source, or one that is only tried.
struct AppliedMapping {
    let mapping: Mapping
    let text: String
    /// Where it comes from, for messages.
    let origin: String

    init(source: String, file: String?, company: Company) throws {
        guard let file else {
            guard let mapping = company.mappings[source] else { throw AppliedMapping.unknown(source, company) }
            self.mapping = mapping
            let key = CompanyEntity.Key(kind: .mapping, name: source)
            if case .mapping(_, let text) = company.entities[key] { self.text = text } else { text = "" }
            origin = "the applied mapping '\(source)'"
            return
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw Problem(
                where: "--mapping", "the file \(file) cannot be read", remedy: "Check that it exists and is UTF-8.")
        }
        do { mapping = try Mapping.parse(text, file: file) } catch {
            throw Problem(where: "--mapping", error.description, remedy: "Mend the mapping and try again.")
        }
        self.text = text
        origin = "the mapping in \(file)"
    }

    private static func unknown(_ source: String, _ company: Company) -> Problem {
        let known = company.mappings.keys.sorted()
        return Problem(
            where: "--source", "there is no mapping for the source '\(source)'\(suggestion(for: source, among: known))",
            remedy: "Add mappings/\(source).yaml to the company folder and run 'ingest apply'.")
    }
}
