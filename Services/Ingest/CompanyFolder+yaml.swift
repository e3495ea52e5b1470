import Domain
import Foundation
import Plans
import Yams

/// A plan and where it is; `nil` when it has mistakes.
struct PlanFile: Hashable, Sendable {
    let file: String
    let plan: Plan?
}

extension FolderReader {
    mutating func readSettings() {
        let file = CompanyFolder.settingsFile
        guard names(in: folder).contains(file) else {
            return problems.add(file, "is missing; it should at least say 'name: …'")
        }
        guard let text = text(of: file), let root = root(text, file: file) else { return }
        let known = ["name", "managers", "post-close", "remainder"]
        for (key, _) in root where !known.contains(key.string ?? "") {
            report(
                key, file,
                "there is no setting '\(key.string ?? "?")'\(suggestion(for: key.string ?? "", among: known))")
        }
        let before = problems.count
        let name = scalar(root["name"], file)
        if root["name"] == nil { problems.add(file, "'name' is missing; give the company's name") }
        let levels = managerLevels(root["managers"], file)
        let postClose = choice(root["post-close"], file, default: PostClosePolicy.freeze)
        let remainder = choice(root["remainder"], file, default: Remainder.largest)
        guard problems.count == before, let name else { return }
        entities.append(
            .settings(Settings(name: name, managerLevels: levels, postClose: postClose, remainder: remainder)))
    }

    /// `managers: 2`, or `managers: {levels: 2}`.
    private mutating func managerLevels(_ node: Node?, _ file: String) -> Int {
        guard let node else { return 0 }
        for (key, _) in node.mapping ?? [:] where key.string != "levels" {
            report(key, file, "'managers' has no '\(key.string ?? "?")'; write 'managers: {levels: 2}'")
        }
        let value = node.mapping?["levels"] ?? node
        if let levels = value.scalar.flatMap({ Int($0.string) }), (0...9).contains(levels) { return levels }
        report(value, file, "'managers' is how many levels of managers are credited: a number from 0 to 9")
        return 0
    }

    private mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ node: Node?, _ file: String, default standard: Value
    ) -> Value {
        guard let node, let text = scalar(node, file) else { return standard }
        guard let value = Value(rawValue: text) else {
            report(
                node, file,
                "'\(text)' is none of its values\(suggestion(for: text, among: Value.allCases.map(\.rawValue)))")
            return standard
        }
        return value
    }

    mutating func readPlans() {
        for file in yamlFiles(in: "plans") {
            guard let text = text(of: file) else {
                arePlansWhole = false
                continue
            }
            let name = planName(text)
            if let name, let other = plans[name] {
                problems.add(file, "plan '\(name)' is already in \(other.file); a plan has one file")
                continue
            }
            do {
                let plan = try Plan(parsing: text, file: file)
                plans[plan.name] = PlanFile(file: file, plan: plan)
                problems.add(contentsOf: plan.failures(file: file))
                entities.append(.plan(name: plan.name, text: text))
            } catch {
                problems.add(contentsOf: error.all)
                if let name { plans[name] = PlanFile(file: file, plan: nil) } else { arePlansWhole = false }
            }
        }
    }

    /// Also of a plan with mistakes, so that whoever refers to it is not told that there is none.
    private func planName(_ text: String) -> String? {
        let root = try? Yams.compose(yaml: text)
        return root?.mapping?["plan"]?.string
    }

    mutating func readMappings() {
        var files: [String: String] = [:]
        var milestones: Set<String> = ["approval"]
        for file in yamlFiles(in: "mappings") {
            guard let text = text(of: file) else { continue }
            do {
                let mapping = try Mapping.parse(text, file: file)
                let source = mapping.source
                if let other = files[source] {
                    problems.add(file, "source '\(source)' is already mapped in \(other); a source has one mapping")
                    continue
                }
                files[source] = file
                entities.append(.mapping(source: source, text: text))
                milestones.formUnion(mapping.progress?.milestones.map(\.name) ?? [])
            } catch { problems.add(contentsOf: error.all) }
        }
        checkMilestones(milestones)
    }

    /// A misspelt milestone would be waited for for ever. Deals may bring others than the mappings name.
    private mutating func checkMilestones(_ known: Set<String>) {
        for (_, entry) in plans.sorted(by: { $0.key < $1.key }) {
            for name in entry.plan?.milestonesRead ?? [] where !known.contains(name) {
                let near = suggestion(for: name, among: known.sorted())
                guard near.hasPrefix(" (did") else { continue }
                problems.add(entry.file, "no mapping has the milestone '\(name)'\(near)")
            }
        }
    }

    /// In the order of their names; anything but YAML there is a mistake, except what is hidden or a README.
    private mutating func yamlFiles(in name: String) -> [String] {
        names(in: folder.appendingPathComponent(name)).filter { $0 != "README.md" }.compactMap { entry in
            let file = "\(name)/\(entry)"
            if entry.hasSuffix(".yaml") || entry.hasSuffix(".yml") { return file }
            problems.add(file, "is not a YAML file; \(name)/ holds .yaml files only")
            return nil
        }
    }

    private mutating func root(_ text: String, file: String) -> Node.Mapping? {
        do {
            guard let node = try Yams.compose(yaml: text) else {
                problems.add(file, "is empty")
                return nil
            }
            guard let mapping = node.mapping else {
                report(node, file, "should be 'key: value' lines")
                return nil
            }
            return mapping
        } catch {
            problems.add(contentsOf: [yamlProblem(error, file: file)])
            return nil
        }
    }

    private mutating func scalar(_ node: Node?, _ file: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string.trimmed, !text.isEmpty else {
            report(node, file, "should be a text on the same line")
            return nil
        }
        return text
    }

    private mutating func report(_ node: Node, _ file: String, _ message: String) {
        problems.add(file, line: node.mark?.line, column: node.mark?.column, message)
    }
}
