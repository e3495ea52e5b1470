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
        var fields: [Field] = []
        DealText.visit(deal) { fields.append(Field(name: $0, text: $1)) }
        self.fields = fields
    }

    /// Tells two contents of a deal from one another.
    static func digest(of deal: Deal) -> UInt64 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        visit(deal) { name, text in
            // No text has the byte after each.
            bytes.append(contentsOf: name.utf8)
            bytes.append(0xff)
            bytes.append(contentsOf: text.utf8)
            bytes.append(0xff)
        }
        return shortDigest(bytes)
    }

    private static func visit(_ deal: Deal, _ take: (_ name: String, _ text: String) -> Void) {
        take("closed", deal.closed?.description ?? "")
        take("amount", deal.amount?.description ?? "")
        take("currency", deal.currency)
        take("owner", deal.owner)
        take("splits", deal.splits.map { "\($0.payee): \($0.share)" }.joined(separator: "; "))
        take("product", deal.product)
        take("account", deal.account)
        take("kind", deal.kind)
        visit(deal.fields, of: "deal", take)
        for line in deal.lines {
            take("line \(line.id)", "\(line.amount) \(line.product)".trimmed)
            visit(line.fields, of: "line \(line.id)", take)
        }
    }

    /// By name. A text and what else is written like it are two things.
    private static func visit(
        _ fields: [String: FieldValue], of owner: String, _ take: (_ name: String, _ text: String) -> Void
    ) {
        guard !fields.isEmpty else { return }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if case .text(let text) = value {
                take("\(owner).\(name)", "\"\(text)\"")
            } else {
                take("\(owner).\(name)", value.description)
            }
        }
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
