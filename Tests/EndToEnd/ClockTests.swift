import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Clocks that are wrong", .serialized)
    struct ClockTests {
        private static let secret = "0123456789abcdef0123456789abcdef"

        /// Hours and days off; each is set while the program runs, and every other one jumps back.
        private static let offsets = [3600, -3600, 86_400, -86_400]

        @Test(
            "T1: a program whose clock is hours and days off and jumps back, in a zone with summer time, changes nothing",
            .enabled(if: FakeClock.library != nil || Reliability.isWhole, "libfaketime is not installed"),
            arguments: Deployment.Role.allCases)
        func wrong(role: Deployment.Role) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                attain.environment["ATTAIN_SECRET_API"] = Self.secret
                let clock = try FakeClock(#require(FakeClock.library), in: attain.folder)
                attain.wrappers[role] = clock.wrapper + ["TZ=America/New_York"]
                try await attain.apply()
                try clock.set(10 * 86_400)
                try attain.startAll()
                _ = try await attain.program(role).address()
                let day = Date.now.addingTimeInterval(10 * 86_400).ISO8601Format().prefix(10)
                #expect(try attain.program(role).log.hasPrefix(day), "it has the clock that all have")
                for (offset, part) in zip(Self.offsets, run.load.parts(Self.offsets.count)) {
                    try clock.set(offset)
                    try await attain.bring(part, as: "part-\(offset)")
                    try await attain.settle()
                    if role == .ingest { try await expectWindow(offset, attain) }
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        /// A signature is of the moment by the clock of ingest itself, whatever that says.
        private func expectWindow(_ offset: Int, _ attain: Deployment) async throws {
            let address = try await attain.program(.ingest).address() + "/v1/sources/api/deals"
            let deal = #"{"id": "CLOCK\#(offset)", "stage": "open", "revision": 1}"#
            let trueTime = try await HTTP.post(deal, to: address, secret: Self.secret)
            #expect(trueTime.status == 401, "\(trueTime.text)")
            let ownTime = try await HTTP.post(
                deal, to: address, secret: Self.secret, now: .now.addingTimeInterval(Double(offset)))
            #expect(ownTime.status == 202, "\(ownTime.text)")
        }
    }
}

/// What a program under it takes for the time, which may be set while it runs. Intervals are as they are.
struct FakeClock {
    private let library: String
    private let file: String

    static let library: String? = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    init(_ library: String, in folder: String) throws {
        self.library = library
        file = "\(folder)/clock"
        try "+0".write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// What it is run by. Without a name of its own for what processes share, the library would put one into the environment, and
    /// Swift, which looks for the arguments in front of that, would find none.
    var wrapper: [String] {
        [
            "/usr/bin/env", "LD_PRELOAD=\(library)", "FAKETIME_TIMESTAMP_FILE=\(file)",
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1",
            "FAKETIME_SHARED=/none /none",
        ]
    }

    /// In seconds; from the next look at the clock on, because nothing is cached: the library counts the seconds of its cache in
    /// whole ones of the clock, so that with one second the offset before it may hold for two.
    func set(_ offset: Int) throws {
        try (offset < 0 ? "\(offset)" : "+\(offset)").write(toFile: file, atomically: true, encoding: .utf8)
    }
}
