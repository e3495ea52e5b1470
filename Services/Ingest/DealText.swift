import Domain
import Records
import SwiftProtobuf

/// What a deal says that decides on pay, field by field, as people read it.
struct DealText: Hashable, Sendable {
    let fields: [Field]

    struct Field: Hashable, Sendable {
        let name: String
        let text: String
    }

    init(_ deal: Deal) {
        var fields = [
            Field(name: "closed", text: deal.closed?.description ?? ""),
            Field(name: "amount", text: deal.amount?.description ?? ""), Field(name: "currency", text: deal.currency),
            Field(name: "owner", text: deal.owner),
            Field(name: "splits", text: deal.splits.map { "\($0.payee): \($0.share)" }.joined(separator: "; ")),
            Field(name: "product", text: deal.product), Field(name: "account", text: deal.account),
            Field(name: "kind", text: deal.kind),
        ]
        fields += DealText.own(deal.fields, of: "deal")
        for line in deal.lines {
            fields.append(Field(name: "line \(line.id)", text: "\(line.amount) \(line.product)".trimmed))
            fields += DealText.own(line.fields, of: "line \(line.id)")
        }
        self.fields = fields
    }

    /// By name. A text and what else is written like it are two things.
    private static func own(_ fields: [String: FieldValue], of owner: String) -> [Field] {
        fields.sorted { $0.key < $1.key }.map { name, value in
            if case .text(let text) = value { return Field(name: "\(owner).\(name)", text: "\"\(text)\"") }
            return Field(name: "\(owner).\(name)", text: value.description)
        }
    }

    /// Tells two contents of a deal from one another.
    var digest: UInt64 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for field in fields {
            for text in [field.name, field.text] {
                bytes.append(contentsOf: text.utf8)
                // No text has this byte.
                bytes.append(0xff)
            }
        }
        return shortDigest(bytes)
    }

    /// What must change in the other to make it this one; at most so many fields, each cut short.
    func differences(from other: DealText) -> [WireDealChange.Difference] {
        let old = Dictionary(other.fields.map { ($0.name, $0.text) }) { first, _ in first }
        let new = Dictionary(fields.map { ($0.name, $0.text) }) { first, _ in first }
        let names = other.fields.map(\.name) + fields.map(\.name).filter { old[$0] == nil }
        return names.filter { old[$0] ?? "" != new[$0] ?? "" }.prefix(DealText.differenceLimit).map { name in
            .with {
                $0.field = name.cut(to: 100)
                $0.from = (old[name] ?? "").cut(to: 200)
                $0.to = (new[name] ?? "").cut(to: 200)
            }
        }
    }

    private static let differenceLimit = 20
}

extension String {
    /// So many bytes at most: a single character may have any number of them.
    func cut(to limit: Int) -> String {
        utf8.count <= limit ? self : String(decoding: utf8.prefix(limit), as: UTF8.self) + "…"
    }
}
