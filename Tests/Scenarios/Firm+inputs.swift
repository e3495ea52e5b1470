import Domain
import Foundation
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Yams

@testable import ingest

/// What arrives from outside: deals, payments, the company's files.
extension Firm {
    /// `{id: D1, closed: 2026-01-10, amount: 1000, owner: ada}`; told again, it says only what is another now.
    func deal(_ node: Node) throws {
        guard let said = node.mapping, let id = said["id"]?.string else { throw Mistake("a deal has an id") }
        var fields: Node.Mapping = deals[id] ?? ["stage": "won", "currency": "USD", "product": "Bolt"]
        for (key, value) in said { fields[key] = value }
        deals[id] = fields
        revisions[id, default: 0] += 1
        if said["revision"] == nil { fields["revision"] = Node("\(revisions[id] ?? 1)") }
        try append(.mapping(fields), of: id, source: "crm", kind: .received)
    }

    func payment(_ node: Node) throws {
        try append(node, of: node["deal"]?.string ?? "", source: "payments", kind: .payment)
    }

    private func append(_ node: Node, of deal: String, source: String, kind: WireDealEvent.Kind) throws {
        let commands = TopicPartition(application.topic(.commands), 0)
        let event = try WireDealEvent.with {
            $0.kind = kind
            $0.source = source
            $0.deal = deal
            $0.body = Data(JSONText.of(node).utf8)
            $0.event = "\(source)/\(now.milliseconds)"
            $0.received = now.milliseconds
            $0.commandsOffset = try log.makeReader().endOffset(of: commands)
            $0.provenance = "scenario"
        }
        let producer = try log.makeProducer()
        try producer.append(
            DealEventRecord.make(DealEvent(event)), to: DealEventRecord.destination(of: DealID(deal), application))
        try producer.flush()
    }

    /// Company files as a person edits and applies them: whole ones by their names, and what is another in the plan
    /// `rep` under `plan` and in company.yaml under `settings`.
    func apply(_ changes: Node.Mapping) throws {
        for (key, value) in changes {
            switch key.string ?? "" {
            case "plan": try change("plans/rep.yaml", value)
            case "settings": try change("company.yaml", value)
            case let name: files[name] = value.string ?? ""
            }
        }
        let path = "\(folder)/company-\(now.milliseconds)"
        for (name, text) in files where !text.isEmpty {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: false, encoding: .utf8)
        }
        let applying = try Applying(CompanyFolder(at: path), application: application, log: log)
        _ = try applying.append(by: "carl", now: now)
        try settle()
    }

    private func change(_ file: String, _ changes: Node) throws {
        guard var fields = try Yams.compose(yaml: files[file] ?? "")?.mapping else { return }
        for (key, value) in changes.mapping ?? [:] { fields[key] = value.string == "none" ? nil : value }
        files[file] = try Yams.serialize(node: .mapping(fields))
    }
}
