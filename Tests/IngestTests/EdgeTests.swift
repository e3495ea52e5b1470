import Calculation
import Domain
import Foundation
import Records
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("Numbers and moments at their edges")
struct EdgeTests {
    // MARK: I3

    @Test("I3: no number that a CRM can send ends a program: it counts to the last unit, or is refused with a reason")
    func numbers() throws {
        var random = Reliability.random(for: "I3")
        let company = CreditingFirm(levels: 1).company
        let payees = try Self.payees()
        var (credited, refused, posted, unposted) = (0, 0, 0, 0)
        for _ in 0..<Reliability.count(3000, whole: 1_000_000) {
            let deal = Self.deal(&random)
            let (read, problems) = Mapping.api.deal(from: try JSONText.value(Array(deal.utf8)))
            let outcome = Crediting(company: company).outcome(of: read, source: "deals/0/0", provenance: "at-close")
            guard problems.isEmpty, outcome.problems.isEmpty else {
                refused += 1
                #expect(!problems.isEmpty || outcome.assignments.isEmpty, "\(deal)")
                continue
            }
            credited += 1
            let direct = outcome.assignments.map(\.credit).filter { $0.key.role == .owner || $0.key.role == .split }
            #expect(try direct.reduce(Number.zero) { try $0 + $1.amount.amount } == read.amount, "\(deal)")
            for credit in direct {
                var payee = random.pick(payees)
                let effect = try payee.apply(Self.event(.assigned(credit)), cause: Self.cause)
                try Self.expectBalanced(effect, deal)
                if effect.uncalculated.isEmpty { posted += 1 } else { unposted += 1 }
            }
        }
        print("I3: \(credited) credited, \(refused) refused; \(posted) posted, \(unposted) too large for their plan")
        #expect(min(credited, refused, posted, unposted) > 10)
    }

    private static let amounts = [
        "0", "-0", "0.00", "-0.01", "0.01", "0.001", "1", "-1", "9223372036854775807", "-9223372036854775808",
        "92233720368547758.07", "92233720368547758.08", "9007199254740993", "999999999999999.99", "1000000000000000",
        "1000000000000000.01", "-1000000000000000", "-1000000000000000.01", "170141183460469231731687303",
        "170141183460469231731687303715884105727", "-170141183460469231731687303715884105728", "1e14", "1E+15", "1e16",
        "1e38", "1e39", "1e400", "-1e400", "1e-2", "1e-12", "1e-13", "1e-400", "0.000000000001", "0.0000000000001",
    ]
    private static let shares = [
        "0", "-1", "1", "50", "99.99", "100", "100.000000000001", "33.333333333333", "0.000000000001", "10000", "1e30",
        "9223372036854775807", "-9223372036854775808", "170141183460469231731687303",
    ]

