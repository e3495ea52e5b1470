import Domain
import Foundation
import Records
import Streams
import TestSupport
import Testing

extension EndToEnd {
    /// What a CRM may send, at the edges of what there is.
    @Suite("Edges", .serialized)
    struct EdgeTests {
        @Test(
            "D4: of several bodies under one revision the same one counts in any order, quarantine names the others",
            arguments: Reliability.isWhole ? Medium.allCases : [.embedded])
        func conflicts(on medium: Medium) async throws {
            let deals = Reliability.count(40, whole: 1000)
            let rows = (0..<deals).flatMap { number in
                [100, 200, 300].map { Self.deal("D4-\(number)", amount: "\($0 + number)") }
            }
            var random = Reliability.random(for: "D4")
            var outcomes: Set<String> = []
            for order in [rows, rows.reversed(), rows.shuffled(using: &random)] {
                try await withDeployment(on: medium) { attain in
                    outcomes.insert(try await outcome(of: order, attain))
                    let reasons = try quarantined(attain).map(\.reason)
                    #expect(reasons.count == 2 * deals)
                    for number in 0..<deals {
                        let words = "deal D4-\(number) has two different bodies under revision 1: SHA-256 "
                        #expect(reasons.count { $0.hasPrefix(words) } == 2, "\(number)")
                    }
                    #expect(try credited(attain).count == deals)
                }
            }
            #expect(outcomes.count == 1)
        }

        // MARK: I3

        private static let amounts = [
            "0", "-0", "0.00", "-0.01", "0.01", "0.001", "1", "-1", "9223372036854775807", "-9223372036854775808",
            "92233720368547758.07", "92233720368547758.08", "9007199254740993", "999999999999999.99",
            "1000000000000000", "1000000000000000.01", "-1000000000000000", "-1000000000000000.01",
            "170141183460469231731687303715884105727", "-170141183460469231731687303715884105728", "1e14", "1E+15",
            "1e39", "1e400", "-1e400", "1e-2", "1e-13", "1e-400", "0.0000000000001",
        ]

        @Test(
            "I3: a number of any size counts to the last unit, or is refused with a reason, and ends no program",
            arguments: Medium.allCases)
        func numbers(on medium: Medium) async throws {
            try await withDeployment(on: medium) { attain in
                let rows = Self.amounts.enumerated().flatMap { number, amount in
                    [
                        Self.deal("N-\(number)", amount: amount), Self.deal("T-\(number)", amount: "\"\(amount)\""),
                        Self.deal("S-\(number)", amount: "1000", splits: [amount, amount]),
                    ]
                }
                _ = try await outcome(of: rows, attain)
                for role in Deployment.Role.allCases { #expect(try attain.program(role).isRunning, "\(role)") }
                let (credited, refused) = (try credited(attain), try refused(attain))
                #expect(credited.count > 20)
                #expect(refused.count > 40)
                #expect(Set(credited.keys).isDisjoint(with: refused.keys))
                #expect(credited.count + refused.count == rows.count)
                for (deal, problems) in refused { #expect(!problems.isEmpty, "\(deal)") }
                for (number, amount) in Self.amounts.enumerated() {
                    guard let exact = try? Number(amount) else { continue }
                    for deal in ["N-\(number)", "T-\(number)"] {
                        #expect(credited[deal] ?? exact == exact, "\(amount)")
                    }
                }
            }
        }

        // MARK: T2

        private static let lastDays = ["2025-01-31", "2025-02-28", "2025-04-30", "2025-07-31", "2025-11-30"]
        /// And which way from the end of a day in UTC they lie: before it, or behind it.
        private static let zones = [
            ("Z", 0), ("+00:00", 0), ("-00:00", 0), ("+14:00", -1), ("-14:00", 1), ("+13:45", -1), ("-12:00", 1),
            ("-09:30", 1), ("+05:30", -1), ("+01:00", -1), ("-01:00", 1), ("+00:01", -1), ("-00:01", 1),
        ]

        @Test(
            "T2: the last and the first moment of a month are paid in the month that they lie in, in UTC",
            arguments: Medium.allCases)
        func moments(on medium: Medium) async throws {
            var rows: [String] = []
            var months: [String: Period] = [:]
            for (number, text) in Self.lastDays.enumerated() {
                let last = try #require(CalendarDate(text))
                let (month, next) = (Period(.month, containing: last), Period(.month, containing: last.adding(days: 1)))
                func deal(_ id: String, closed: String, in period: Period) {
                    rows.append(Self.deal(id, amount: "1000", closed: closed))
                    months[id] = period
                }
                deal("T2-\(number)-last", closed: "\(last)", in: month)
                deal("T2-\(number)-first", closed: "\(last.adding(days: 1))", in: next)
                for (zone, way) in Self.zones {
                    let id = "T2-\(number)-\(zone)"
                    let (end, start) = ("\(last)T23:59:59.999\(zone)", "\(last.adding(days: 1))T00:00:00.000\(zone)")
                    deal("\(id)-end", closed: end, in: way > 0 ? next : month)
                    deal("\(id)-start", closed: start, in: way < 0 ? month : next)
                }
            }
            try await withDeployment(on: medium) { attain in
                attain.environment = ["TZ": "America/St_Johns"]
                _ = try await outcome(of: rows, attain)
                var paid: [String: Period] = [:]
                for record in try attain.records(.ledger) {
                    let document = try LedgerDocument(decoding: record.record.value)
                    for earning in document.earnings where document.payee == Self.owner {
                        paid[earning.credit.key.deal.text] = document.period
                    }
                }
                #expect(paid == months)
            }
        }

        // MARK: Deals, and what became of them

        private static let owner = PayeeID("maren.ostler")

        private static func deal(
            _ id: String, amount: String, closed: String = "2025-05-04", splits: [String] = []
        ) -> String {
            let parts = splits.map { "{\"payee\": \"\(owner)\", \"share\": \($0)}" }.joined(separator: ", ")
            return """
                {"id": "\(id)", "stage": "won", "closed": "\(closed)", "amount": \(amount), "currency": "USD", \
                "owner": "\(owner)", "product": "Meridian F200", "revision": 1, "splits": [\(parts)]}
                """
        }

        private func outcome(of rows: [String], _ attain: Deployment) async throws -> String {
            try await attain.apply()
            try attain.startAll()
            try await attain.bring(rows, of: "api")
            let outcome = try await attain.outcome()
            try await expectSound(attain)
            return outcome
        }

        private func quarantined(_ attain: Deployment) throws -> [WireQuarantined] {
            try attain.records(.quarantine).map { try WireQuarantined(decoding: $0.record.value) }
        }

        /// The deals that were not credited, with what is wrong with them.
        private func refused(_ attain: Deployment) throws -> [String: [WireProblem]] {
            var refused: [String: [WireProblem]] = [:]
            for record in try attain.records(.skippedDeals) {
                guard let deal = try WireSkippedDeal.decoding(key: record.record.key, value: record.record.value),
                    deal.payee.isEmpty
                else { continue }
                refused[deal.deal] = deal.problems
            }
            return refused
        }

        /// What their owners were credited for deals.
        private func credited(_ attain: Deployment) throws -> [String: Number] {
            var credited: [String: Number] = [:]
            for record in try attain.records(.payeeEvents) {
                guard case .assigned(let credit)? = try? PayeeRecord(decoding: record.record.value).act,
                    credit.key.role == .owner
                else { continue }
                credited[credit.key.deal.text] = credit.amount.amount
            }
            return credited
        }
    }
}
