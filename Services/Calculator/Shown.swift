import Domain

/// A number that tells whether a statement would show a line otherwise than before. A late credit may leave an amount
/// as it was and still change how it came about, and a statement must not depend on the order of arrival.
///
/// What a statement leaves out (the source event, the running attainment) is left out here. Not a cryptographic hash:
/// FNV-1a over 64 bits, the same on every machine, cheap enough for every credit.
struct Shown {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    static func number(of explanation: Explanation, _ credit: Credit) -> UInt64 {
        var shown = Shown()
        shown.add(credit)
        shown.add(explanation)
        return shown.hash
    }

    private mutating func add(_ credit: Credit) {
        add(credit.date.day)
        add(credit.amount.amount)
        add(credit.original.amount)
        add(credit.original.currency.code)
        add(credit.share.value)
        add(credit.exchangeRate ?? .zero)
        for text in [credit.product, credit.kind, credit.account] { add(text) }
    }

    private mutating func add(_ explanation: Explanation) {
        for step in explanation.steps {
            add(step.base)
            add(step.rate.value)
            add(step.tier?.from.value ?? Number(-1))
            add(step.tier?.to?.value ?? Number(-1))
        }
        add(explanation.rounding)
        guard let attainment = explanation.attainment else { return }
        add(attainment.measure)
        add(attainment.period.label)
        add(attainment.quota)
    }

    private mutating func add(_ number: Number) { add(number.units) }

    private mutating func add(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) { add(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte: byte) }
        add(byte: 0xff)
    }

    private mutating func add(byte: UInt8) {
        hash ^= UInt64(byte)
        hash &*= 0x0000_0100_0000_01b3
    }
}
