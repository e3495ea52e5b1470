import Domain
import Records

/// Reads a source's deals: which field of its JSON objects (for CSV: which column) is what.
///
/// Applied at crediting, not at the rim: the log keeps what the CRM said, so a mended mapping mends what came before it.
struct Mapping: Hashable, Sendable {
    var source: String
    var id: Field
    var stage: Field
    /// The source's stage names, by what they mean. Without any, `open`, `won`, `lost` and `deleted` mean themselves.
    var stages: [String: Deal.Stage]
    var closed: Field?
    var dateFormat: DateFormat
    var amount: NumberField?
    var currency: Field?
    var owner: Field?
    var product: Field?
    /// Mends spellings: what the source says, what it is called here.
    var productNames: [String: String]
    var account: Field?
    var kind: Field?
    var revision: Field?
    var splits: Splits?
    var lines: Lines?
    /// Words the source writes where it means nothing, such as `null` or `00/00/0000`.
    var emptyWords: Set<String>
    /// The company's own fields of the deal.
    var own = OwnFields()
    /// What became of the deal after its close.
    var progress = ProgressFields()
    /// Set when the source's records are payments for deals; then the deal's own fields but the ID say nothing.
    var payment: PaymentFields?

    enum Field: Hashable, Sendable {
        /// A name, or names joined by dots into nested objects.
        case path([String])
        case constant(String)

        var name: String {
            switch self {
            case .path(let names): names.joined(separator: ".")
            case .constant(let text): text
            }
        }
    }

    struct Splits: Hashable, Sendable {
        var list: Field
        var payee: String
        var share: String
        /// What makes a whole: 100 for percent, 10000 for basis points, 1 for fractions.
        var whole: Number
    }

    struct Lines: Hashable, Sendable {
        var list: Field
        var id: String
        var product: String
        var amount: NumberField
        var own = OwnFields()
    }

    /// The deal's ID in a body; `nil` when it has none, or none that can be stored.
    func dealID(in body: JSON) -> DealID? {
        text(id, in: body).map { DealID($0) }.flatMap { $0.isStorable ? $0 : nil }
    }

    /// A field's text without the space around it; `nil` when it is absent, empty, null or one of the empty words.
    func text(_ field: Field?, in body: JSON) -> String? {
        switch field {
        case nil: nil
        case .constant(let text): text
        case .path(let names): Mapping.value(at: names, in: body).flatMap(text)
        }
    }

    func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text):
            let trimmed = Mapping.trimmed(text)
            return trimmed.isEmpty || emptyWords.contains(trimmed) ? nil : trimmed
        case .number(let text): return emptyWords.contains(text) ? nil : text
        case .bool(let value): return value ? "true" : "false"
        case .null, .object, .array: return nil
        }
    }

    static func value(at path: [String], in body: JSON) -> JSON? {
        // A flat column may have dots in its name: that one wins.
        if let value = body[path.joined(separator: ".")] { return value }
        return path.reduce(Optional(body)) { $0?[$1] }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.utf8.first.map(isSpace) == true || text.utf8.last.map(isSpace) == true else { return text }
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
