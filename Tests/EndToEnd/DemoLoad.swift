import Foundation
import Logging
import TestSupport

/// A part of the demo's year of deals, as rows of NDJSON in the order of the CRM's export.
struct DemoLoad: Sendable {
    static let companyFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../deploy/demo/company").standardized.path

    let rows: [String]

    static func make(deals: Int) async throws -> DemoLoad {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/deals.ndjson"
            let program = try Executable(
                "demo-deals", ["--deals", String(deals), "--ndjson", path], output: "\(folder)/demo-deals")
            guard try await program.end() == .status(0) else { throw Executable.Failure(program) }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return DemoLoad(rows: text.split(separator: "\n").map(String.init))
        }
    }

    /// In another order, a tenth of the rows twice.
    func disturbed(seed: UInt64) -> [String] {
        var random = SplitMix(seed: seed)
        let again = rows.filter { _ in random.chance(10) }
        return (rows + again).shuffled(using: &random)
    }

    /// In `count` parts of about the same length, in order.
    func parts(_ count: Int) -> [[String]] {
        (0..<count).map { Array(rows[rows.count * $0 / count..<rows.count * ($0 + 1) / count]) }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "end-to-end") { _ in SwiftLogNoOpLogHandler() } }
}
