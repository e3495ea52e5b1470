import Foundation
import TestSupport

/// Payees without managers, on one plan: what is measured is the way of a deal, not the size of an organisation.
package struct Company {
    package let payees: Int
    /// More components make a plan that takes longer to evaluate.
    package let components: Int

    package init(payees: Int, components: Int = 1) { (self.payees, self.components) = (payees, components) }

    package static func payee(_ number: Int) -> String { "payee-\(number)" }

    /// As the source `api` posts it, and as a line of a file for it.
    package static func deal(_ number: Int, payee: Int, day: Int) -> String {
        let date =
            "2026-\(day / 28 % 12 + 1 < 10 ? "0" : "")\(day / 28 % 12 + 1)-\(day % 28 < 9 ? "0" : "")\(day % 28 + 1)"
        return """
            {"id": "D-\(number)", "stage": "won", "closed": "\(date)", "amount": \(1000 + number % 9000).25, \
            "currency": "USD", "owner": "\(Self.payee(payee))", "product": "P\(number % 8)", "revision": 1}
            """
    }

    package static func write(_ deals: [String], to path: String) throws {
        try deals.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
    }

    func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/plans", withIntermediateDirectories: true)
        func table(_ header: String, _ row: (String) -> String) -> String {
            ([header] + (0..<payees).map { row(Self.payee($0)) }).joined(separator: "\n") + "\n"
        }
        let files = [
            ("company.yaml", "name: Bench\nmanagers: {levels: 0}\n"),
            ("payees.csv", table("id,name,currency") { "\($0),\($0),USD" }),
            ("contracts.csv", table("payee,plan,from,to") { "\($0),rep,2026-01-01," }),
            ("quotas.csv", table("payee,measure,period,amount") { "\($0),bookings,2026,500000" }),
            ("products.csv", "name\n" + (0..<8).map { "P\($0)\n" }.joined()), ("plans/rep.yaml", plan),
        ]
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
    }

    private var plan: String {
        let more = (1..<components).map { number in
            """
              spiff-\(number):
                for: bookings
                when: 'line.product == "P\(number % 8)" && credit.amount > \(1000 * number) && deal.kind != "x"'
                rate: \(number)%
            """
        }
        return """
            plan: rep
            currency: USD
            pays: monthly
            measures:
              bookings: {of: credit.amount, over: year, quota: contract.quota.bookings}
            components:
              commission:
                for: bookings
                rate:
                  by: attainment(bookings)
                  method: marginal
                  boundary: lower-inclusive
                  tiers: [{from: 0%, rate: 3%}, {from: 50%, rate: 5%}, {from: 100%, rate: 8%}, {from: 150%, rate: 10%}]
            \(more.joined(separator: "\n"))
            rounding: {mode: half-up, places: 2, at: total}

            """
    }
}