    /// Of one owner, or of up to 17 splits, most of which are no whole.
    private static func deal(_ random: inout SplitMix) -> String {
        let amount = number(amounts, &random)
        guard random.chance(50) else { return CreditingFirm.body([("amount", amount)]) }
        var parts = [("ada", number(shares, &random)), ("bob", number(shares, &random))]
        if random.chance(60) {
            let part = Int.random(in: 1...9999, using: &random)
            parts = [("ada", "\(Double(part) / 100)"), ("bob", "\(Double(10_000 - part) / 100)")]
        } else if random.chance(10) {
            parts = Array(repeating: parts[0], count: Int.random(in: 0...17, using: &random))
        }
        let splits = parts.map { #"{"payee":"\#($0.0)","share":\#($0.1)}"# }.joined(separator: ",")
        return CreditingFirm.body([("amount", amount), ("splits", "[\(splits)]")])
    }

    /// An edge, or digits of any length.
    private static func number(_ edges: [String], _ random: inout SplitMix) -> String {
        guard random.chance(40) else { return random.pick(edges) }
        let digits = (0..<Int.random(in: 1...30, using: &random)).map { _ in
            String(Int.random(in: 0...9, using: &random))
        }
        let whole = "\(Int.random(in: 1...9, using: &random))" + digits.joined()
        return (random.chance(50) ? "-" : "") + (random.chance(70) ? String(whole.prefix(12)) + ".25" : whole)
    }

    private static let cause = PayeeEvent.Cause(coordinate: "payee-events/0/1", occurred: Instant(milliseconds: 0))

    private static func event(_ act: PayeeRecord.Act) throws -> PayeeEvent {
        try PayeeEvent(key: Array("ada".utf8), value: PayeeRecord(payee: "ada", act).encoded())
    }

    /// Each with a plan whose rates and quotas are edges themselves.
    private static func payees() throws -> [PayeeState] {
        let rates = ["6%", "100%", "100000000%", "10000000000000%"]
        return try rates.flatMap { rate in
            try ["0.01", "1000000", "1000000000000000"].map { quota in
                var payee = PayeeState(id: "ada")
                let agreed = WireContractsChanged.with {
                    $0.evaluation = 1
                    $0.contracts = [
                        .with {
                            ($0.plan, $0.from) = ("plan", "2026-01-01")
                            $0.planText = CreditingFirm.plan("USD").replacing("rate: 5%", with: "rate: \(rate)")
                        }
                    ]
                    $0.quotas = [
                        .with { ($0.payee, $0.measure, $0.period, $0.amount) = ("ada", "bookings", "2026", quota) }
                    ]
                }
                _ = try payee.apply(event(.agreed(agreed)), cause: cause)
                return payee
            }
        }
    }

    private static func expectBalanced(_ effect: Effect, _ deal: String) throws {
        for bytes in effect.documents {
            let document = try LedgerDocument(decoding: bytes)
            #expect(try document.postings.reduce(Number.zero) { try $0 + $1.amount } == .zero, "\(deal)")
        }
    }

    // MARK: T2

    private static let lastDays = ["2026-01-31", "2026-02-28", "2024-02-29", "2100-02-28", "2026-12-31"]
    private static let zones = [
        "Z", "+00:00", "-00:00", "+14:00", "-14:00", "+13:45", "+12:45", "-12:00", "-09:30", "-03:30", "+05:30",
        "+05:45",
        "+01:00", "-01:00", "+00:01", "-00:01", "+08:45", "-08:00", "+10:00", "-05:00",
    ]

    /// What a plan measures goes by days: that of the source where it says a day, that in UTC where it says a moment.
    /// The days are worked out by Foundation's calendar.
    @Test("T2: the last and the first moment of a month count in the month that they lie in", arguments: lastDays)
    func moments(last: String) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let form = ISO8601DateFormatter()
        form.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let first = try #require(CalendarDate(last)).adding(days: 1).description
        #expect(first.hasSuffix("-01"))
        for (day, time) in [(last, "23:59:59.999"), (first, "00:00:00.000")] {
            #expect(try Self.closed(day) == CalendarDate(day))
            for zone in Self.zones {
                let moment = try #require(form.date(from: "\(day)T\(time)\(zone)"), "\(zone)")
                let parts = calendar.dateComponents([.year, .month, .day], from: moment)
                let date = try #require(
                    CalendarDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0))
                #expect(try Self.closed("\(day)T\(time)\(zone)") == date, "\(day)T\(time)\(zone)")
                let isSameMonth =
                    Period(.month, containing: date) == Period(.month, containing: try #require(CalendarDate(day)))
                if zone == "Z" { #expect(isSameMonth) }
                if zone == "-14:00", time.hasPrefix("23") { #expect(!isSameMonth) }
                if zone == "+14:00", time.hasPrefix("00") { #expect(!isSameMonth) }
            }
        }
    }

    private static func closed(_ text: String) throws -> CalendarDate? {
        let (deal, problems) = Mapping.api.deal(
            from: try JSONText.value(Array(CreditingFirm.body([("closed", "\"\(text)\"")]).utf8)))
        #expect(problems == [])
        return deal.closed
    }
}
