import Domain
import Testing
import TestSupport

@Suite("Numbers")
struct NumberTests {
    @Test("a number reads what it writes")
    func roundTrip() throws {
        var random = SplitMix(seed: 1)
        for _ in 0..<10_000 {
            let number = Number(units: Int128(Int64.random(in: .min ... .max, using: &random)) * 1_000_003)
            #expect(try Number(number.description) == number)
        }
    }

    @Test("bytes say what the text says, and short texts are read as long ones are")
    func bytes() throws {
        var random = SplitMix(seed: 2)
        for round in 0..<20_000 {
            let digits = Int128(Int64.random(in: .min ... .max, using: &random)) >> Int128(round % 64)
            let number = Number(units: round % 3 == 0 ? digits * 999_999_999_989 : digits * Int128(1 + round % 1000))
            var bytes: [UInt8] = []
            number.append(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == number.description)
            #expect(try Number(parsing: bytes) == number)
            #expect(try Number(parsing: bytes.lazy.map { $0 }) == number)
        }
        for (units, text) in [
            (Int128.max, "170141183460469231731687303.715884105727"),
            (.min, "-170141183460469231731687303.715884105728"),
            (Int128(UInt64.max) * 1_000_000_000_000, "18446744073709551615"),
            (Int128(1_000_000_000_000_000_000) * 10_000_000_000_000, "10000000000000000000"),
            (Int128(1_000_000_000_000) * 1_000_000_000_000 + 1, "1000000000000.000000000001"),
        ] {
            #expect(Number(units: units).description == text)
        }
        for day in [CalendarDate("0001-01-01")!, CalendarDate("2026-02-09")!, CalendarDate("9999-12-31")!] {
            var bytes: [UInt8] = []
            day.append(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == day.description)
            #expect(bytes.withUnsafeBufferPointer { CalendarDate(parsing: $0) } == day)
        }
    }

    @Test(
        "texts are read exactly",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1054.0", "1054"), ("+7", "7"), ("0.06", "0.06"), ("1e3", "1000"),
            ("1.5E-2", "0.015"), ("100e-13", "0.00000000001"), ("0.0000000000010000", "0.000000000001"),
            ("-12.50", "-12.5"),
            ("170141183460469231731687303", "170141183460469231731687303"), ("170141183460469231731687304", nil),
            ("0.0000000000001", nil), ("", nil), ("-", nil), (".5", nil),
            ("5.", nil), ("1,000", nil), ("1e", nil), ("0x10", nil), ("NaN", nil), ("1e400", nil), ("1 ", nil),
            ("１", nil),
        ] as [(String, String?)])
    func reading(text: String, expected: String?) {
        #expect((try? Number(text))?.description == expected)
    }

    @Test(
        "rounding does what its mode says",
        arguments: [
            // number, half-even, half-up, down, up, floor, ceiling
            ("0.125", ["0.12", "0.13", "0.12", "0.13", "0.12", "0.13"]),
            ("0.135", ["0.14", "0.14", "0.13", "0.14", "0.13", "0.14"]),
            ("-0.125", ["-0.12", "-0.13", "-0.12", "-0.13", "-0.13", "-0.12"]),
            ("-0.121", ["-0.12", "-0.12", "-0.12", "-0.13", "-0.13", "-0.12"]),
            ("7", ["7", "7", "7", "7", "7", "7"]),
        ])
    func rounding(text: String, expected: [String]) throws {
        let modes: [Rounding] = [.halfEven, .halfUp, .down, .up, .floor, .ceiling]
        #expect(try modes.map { try Number(text).rounded(to: 2, $0).description } == expected)
    }

    @Test("a product that does not fit in 128 bits on the way is still exact")
    func wideProducts() throws {
        let large = try Number("99999999999999.999999999999")
        #expect(try large.multiplied(by: large, dividedBy: large) == large)
        #expect(try large.multiplied(by: -3, dividedBy: 3) == -large)
    }

    @Test("what does not fit throws, and never traps")
    func overflow() throws {
        var random = SplitMix(seed: 2)
        let edges = [Int128.max, .min, 0, 1, -1, .max - 1, .min + 1].map { Number(units: $0) }
        for _ in 0..<100_000 {
            let (left, right) = (edge(&random, edges), edge(&random, edges))
            _ = try? left + right
            _ = try? left - right
            _ = try? left * right
            _ = try? left / right
            _ = try? left.rounded(to: Int.random(in: -3...15, using: &random), random.pick(Rounding.allCases))
            _ = try? left.magnitude
        }
        #expect(throws: ArithmeticError.overflow) { try Number(units: .max) + Number(units: 1) }
        #expect(throws: ArithmeticError.overflow) { try Number(units: .max) * 2 }
        #expect(throws: ArithmeticError.divisionByZero) { try Number(1) / 0 }
    }

    private func edge(_ random: inout SplitMix, _ edges: [Number]) -> Number {
        random.chance(50)
            ? random.pick(edges)
            : Number(units: Int128(bitPattern: UInt128(random.next()) << 64 | UInt128(random.next())))
    }

    @Test("multiplying and dividing agree with whole-number arithmetic")
    func arithmetic() throws {
        var random = SplitMix(seed: 3)
        for _ in 0..<10_000 {
            let (cents, points) = (
                Int.random(in: -10_000_000...10_000_000, using: &random), Int.random(in: 0...20_000, using: &random)
            )
            let product = try #require(Number(Int128(cents), places: 2)) * #require(Number(Int128(points), places: 4))
            #expect(product == Number(Int128(cents * points), places: 6))
        }
    }
}

@Suite("Money")
struct MoneyTests {
    let dollars = Currency("USD")!

    @Test("99.99 as 75/25 gives 74.99 and 25.00, as people expect")
    func splitCents() throws {
        let parts = try Money(Number("99.99"), dollars).allocated(by: [75, 25], remainder: .largest)
        #expect(parts.map(\.amount.description) == ["74.99", "25"])
    }

    @Test("parts always sum to the whole, in payable units, whatever is divided how")
    func allocation() throws {
        var random = SplitMix(seed: 4)
        for _ in 0..<5_000 {
            let currency = try #require(Currency(random.pick(["USD", "JPY", "KWD"])))
            let units = Int128(Int.random(in: -1_000_000_000...1_000_000_000, using: &random))
            let amount = Money(try #require(Number(units, places: currency.minorPlaces)), currency)
            let weights = (0..<Int.random(in: 1...17, using: &random)).map { _ in
                Number(Int.random(in: 1...9_999, using: &random))
            }
            let parts = try amount.allocated(by: weights, remainder: random.pick(Remainder.allCases))
            #expect(try parts.reduce(Money.zero(currency)) { try $0 + $1 } == amount)
            #expect(parts.allSatisfy { $0.isPayable })
        }
    }

    @Test("currencies never meet in one sum")
    func mixing() {
        let euro = Money(1, Currency("EUR")!)
        #expect(throws: ArithmeticError.currenciesDiffer(dollars, euro.currency)) { try Money(1, dollars) + euro }
    }

    @Test(
        "rates are read as people write them",
        arguments: [("6%", "0.06"), ("6.5 %", "0.065"), ("0.06", "0.06"), ("x%", nil), ("", nil)])
    func rates(text: String, expected: String?) {
        #expect((try? Rate(text))?.value.description == expected)
    }
}
