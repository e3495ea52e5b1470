import Domain
import Foundation
import Plans
import Records
import Testing

@testable import demo_deals
@testable import ingest

@Suite("The demo company and its deals belong together")
struct DemoTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy/demo/company").path

    static func company() throws -> Company {
        var company = Company()
        for entity in try CompanyFolder(at: folder).entities { company.apply(.set(entity)) }
        return company
    }

    @Test("the company has no problems, forty payees, three currencies and a rate for every month")
    func company() throws {
        let company = try DemoTests.company()
        #expect(company.payees.count == 40)
        #expect(Set(company.payees.values.map(\.currency.code)) == ["USD", "EUR", "SEK"])
        let (dollar, euro) = (try #require(Currency("USD")), try #require(Currency("EUR")))
        let krona = try #require(Currency("SEK"))
        for month in 1...12 {
            let date = try #require(CalendarDate(year: 2025, month: month, day: 1))
            #expect(company.exchangeRate(from: euro, to: dollar, on: date) != nil)
            #expect(company.exchangeRate(from: dollar, to: euro, on: date) != nil)
            #expect(company.exchangeRate(from: euro, to: krona, on: date) != nil)
        }
    }

    @Test("everyone who sells is a payee with a contract on every day they may close")
    func sellers() throws {
        let company = try DemoTests.company()
        for name in Larkspur.sellers.map(\.email) + Larkspur.developers {
            #expect(company.payee(called: name) != nil, "\(name)")
        }
        for seller in Larkspur.sellers {
            let payee = try #require(company.payee(called: seller.email))
            let contract = try #require(company.contract(of: payee.id, on: max(seller.from, CalendarDate(day: 20_089))))
            #expect(company.plans[contract.plan]?.currency.code == seller.currency, "\(payee.id)")
            for day in stride(from: Int32(20_089), through: 20_453, by: 1)
            where seller.sells(on: CalendarDate(day: day)) {
                #expect(
                    company.contract(of: payee.id, on: CalendarDate(day: day)) != nil,
                    "\(payee.id) on \(CalendarDate(day: day))")
            }
        }
        #expect(Set(Larkspur.products.map(\.name)) == company.products)
    }

    @Test("the same seed writes the same bytes, and more deals leave the others as they were")
    func deterministic() {
        let file = DealFile(deals: 200, seed: 7)
        #expect(file.csv == DealFile(deals: 200, seed: 7).csv)
        #expect(file.csv != DealFile(deals: 200, seed: 8).csv)
        let story = DealStory(number: 5, seed: 7).revisions
        #expect(story.map(\.cents) == DealStory(number: 5, seed: 7).revisions.map(\.cents))
    }

    @Test("only what was spoilt on purpose is skipped, and CSV and NDJSON mean the same")
    func deals() throws {
        let company = try DemoTests.company()
        let scratch = try Scratch()
        let file = DealFile(deals: 3000, seed: 2026)
        let csv = try trial(scratch.write("deals.csv", file.csv), .csv, company)
        let ndjson = try trial(scratch.write("deals.ndjson", file.ndjson), .ndjson, company)
        let counts = csv.split(separator: "\n").filter { $0.contains("Deals:") || $0.contains("Credited:") }
        #expect(counts == ndjson.split(separator: "\n").filter { $0.contains("Deals:") || $0.contains("Credited:") })
        let codes = SkipReason.Code.allCases.map(\.rawValue).filter { csv.contains("\n\($0) ") }
        #expect(codes == ["missing-amount", "unknown-owner", "unknown-product"])
        #expect(csv.contains("about 3001 deals + 1 for quarantine"))
    }

    private func trial(_ path: String, _ format: DealFileFormat, _ company: Company) throws -> String {
        var trial = ImportTrial(mapping: try #require(company.mappings["fieldbook"]), company: company)
        try trial.read(FileBytes(path: path), format)
        return trial.report(file: "deals", mapping: "the mapping")
    }

    @Test("parts of the year by day are the whole, and every payment but one is for a deal")
    func parts() throws {
        let (new, old) = (try #require(CalendarDate("2025-10-01")), try #require(CalendarDate("2025-09-30")))
        let all = DealFile(deals: 400, seed: 2026)
        let early = DealFile(deals: 400, seed: 2026, days: DealFile.ever.lowerBound...old)
        let late = DealFile(deals: 400, seed: 2026, days: new...DealFile.ever.upperBound)
        #expect(!late.revisions.isEmpty && early.ndjson + late.ndjson == all.ndjson)
        let deals = Set(all.revisions.map(\.id))
        let own = ReceiptFile(deals: 400, seed: 2026).receipts
        #expect(Set(own.filter { !deals.contains($0.deal) }.map(\.deal)) == ["LK-900002"])
        let receipts = ReceiptFile(deals: 3000, seed: 2026).receipts
        #expect(receipts.contains { $0.cents < 0 } && receipts.count > Set(receipts.map(\.id)).count)
    }

    @Test("the plan change of October is the same plan but for its rate")
    func planChange() throws {
        let changed = URL(fileURLWithPath: DemoTests.folder).appendingPathComponent("../october/plans").standardized
        for file in try FileManager.default.contentsOfDirectory(atPath: changed.path) {
            let path = changed.appendingPathComponent(file).path
            let after = try Plan(parsing: String(contentsOfFile: path, encoding: .utf8), file: file)
            let before = try #require(try DemoTests.company().plans[after.name]).plan
            #expect(after.name + ".yaml" == file && after.currency == before.currency && after != before)
        }
    }

    @Test("there are splits, changes after the close, cancellations, repetitions and disorder")
    func variety() {
        let all = DealFile(deals: 3000, seed: 2026).revisions
        let byDeal = Dictionary(grouping: all, by: \.id)
        #expect(all.count { !$0.splits.isEmpty } > 100)
        #expect(all.allSatisfy { $0.splits.isEmpty || $0.splits.reduce(0) { $0 + $1.share } == 10_000 })
        #expect(all.allSatisfy { ($0.stage == "Cancelled") == ($0.cancelled != nil) })
        #expect(all.contains { $0.stage == "Cancelled" } && all.contains { $0.stage == "Deleted" })
        #expect(byDeal.values.contains { Set($0.filter { $0.stage == "Closed Won" }.map(\.cents)).count > 1 })
        #expect(byDeal.values.contains { $0.count != Set($0.map(\.modified)).count })
        #expect(byDeal.values.contains { $0.map(\.modified) != $0.map(\.modified).sorted() })
    }
}
