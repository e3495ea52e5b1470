import Foundation

/// A Swift file of the repository.
struct SourceFile: Sendable {
    /// From the root: `Shared/Domain/Money.swift`.
    let path: String
    let lines: [Substring]

    var name: Substring { path.split(separator: "/").last ?? "" }
    var isGenerated: Bool { path.hasSuffix(".pb.swift") }

    /// The lines that say something to the compiler, with their numbers.
    var code: [(number: Int, text: Substring)] {
        lines.enumerated().compactMap { index, line in
            let start = line.drop { $0 == " " }
            return start.hasPrefix("//") ? nil : (index + 1, line)
        }
    }

    var imports: Set<String> {
        Set(
            lines.compactMap { line in
                let words = line.split(separator: " ").filter { !["package", "internal", "public", "private", "fileprivate", "@testable"].contains($0) }
                return words.count > 1 && words[0] == "import" ? String(words[words.count - 1]) : nil
            })
    }
}

/// The repository that these tests are part of.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let files: [SourceFile] = ["Shared", "Services", "Tests", "deploy"].flatMap { folder in
        (FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".swift") }.sorted()
            .map { path in
                let text = (try? String(contentsOf: root.appendingPathComponent("\(folder)/\(path)"), encoding: .utf8)) ?? ""
                return SourceFile(path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
            }
    }

    /// What ships: everything but tests and what is generated.
    static let ours = files.filter { !$0.path.hasPrefix("Tests/") && !$0.isGenerated }

    static func files(in folder: String) -> [SourceFile] { files.filter { $0.path.hasPrefix(folder + "/") } }

    static func entries(of folder: String) -> [String] {
        let path = root.appendingPathComponent(folder).path
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// The lines of these files that hold a text, as `path:line`.
    static func places(of text: String, in files: [SourceFile], where matches: (Substring) -> Bool = { _ in true }) -> [String] {
        files.flatMap { file in
            file.code.filter { $0.text.contains(text) && matches($0.text) }.map { "\(file.path):\($0.number)" }
        }
    }
}
