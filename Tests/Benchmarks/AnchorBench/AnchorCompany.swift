import Foundation

/// The anchor job's company and plans in Attain's own files.
struct AnchorCompany {
    let job: AnchorJob

    func write(to folder: String) throws {
        for part in ["plans", "mappings"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
    }

    private var files: [(String, String)] {
        let reps = job.reps.sorted()
        let managers = Set(reps.map { AnchorJob.manager(of: $0) }).sorted()
        let payees = managers + reps.map { AnchorJob.name($0) }
        func table(_ header: String, _ rows: [String]) -> String { ([header] + rows).joined(separator: "\n") + "\n" }
        return [
            ("company.yaml", "name: Anchor\nmanagers: {levels: 1}\npost-close: freeze\nremainder: last\n"),
            ("payees.csv", table("id,name,currency", payees.map { "\($0),\($0),USD" })),
            (
                "hierarchy.csv",
                table(
                    "payee,manager,from",
                    reps.map { "\(AnchorJob.name($0)),\(AnchorJob.manager(of: $0)),2025-01-01" })
            ),
            (
                "contracts.csv",
                table(
                    "payee,plan,from,to",
                    payees.map { "\($0),\($0.hasPrefix("M") ? "manager" : "rep"),2025-01-01," })
            ),
            (
                "quotas.csv",
                table(
                    "payee,measure,period,amount",
                    reps.map { "\(AnchorJob.name($0)),bookings,2025,\(AnchorJob.quota($0) / 100)" })
            ),
            ("products.csv", table("name", (0..<8).map { "P\($0)" })), ("plans/rep.yaml", Self.rep),
            ("plans/manager.yaml", Self.manager), ("mappings/anchor.yaml", Self.mapping),
        ]
    }

    /// Tiers and product bonus are added exactly; their sum is capped and rounded once a month.
    private static let rep = """
        plan: rep
        currency: USD
        pays: monthly
        measures:
          bookings: {of: credit.amount, roles: [owner, split], date: deal.closed, over: year, quota: contract.quota.bookings}
        components:
          commission:
            for: bookings
            paid: false
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: [{from: 0%, rate: 3%}, {from: 50%, rate: 5%}, {from: 100%, rate: 8%}, {from: 150%, rate: 10%}]
          bonus:
            for: bookings
            paid: false
            rate:
              lookup: [line.product]
              rows: [[P1, 0.25%], [P2, 0.5%], [P3, 0.75%], [P4, 1%], [P6, 1.5%], [P7, 2%], ["*", 0%]]
          payout:
            each: month
            amount: 'earned(commission) + earned(bonus)'
            cap: 25000
        rounding: {mode: half-up, places: 2, at: total}

        """

    private static let manager = """
        plan: manager
        currency: USD
        pays: monthly
        measures:
          team: {of: credit.amount, roles: [manager-1], date: deal.closed, over: month}
        components:
          override: {for: team, rate: 0.5%}
        rounding: {mode: half-up, places: 2, at: total}

        """

    private static let mapping = """
        source: anchor
        id: deal_id
        stage: {field: stage, won: [Closed Won]}
        closed: {field: closed_at, format: yyyy-MM-dd}
        amount: {field: amount_cents, times: 0.01}
        currency: currency
        product: product
        account: account.name
        splits: {field: splits, payee: rep_id, share: bp, of: 10000}
        revision: version

        """
}
