/// An ISO 4217 currency. Only those with a known minor unit exist; an unknown code is a caller's error to report.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    package let code: String
    /// How many decimal places a payable amount has: 2 for USD, 0 for JPY, 3 for KWD (ISO 4217 list one).
    package let minorPlaces: Int

    /// `nil` when the code is not an active ISO 4217 currency.
    package init?(_ code: some StringProtocol) {
        guard let places = Currency.minorPlaces[String(code)] else { return nil }
        self.code = String(code)
        minorPlaces = places
    }

    public var description: String { code }

    private static let minorPlaces: [String: Int] = {
        var table: [String: Int] = [:]
        for code in two.split(separator: " ") { table[String(code)] = 2 }
        for code in zero.split(separator: " ") { table[String(code)] = 0 }
        for code in three.split(separator: " ") { table[String(code)] = 3 }
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
        left.code.utf8.lexicographicallyPrecedes(right.code.utf8)
    }
}
