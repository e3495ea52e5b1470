import Domain
import Records

/// Reads a source's deals: which field of its JSON objects (for CSV: which column) is what.
///
/// Applied at crediting, not at the rim: the log keeps what the CRM said, so a mended mapping mends what came before it.
///
/// Behind a reference, because every deal looks it up.
final class Mapping: Sendable {
    let source: String
    let id: Field
    let stage: Field
    /// The source's stage names, by what they mean. Without any, `open`, `won`, `lost` and `deleted` mean themselves.
    let stages: [String: Deal.Stage]
    let closed: Field?
    let dateFormat: DateFormat
    let amount: NumberField?
    let currency: Field?
    let owner: Field?
    let product: Field?
    /// Mends spellings: what the source says, what it is called here.
    let productNames: [String: String]
    let account: Field?
    let kind: Field?
    let revision: Field?
    let splits: Splits?
    let lines: Lines?
    /// Words the source writes where it means nothing, such as `null` or `00/00/0000`.
    let emptyWords: Set<String>
    /// The company's own fields of the deal.
    let own: OwnFields
    /// What became of the deal after its close; `nil` when nothing of that is read.
    let progress: ProgressFields?
    /// Set when the source's records are payments for deals; then the deal's own fields but the ID say nothing.
    let payment: PaymentFields?

    init(
        source: String, id: Field, stage: Field, stages: [String: Deal.Stage], closed: Field? = nil,
        dateFormat: DateFormat = .iso, amount: NumberField? = nil, currency: Field? = nil, owner: Field? = nil,
        product: Field? = nil, productNames: [String: String] = [:], account: Field? = nil, kind: Field? = nil,
        revision: Field? = nil, splits: Splits? = nil, lines: Lines? = nil, emptyWords: Set<String>,
        own: OwnFields = OwnFields(), progress: ProgressFields = ProgressFields(), payment: PaymentFields? = nil
    ) {
        self.source = source
        self.id = id
        self.stage = stage
        self.stages = stages
        self.closed = closed
        self.dateFormat = dateFormat
        self.amount = amount
        self.currency = currency
        self.owner = owner
        self.product = product
        self.productNames = productNames
        self.account = account
        self.kind = kind
        self.revision = revision
        self.splits = splits
        self.lines = lines
        self.emptyWords = emptyWords
        self.own = own
        self.progress = progress == ProgressFields() ? nil : progress
        self.payment = payment
    }

    enum Field: Hashable, Sendable {
        /// A name, or names joined by dots into nested objects.
        case path(Path)
        case constant(String)

        var name: String {
            switch self {
            case .path(let path): path.name
            case .constant(let text): text
            }
        }
    }

    struct Path: Hashable, Sendable, ExpressibleByArrayLiteral {
        let names: [String]
        /// As one text: a flat column may have dots in its name.
        let name: String

        init(_ names: [String]) {
            self.names = names
            name = names.joined(separator: ".")
        }

        init(arrayLiteral names: String...) { self.init(names) }
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
    func dealID(in body: JSONValue) -> DealID? {
        text(id, in: body).map { DealID($0) }.flatMap { $0.isStorable ? $0 : nil }
    }

    /// A field's text without the space around it; `nil` when it is absent, empty, null or one of the empty words.
    func text(_ field: Field?, in body: JSONValue) -> String? {
        switch field {
        case nil: nil
        case .constant(let text): text
        case .path(let path): Mapping.value(at: path, in: body).flatMap { text($0) }
        }
    }

    func text(_ value: JSONValue) -> String? {
        if let text = value.string { return self.text(written: text) }
        if let number = value.number { return emptyWords.contains(number) ? nil : number }
        return value.flag.map { $0 ? "true" : "false" }
    }

    /// The same of a text that was taken out of a value.
    func text(written text: String) -> String? {
        let trimmed = Mapping.trimmed(text)
        return trimmed.isEmpty || emptyWords.contains(trimmed) ? nil : trimmed
    }

    static func value(at path: Path, in body: JSONValue) -> JSONValue? {
        // A flat column wins over nested objects.
        if let value = body[path.name] { return value }
        return path.names.count == 1 ? nil : path.names.reduce(Optional(body)) { $0?[$1] }
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
