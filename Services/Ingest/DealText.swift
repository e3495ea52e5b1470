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
        DealText.visit(deal) { name, write in
            var text: [UInt8] = []
            write(&text)
            fields.append(Field(name: name, text: String(decoding: text, as: UTF8.self)))
        }
        self.fields = fields
    }

    /// Tells two contents of a deal from one another.
    static func digest(of deal: Deal) -> UInt64 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        visit(deal) { name, write in
            // No text has the byte after each.
            bytes.append(contentsOf: name.utf8)
            bytes.append(0xff)
            write(&bytes)
            bytes.append(0xff)
        }
        return shortDigest(bytes)
    }

    private typealias Visitor = (_ name: String, _ write: (inout [UInt8]) -> Void) -> Void

    private static func visit(_ deal: Deal, _ take: Visitor) {
        take("closed") { deal.closed?.append(to: &$0) }
        take("amount") { deal.amount?.append(to: &$0) }
        take("currency") { $0 += deal.currency.utf8 }
        take("owner") { $0 += deal.owner.utf8 }
        take("splits") { write(deal.splits, to: &$0) }
        take("product") { $0 += deal.product.utf8 }
        take("account") { $0 += deal.account.utf8 }
        take("kind") { $0 += deal.kind.utf8 }
        visit(deal.fields, of: "deal", take)
        for line in deal.lines {
            take("line \(line.id)") { $0 += "\(line.amount) \(line.product)".trimmed.utf8 }
            visit(line.fields, of: "line \(line.id)", take)
        }
    }

    private static func write(_ splits: [Deal.Split], to text: inout [UInt8]) {
        for (index, split) in splits.enumerated() {
            if index > 0 { text += "; ".utf8 }
            text += split.payee.utf8
            text += ": ".utf8
            text += split.share.description.utf8
        }
    }

    /// By name. A text and what else is written like it are two things.
    private static func visit(_ fields: [String: FieldValue], of owner: String, _ take: Visitor) {
        guard !fields.isEmpty else { return }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            take("\(owner).\(name)") { text in
                if case .text(let it) = value { text += "\"\(it)\"".utf8 } else { text += value.description.utf8 }
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
