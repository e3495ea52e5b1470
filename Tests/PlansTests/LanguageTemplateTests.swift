import Domain
import Plans
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Templates")
struct LanguageTemplateTests {
    static let names = [
        "account-executive", "sales-development", "manager-override", "customer-success", "channel-partner",
        "insurance-agent", "retail",
    ]

    private func text(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../deploy/templates")
        return try String(contentsOf: folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
    }

    @Test("a template is a plan without warnings whose examples hold", arguments: names)
    func holds(name: String) throws {
        let plan = try Plan(parsing: try text(name), file: "\(name).yaml")
        #expect(plan.name == name)
        #expect(plan.failures(file: "\(name).yaml").map(\.description) == [])
        #expect(!plan.examples.isEmpty)
        #expect(plan.warnings.map(\.description) == [])
    }

    @Test("a template is formatted already, and says what it pays in words", arguments: names)
    func formatted(name: String) throws {
        let text = try text(name)
        #expect(try PlanFormat.formatted(text, file: "\(name).yaml") == text)
        #expect(try Plan(parsing: text, file: "\(name).yaml").words.count > 4)
    }
}
