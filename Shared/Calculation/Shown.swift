import Domain
import Plans

/// A number that tells whether a statement would show a line otherwise than before. A late credit may leave an amount
/// as it was and still change how it came about, and a statement must not depend on the order of arrival.
///
/// What a statement leaves out (the source event, the running attainment) is left out here. Not a cryptographic hash:
/// FNV-1a over 64-bit words, the same on every machine, cheap enough for every credit that is evaluated anew.
struct Shown {
    private(set) var hash: UInt64

    /// The terms stand for rates, tiers and quotas: new terms tell every line anew.
    static func number(of line: Evaluator.Line, _ credit: Credit, _ agreement: Agreement) -> UInt64 {
        var shown = Shown(hash: line.trace)
        shown.add(agreement.terms)
        shown.add(UInt64(bitPattern: Int64(credit.date.day)))
        shown.mix(credit.amount.amount)
        shown.mix(credit.original.amount)
        shown.mix(credit.share.value)
        shown.mix(credit.exchangeRate ?? .zero)
        shown.mix(credit.original.currency.code)
        shown.mix(credit.product)
        shown.mix(credit.kind)
        shown.mix(credit.account)
        return shown.hash
    }

    /// The same line with what was released of it, or taken back.
    static func number(_ line: UInt64, _ numbers: [Number], _ text: String = "") -> UInt64 {
        var shown = Shown(hash: line)
        for number in numbers { shown.mix(number) }
        shown.mix(text)
        return shown.hash
    }

    private mutating func mix(_ number: Number) {
        add(UInt64(truncatingIfNeeded: number.units))
        add(UInt64(truncatingIfNeeded: number.units >> 64))
    }

    private mutating func mix(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(0x100)
    }

    private mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01b3 }
}
