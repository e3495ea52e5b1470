/// An ISO 4217 currency. Only those with a known minor unit exist; an unknown code is a caller's error to report.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// The three letters, the first in the highest byte: so order is that of the letters.
    @usableFromInline let letters: UInt32
    private let places: UInt8

    @inlinable public static func == (left: Self, right: Self) -> Bool { left.letters == right.letters }

    /// How many decimal places a payable amount has: 2 for USD, 0 for JPY, 3 for KWD (ISO 4217 list one).
    package var minorPlaces: Int { Int(places) }

    /// `nil` when the code is not an active ISO 4217 currency.
    package init?(_ code: some StringProtocol) {
        var code = String(code)
        guard let currency = code.withUTF8({ Currency(parsing: $0) }) else { return nil }
        self = currency
    }

    package init?(parsing utf8: UnsafeBufferPointer<UInt8>) {
        var (letters, index, count) = (UInt32.zero, 0, 0)
        for byte in utf8 {
            guard (65...90).contains(byte), count < 3 else { return nil }
            (letters, index, count) = (letters << 8 | UInt32(byte), index * 26 + Int(byte - 65), count + 1)
        }
        guard count == 3, Currency.known[index] != Currency.unknown else { return nil }
        self.letters = letters
        places = Currency.known[index]
    }

    package var code: String {
        String(unsafeUninitializedCapacity: 3) { bytes in
            for place in 0..<3 { bytes[place] = UInt8(truncatingIfNeeded: letters >> UInt32(16 - place * 8)) }
            return 3
        }
    }

    public var description: String { code }

    private static let unknown = UInt8.max

    /// Minor places by the letters as a number to base 26.
    private static let known: [UInt8] = {
        var table = [UInt8](repeating: unknown, count: 26 * 26 * 26)
        for (places, codes) in [zero, "", two, three].enumerated() {
            for code in codes.split(separator: " ") {
                table[code.utf8.reduce(0) { $0 * 26 + Int($1 - 65) }] = UInt8(places)
            }
        }
        return table
    }()

    private static let two = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
        CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD \
        KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
        THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """
    private static let zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
    private static let three = "BHD IQD JOD KWD LYD OMR TND"
}

extension Currency: Comparable {
    public static func < (left: Currency, right: Currency) -> Bool {
        left.letters < right.letters
    }
}
