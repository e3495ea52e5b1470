import Domain

@testable import ingest

/// The smallest company folder that has everything; each test spoils one file of it.
enum TinyCompany {
    static let files = [
        "company.yaml": "name: Tiny\nmanagers: {levels: 1}\npost-close: freeze\nremainder: largest\n",
        "payees.csv": """
        id,name,email,currency,channel,start,end,crm_ids
        ada,Ada Reyes,ada@tiny.example,USD,payroll,2025-01-01,,U1;U2
        bob,Bob Stone,bob@tiny.example,EUR,,,,
        cyd,Cyd Park,cyd@tiny.example,USD,accounts-payable,,2026-12-31,
        """,
        "hierarchy.csv": "payee,manager,from\nada,bob,2026-01-01\nada,cyd,2026-06-01\ncyd,bob,2026-01-01\n",
        "contracts.csv":
            "payee,plan,from,to\nada,reps,2026-01-01,2026-06-30\nada,reps,2026-07-01,\nbob,reps,2026-01-01,\n",
        "quotas.csv": "payee,measure,period,amount\nada,bookings,2026,1200000\nbob,bookings,2026,900000.50\n",
        "exchange-rates.csv": "from,to,date,rate\nEUR,USD,2026-01-01,1.17\nEUR,USD,2026-02-01,1.18\n",
        "products.csv": "name,price\nBolt,3\nNut,1\n",
        "plans/reps.yaml": plan,
        "mappings/crm.yaml": "source: crm\nid: id\nstage: {field: stage, won: [Won]}\namount: amount\nowner: owner\n",
    ]

    static let plan = """
        plan: reps
        currency: USD
        pays: monthly
        measures:
          bookings: {of: credit.amount, roles: [owner, split], over: year, quota: contract.quota.bookings}
        components:
          commission: {for: bookings, rate: 6%}
        """

    /// Writes it with some files replaced; an empty text leaves the file out.
    static func folder(_ changes: [String: [UInt8]] = [:]) throws -> Scratch {
        let scratch = try Scratch()
        for (name, text) in files where changes[name] == nil { try scratch.write(name, text) }
        for (name, bytes) in changes where !bytes.isEmpty { try scratch.write(name, bytes) }
        return scratch
    }

    static func folder(_ changes: [String: String]) throws -> Scratch {
        try folder(changes.mapValues { Array($0.utf8) })
    }

    /// What is wrong with it; empty when nothing is.
    static func problems(_ changes: [String: [UInt8]]) throws -> [String] {
        let scratch = try folder(changes)
        do {
            _ = try CompanyFolder(at: scratch.path)
            return []
        } catch { return error.all.map(\.description) }
    }
}
