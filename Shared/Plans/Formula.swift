import Domain
import Expressions

/// An expression of a plan file, compiled, with what it reads. Never changed; a class, so that a rule that holds one is
/// passed on for one reference count.
package final class Formula: Hashable, Sendable {
    package let text: String
    let program: Program
    let bindings: [Binding]
    /// The value of an expression that reads nothing.
    let constant: Number?
    /// The line and column in the plan file.
    let line: Int
    let column: Int

    struct Binding: Sendable {
        let slot: Slot
        let reference: Reference
    }

    init(text: String, program: Program, bindings: [Binding], constant: Number?, line: Int, column: Int) {
        self.text = text
        self.program = program
        self.bindings = bindings
        self.constant = constant
        self.line = line
        self.column = column
    }

    package static func == (left: Formula, right: Formula) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// What it reads, where it is nothing but a name.
    var onlyName: Reference? {
        bindings.count == 1 && bindings[0].slot.name == text ? bindings[0].reference : nil
    }

    var measures: [Int] {
        bindings.compactMap { binding in
            switch binding.reference {
            case .attainment(let measure), .total(let measure), .quota(let measure): measure
            default: nil
            }
        }
    }

    var components: [Int] {
        bindings.compactMap { if case .earned(let component) = $0.reference { component } else { nil } }
    }

    /// Whether it reads values of a single credit.
    var readsCredit: Bool { bindings.contains { $0.reference.isOfCredit } }
}

/// What a slot of an expression stands for.
enum Reference: Hashable, Sendable {
    case amount, share, date, dealID, kind, product, account, role
    case field(String)
    case attainment(Int), total(Int), quota(Int), earned(Int)
    case fact(String), contractQuota(String), contractTarget(String), contractRate(String)
    case periodStart, periodEnd, periodDays

    var isOfCredit: Bool {
        switch self {
        case .amount, .share, .date, .dealID, .kind, .product, .account, .role, .field: true
        default: false
        }
    }
}

/// The frames that expressions over a credit and expressions over a period are evaluated in.
struct Frames: Hashable, Sendable {
    let credit: Frame
    let period: Frame

    static func == (left: Frames, right: Frames) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
