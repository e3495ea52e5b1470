import Domain
import Foundation
import GRDB
import Logging
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

/// A real CRM's export, and what other people made of it in their spreadsheets. The data's licence is not known, so it
/// is read from where it lies and not kept here.
enum Maven {
    static let folder: String? = {
        let named = ProcessInfo.processInfo.environment["ATTAIN_SHARED"]
        let places = [named, "../shared", "../../shared"].compactMap { $0 }.map { "\($0)/data/maven-crm" }
        return places.first { FileManager.default.fileExists(atPath: "\($0)/sales_pipeline.csv") }
    }()

    static let missing: Comment =
        "the Maven data is not in ../shared/data/maven-crm; set ATTAIN_SHARED to the folder above 'data'"

    struct Variant: Sendable, CustomTestStringConvertible {
        let file: String
        let format: String
        var rows = 8800
        var skipped = 1480
        var quarantined = 0
        var testDescription: String { file }
    }

    static let variants = [
        Variant(file: "sales_pipeline.csv", format: "yyyy-MM-dd"),
        Variant(file: "variants/sales_pipeline.dd-mm-yyyy.csv", format: "dd-MM-yyyy"),
        Variant(file: "variants/sales_pipeline.dd-mm-yy.extra-cols.csv", format: "dd-MM-yy"),
        Variant(file: "variants/sales_pipeline.m-d-yyyy.lf.csv", format: "M/d/yyyy"),
        Variant(file: "variants/sales_pipeline.mdyy.zero-dates.csv", format: "M/d/yy", rows: 8801, quarantined: 1),
        Variant(file: "variants/sales_pipeline.null-words.csv", format: "dd-MM-yyyy"),
        Variant(
            file: "variants/sales_pipeline.closed-only.float-values.csv", format: "yyyy-MM-dd", rows: 6711,
            skipped: 1147),
    ]

    static func mapping(_ format: String, isMended: Bool) -> String {
        """
        source: maven
        id: opportunity_id
        stage: {field: deal_stage, won: [Won], lost: [Lost], open: [Engaging, Prospecting]}
        closed: {field: close_date, format: \(format)}
        amount: close_value
        currency: {value: USD}
        owner: sales_agent
        product: {field: product\(isMended ? ", rename: {GTXPro: GTX Pro}" : "")}
        account: account
        empty: ["null", "00/00/0000"]
        """
    }

    /// The company as the data set tells it: agents, their managers, products; everybody on one flat plan.
    static func company(_ mapping: String) throws -> Scratch {
        let scratch = try Scratch()
        let teams = try cells("sales_teams.csv")
        let managers = Set(teams.map { $0[1] }).sorted()
        let names = teams.map { $0[0] } + managers
        try scratch.write("company.yaml", "name: Maven\nmanagers: 1\n")
        try scratch.write("payees.csv", "id,name,currency\n" + names.map { "\(id($0)),\($0),USD\n" }.joined())
        try scratch.write(
            "hierarchy.csv",
            "payee,manager,from\n" + teams.map { "\(id($0[0])),\(id($0[1])),2016-01-01\n" }.joined())
        try scratch.write(
            "contracts.csv", "payee,plan,from,to\n" + names.map { "\(id($0)),flat,2016-01-01,\n" }.joined())
        try scratch.write(
            "products.csv", "name,series\n" + cells("products.csv").map { "\($0[0]),\($0[1])\n" }.joined())
        try scratch.write("mappings/maven.yaml", mapping)
        try scratch.write(
            "plans/flat.yaml",
            """
            plan: flat
            currency: USD
            pays: monthly
            measures:
              sales: {of: credit.amount, over: year}
            components:
              commission: {for: sales, rate: 5%}
            """)
        return scratch
    }

    private static func id(_ name: String) -> String { name.lowercased().replacing(" ", with: ".") }

    private static func cells(_ file: String) throws -> [[String]] {
        var reader = try CSVReader(FileBytes(path: "\(folder ?? "")/\(file)"), file: file)
        var result: [[String]] = []
        while let row = try reader.next() {
            guard case .object(let members) = try row.content.get() else { continue }
            result.append(
                members.map { member in
                    guard case .string(let text) = member.value else { return "" }
                    return text
                })
        }
        return result
    }
}

@Suite("A CRM's export gives the same result however it was saved", .enabled(if: Maven.folder != nil, Maven.missing))
struct MavenTests {
    @Test("won value and every record accounted for, before and after the mapping is mended", arguments: Maven.variants)
    func credited(variant: Maven.Variant) throws {
        let scratch = try Scratch()
        let tiny = try TinyLog(partitions: 2)
        let crediting = try CreditingRun(tiny, state: "\(scratch.path)/state")
        try tiny.apply(Maven.company(Maven.mapping(variant.format, isMended: false)))
        var importing = try tiny.importing(
            "\(Maven.folder ?? "")/\(variant.file)", source: "maven", state: scratch.path)
        try importing.run()
        try crediting.settle()

        #expect(importing.progress.received == variant.rows)
        #expect(importing.progress.quarantined == variant.quarantined)
        let before = try crediting.tally()
        #expect(before.received + Int64(variant.quarantined) == Int64(variant.rows))
        #expect(before.skipped == Int64(variant.skipped))
        #expect(before.received == before.accepted + before.superseded + before.skipped + before.quarantined)

        try tiny.apply(Maven.company(Maven.mapping(variant.format, isMended: true)))
        try crediting.settle()
        let after = try crediting.tally()
        #expect(after.received == before.received)
        #expect(after.skipped == 0 && after.quarantined == 0 && after.superseded == 0)
        #expect(after.credited == 4238)
        #expect(after.value == ["USD": 10_005_534])
    }

    @Test("the junk row at the end is refused with its reason")
    func junkRow() throws {
        let tiny = try TinyLog()
        let scratch = try Scratch()
        try tiny.apply(Maven.company(Maven.mapping("M/d/yy", isMended: true)))
        var importing = try tiny.importing(
            "\(Maven.folder ?? "")/variants/sales_pipeline.mdyy.zero-dates.csv", source: "maven", state: scratch.path)
        try importing.run()
        #expect(
            importing.progress.faults == [
                ImportProgress.Fault(row: 8801, line: 8802, reason: "has no deal ID: 'opportunity_id' is empty")
            ])
    }
}

/// Ingest's stream on one thread, run until nothing is left.
final class CreditingRun {
    private let tiny: TinyLog
    private let folder: String
    private let loop: StreamLoop

    init(_ tiny: TinyLog, state folder: String) throws {
        self.tiny = tiny
        self.folder = folder
        let options = StreamOptions(
            program: "ingest", stateFolder: folder, quarantineTopic: tiny.application.topic(.quarantine),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            quarantine: { record, reason in
                let entry = WireQuarantined.with {
                    $0.coordinate = "\(record.source)/\(record.offset)"
                    $0.reason = reason
                }
                return (try? entry.encoded()) ?? []
            })
        loop = try StreamLoop(
            log: tiny.log.peer(), topology: IngestTopology(application: tiny.application), options: options)
    }

    func settle() throws {
        var idle = 0
        while idle < 3 { idle = try loop.step() > 0 ? 0 : idle + 1 }
    }

    func tally() throws -> Tally {
        var sum = Tally()
        for partition in 0..<tiny.application.partitions(of: .dealEvents) {
            let path = "\(folder)/\(tiny.application.topic(.dealEvents))-\(partition).sqlite"
            sum.add(try Tally(readingStoreAt: path))
        }
        return sum
    }
}
