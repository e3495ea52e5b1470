import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    /// The demo's year in steps, as `make demo` takes them: months are closed and approved, then what happened to their
    /// deals afterwards arrives.
    @Suite("A year with closes", .serialized)
    struct YearTests {
        @Test(
            "D5: what comes late for a closed month corrects the open one, and kills between and during closes leave no trace",
            arguments: Reliability.isWhole ? Medium.allCases : [.embedded])
        func kills(on medium: Medium) async throws {
            let undisturbed = try await withDeployment { attain in try await year(attain) { _ in } }
            #expect(undisturbed.corrections > 0, "nothing was corrected after a close")
            let disturbed = try await withDeployment(on: medium) { attain in
                var random = SplitMix(seed: 20_251_231)
                return try await year(attain) { attain in
                    // Whatever each is doing at that moment.
                    for role in Deployment.Role.allCases {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &random)))
                        #expect(try await attain.kill(role))
                        try attain.start(role)
                    }
                }
            }
            #expect(disturbed == undisturbed)
        }

        struct Outcome: Equatable {
            let fingerprint: String
            let files: [String]
            let corrections: Int
        }

        private func year(
            _ attain: Deployment, _ disturb: (Deployment) async throws -> Void
        ) async throws -> Outcome {
            try await attain.apply()
            try attain.startAll()
            try await attain.take(from: "1970-01-01", through: "2025-09-30")
            try await disturb(attain)
            try await attain.settle()
            try await close("2025-09", ["2025-07", "2025-08", "2025-09"], attain, disturb)
            let closed = try await attain.closedStatements()
            #expect(closed.count > 50)
            try await attain.take(from: "2025-10-01", through: "2025-10-31")
            try await attain.applyOctober()
            try await disturb(attain)
            try await attain.settle()
            try await close("2025-10", ["2025-10"], attain, disturb)
            #expect(try await attain.closedStatements() == closed)
            return try await outcome(attain)
        }

        private func close(
            _ period: String, _ approved: [String], _ attain: Deployment,
            _ disturb: (Deployment) async throws -> Void
        ) async throws {
            try await attain.run(.ingest, "close", period, "--by", "finn", "--accept-open", "mended in the CRM")
            try await disturb(attain)
            try await attain.settle()
            try await attain.approve(approved, by: "carla")
            try await disturb(attain)
            try await attain.settle()
        }

        /// What must be the same, after the programs' own proofs.
        private func outcome(_ attain: Deployment) async throws -> Outcome {
            let fingerprint = try await attain.outcome()
            try await expectSound(attain)
            var files: [String] = []
            for period in ["2025-07", "2025-09", "2025-10"] {
                try await attain.run(.statements, "reconcile", period)
                files.append(try await attain.run(.statements, "export", "payouts", period))
                files.append(try await attain.run(.statements, "export", "journal", period))
            }
            let october = try await attain.run(.statements, "show", "maren.ostler", "2025-10", "--explain")
            let corrections = october.split(separator: "\n").count {
                $0.contains("It corrects what was posted for 2025-08")
            }
            return Outcome(fingerprint: fingerprint, files: files, corrections: corrections)
        }
    }
}

extension Deployment {
    /// Imports what the CRM and the receivables exported on these days.
    fileprivate func take(from: String, through: String) async throws {
        let (deals, payments) = ("\(folder)/deals-\(through).csv", "\(folder)/payments-\(through).csv")
        let program = try Executable(
            "demo-deals",
            ["--deals", "200", "--from", from, "--through", through, "--csv", deals, "--payments", payments],
            output: "\(folder)/demo-deals-\(through)")
        guard try await program.end() == .status(0) else { throw Executable.Failure(program) }
        try await run(.ingest, "import", deals, "--source", "fieldbook")
        try await run(.ingest, "import", payments, "--source", "tillbook")
    }

    /// Every statement of the months that were closed first.
    fileprivate func closedStatements() async throws -> [String: String] {
        let payees = try String(contentsOfFile: DemoLoad.companyFolder + "/payees.csv", encoding: .utf8)
        let address = try await program(.statements).address()
        var statements: [String: String] = [:]
        for row in payees.split(separator: "\n").dropFirst() {
            for period in ["2025-07", "2025-08", "2025-09"] {
                let path = "/v1/payees/\(row.prefix { $0 != "," })/statements/\(period)"
                let reply = try await HTTP.get(address + path)
                if reply.status == 200 { statements[path] = reply.text }
            }
        }
        return statements
    }

    fileprivate func approve(_ periods: [String], by person: String) async throws {
        let program = try launch(.statements, ["approve"] + periods + ["--by", person])
        guard try await program.end() == .status(0) else { throw Executable.Failure(program) }
    }

    /// The plans that October brings, with what stays of the company.
    fileprivate func applyOctober() async throws {
        let (files, changed) = (FileManager.default, "\(folder)/company")
        try files.copyItem(atPath: DemoLoad.companyFolder, toPath: changed)
        let october = DemoLoad.companyFolder + "/../october/plans"
        for name in try files.contentsOfDirectory(atPath: october) {
            try files.removeItem(atPath: "\(changed)/plans/\(name)")
            try files.copyItem(atPath: "\(october)/\(name)", toPath: "\(changed)/plans/\(name)")
        }
        try await run(.ingest, "apply", changed, "--yes")
    }
}
