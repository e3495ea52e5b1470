import Domain
import Foundation
import Records
import Runtime
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("A company folder is applied as one change")
struct ApplyTests {
    @Test("the company is then what the folder says, and applying again does nothing")
    func applies() throws {
        let (tiny, folder) = (try TinyLog(), try TinyCompany.folder([String: String]()))
        #expect(try tiny.apply(folder) == .applied(1))
        let company = try tiny.company()
        let read = try CompanyFolder(at: folder.path)
        #expect(company.entities.values.sorted { $0.key < $1.key } == read.entities)
        #expect(company.payee(called: "u2")?.id == "ada")
        #expect(company.manager(of: "ada", on: try #require(CalendarDate("2026-05-31"))) == "bob")
        #expect(company.manager(of: "ada", on: try #require(CalendarDate("2026-06-01"))) == "cyd")
        #expect(company.planTexts["reps"] == TinyCompany.plan)
        #expect(CompanyDifference(from: company.entities, to: read.entities).isEmpty)
    }

    @Test("the difference is told kind by kind and field by field")
    func difference() throws {
        let tiny = try TinyLog()
        try tiny.apply(TinyCompany.folder([String: String]()))
        let changed = try TinyCompany.folder([
            "company.yaml": "name: Tiny & Sons\nmanagers: 2\npost-close: accept\n",
            "payees.csv": """
            id,name,email,currency,channel,start,end,crm_ids
            ada,Ada Reyes-Park,ada@tiny.example,EUR,payroll,2025-01-01,2026-09-30,U1
            bob,Bob Stone,bob@tiny.example,EUR,,,,
            dee,Dee Lowe,,USD,,,,
            """,
            "hierarchy.csv": "payee,manager,from\nada,bob,2026-01-01\n",
            "quotas.csv": "payee,measure,period,amount\nada,bookings,2026,1300000\n",
            "products.csv": "name\nBolt\nWasher\n",
            "plans/reps.yaml": TinyCompany.plan.replacing("rate: 6%", with: "rate: 7%"),
        ])
        let difference = CompanyDifference(
            from: try tiny.company().entities, to: try CompanyFolder(at: changed.path).entities)
        #expect(
            difference.text() == """
                settings: 1 changed
                  ~ name Tiny → Tiny & Sons
                  ~ managers 1 → 2
                  ~ post-close freeze → accept
                payees: 1 added, 1 changed, 1 removed
                  - cyd: name Cyd Park, email cyd@tiny.example, currency USD, channel accounts-payable, end 2026-12-31, manager bob from 2026-01-01
                  + dee: name Dee Lowe, currency USD, channel payroll
                  ~ ada: name Ada Reyes → Ada Reyes-Park
                  ~ ada: currency USD → EUR
                  ~ ada: end – → 2026-09-30
                  ~ ada: crm_ids U1; U2 → U1
                  ~ ada: manager bob from 2026-01-01, cyd from 2026-06-01 → bob from 2026-01-01
                quotas: 1 changed, 1 removed
                  - bob/bookings/2026: amount 900000.5
                  ~ ada/bookings/2026: amount 1200000 → 1300000
                products: 1 added, 1 removed
                  - Nut
                  + Washer
                plans: 1 changed
                  ~ reps: 1 line removed, 1 line added
                      - 7:   commission: {for: bookings, rate: 6%}
                      + 7:   commission: {for: bookings, rate: 7%}

                """)
        #expect(try tiny.apply(changed) == .applied(2))
        #expect(try tiny.company().payees.keys.sorted() == ["ada", "bob", "dee"])
    }

    @Test("what takes credits away is said before it is done, and nothing else is")
    func losses() throws {
        let tiny = try TinyLog()
        try tiny.apply(TinyCompany.folder([String: String]()))
        let changed = try TinyCompany.folder([
            "company.yaml": "name: Tiny\nmanagers: {levels: 0}\npost-close: freeze\nremainder: largest\n",
            "contracts.csv": """
            payee,plan,from,to
            ada,reps,2026-01-01,2026-06-15
            ada,reps,2026-07-01,
            bob,reps,2026-03-01,
            """,
            "exchange-rates.csv": "from,to,date,rate\nEUR,USD,2026-02-01,1.18\n",
            "products.csv": "name\nBolt\nWasher\n", "mappings/crm.yaml": "",
        ])
        let company = try tiny.company()
        let difference = CompanyDifference(
            from: company.entities, to: try CompanyFolder(at: changed.path).entities)
        #expect(
            difference.warning(from: company) == """

                This takes credits away, and what they paid comes back out of the open period:
                  ! deals in EUR from 2026-01-01 on have no exchange rate to USD
                  ! deals and payments of source 'crm' cannot be read any more
                  ! deals of product 'Nut' are not credited
                  ! managers of level 1 and above are not credited
                  ! ada has no contract any more from 2026-06-16 to 2026-06-30
                  ! bob has no contract any more from 2026-01-01 to 2026-02-28

                """)
        let more = try TinyCompany.folder([
            "contracts.csv": TinyCompany.files["contracts.csv", default: ""] + "cyd,reps,2026-01-01,\n",
            "products.csv": "name\nBolt\nNut\nWasher\n", "plans/reps.yaml": TinyCompany.plan + "\n",
        ])
        let gains = CompanyDifference(from: company.entities, to: try CompanyFolder(at: more.path).entities)
        #expect(!gains.isEmpty && gains.warning(from: company).isEmpty)
    }

    @Test("another field as the deal's ID is warned of, since deals keep theirs and could come again under another one")
    func doubles() throws {
        let tiny = try TinyLog()
        try tiny.apply(TinyCompany.folder([String: String]()))
        let company = try tiny.company()
        let mapping = try #require(TinyCompany.files["mappings/crm.yaml"])
        let mended = try TinyCompany.folder(["mappings/crm.yaml": mapping.replacing("id: id", with: "id: number")])
        let difference = CompanyDifference(from: company.entities, to: try CompanyFolder(at: mended.path).entities)
        #expect(
            difference.warning(from: company) == """

                This may credit deals twice:
                  ! deals of source 'crm' are known by 'number' instead of 'id': send those that came before as deleted, under their old IDs, before they come again

                """)
    }

    @Test("a folder that cannot be read is a mistake, and nothing of it is removed from the company")
    func unreadableFolder() throws {
        let folder = try TinyCompany.folder([String: String]())
        try FileManager.default.removeItem(atPath: folder.path + "/mappings")
        #expect(throws: Never.self) { try CompanyFolder(at: folder.path) }
        try "".write(toFile: folder.path + "/mappings", atomically: true, encoding: .utf8)
        let problems = #expect(throws: FileProblems.self) { try CompanyFolder(at: folder.path) }
        #expect(
            problems?.all.map(\.description) == [
                "mappings: cannot be read; check that it is a folder and its permissions"
            ])
    }

    @Test("long lists are cut unless all is asked for")
    func longLists() throws {
        let products = "name\n" + (100..<150).map { "Part \($0)\n" }.joined()
        let folder = try TinyCompany.folder(["products.csv": products])
        let difference = CompanyDifference(from: [:], to: try CompanyFolder(at: folder.path).entities)
        #expect(difference.text().contains("  + Part 119\n  + … and 30 more (--all lists them)\n"))
        #expect(difference.text(isComplete: true).contains("  + Part 149\n"))
    }

    @Test("of two who apply at once one wins, and nothing of the other takes effect")
    func overtaken() throws {
        let tiny = try TinyLog()
        let first = try TinyCompany.folder(["products.csv": "name\nBolt\n"])
        let second = try TinyCompany.folder(["products.csv": "name\nNut\n"])
        let late = try Applying(CompanyFolder(at: second.path), application: tiny.application, log: tiny.log)
        #expect(try tiny.apply(first) == .applied(1))
        #expect(try late.append(by: "late", now: TinyLog.noon) == .overtaken)
        #expect(try tiny.company().products == ["Bolt"])
        #expect(try tiny.apply(second) == .applied(3))
        #expect(try tiny.company().products == ["Nut"])
    }

    @Test("a change too large for one record takes effect with its last part, or not at all")
    func largeChange() throws {
        let tiny = try TinyLog()
        let rates = (0..<500).map { "EUR,USD,\(CalendarDate(day: Int32($0))),1.17\n" }.joined()
        let folder = try TinyCompany.folder(["exchange-rates.csv": "from,to,date,rate\n" + rates])
        let steps = CompanyDifference(from: [:], to: try CompanyFolder(at: folder.path).entities).steps
        let parts = try CompanyChangeSet(steps, base: 0, by: "test", partLimit: 5000).parts
        #expect(parts.count > 3)
        #expect(try parts.allSatisfy { try $0.encoded().count < 5100 })
        #expect(parts.flatMap(\.changes).count == steps.count)
        for kept in 0..<parts.count {
            // The process dies in the flush: only the first parts come into the log.
            try append(parts, on: tiny, keeping: kept)
            #expect(try tiny.company().entities.isEmpty)
        }
        try append(parts, on: tiny, keeping: parts.count)
        #expect(try tiny.company().entities.count == steps.count)
    }

    private func append(_ parts: [WireCompanyChanges], on tiny: TinyLog, keeping count: Int) throws {
        let process = tiny.log.peer()
        let producer = try process.makeProducer()
        for part in parts {
            let record = try RimRecord.record(
                key: [], value: WireCommand.with { $0.company = part }, type: "", id: "", now: TinyLog.noon)
            try producer.append(record, to: TopicPartition(tiny.application.topic(.commands), 0))
        }
        process.crash { _, _ in count }
    }
}
