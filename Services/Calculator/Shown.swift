import Domain
import Plans

/// A number that tells whether a statement would show a line otherwise than before. A late credit may leave an amount
/// as it was and still change how it came about, and a statement must not depend on the order of arrival.
///
/// What a statement leaves out (the source event, the running attainment) is left out here. Not a cryptographic hash:
/// FNV-1a over 64-bit words, the same on every machine, cheap enough for every credit that is evaluated anew.
struct Shown {
    private var hash: UInt64

    /// The terms stand for rates, tiers and quotas: new terms tell every line anew.
    static func number(of line: Evaluator.Line, _ credit: Credit, _ agreement: Agreement) -> UInt64 {
        var shown = Shown(hash: line.trace)
        shown.add(agreement.terms)
        shown.add(UInt64(bitPattern: Int64(credit.date.day)))
        for number in [credit.amount.amount, credit.original.amount, credit.share.value, credit.exchangeRate ?? .zero] {
            shown.add(UInt64(truncatingIfNeeded: number.units))
            shown.add(UInt64(truncatingIfNeeded: number.units >> 64))
        }
        for text in [credit.original.currency.code, credit.product, credit.kind, credit.account] {
            for byte in text.utf8 { shown.add(UInt64(byte)) }
            shown.add(0x100)
        }
        return shown.hash
    }

    private mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01b3 }
}
