import Foundation
import Records
import Streams
import TestSupport
import Testing

@testable import ingest

/// What happens to disks.
extension EndToEnd {
    @Suite("Damaged and full disks", .serialized)
    struct DamageTests {
        @Test("S2, C1: damaged state is built again, though the program is killed while it does so")
        func killedWhileRebuilding() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "S2, C1")
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                for _ in 0..<Reliability.count(4, whole: 50) {
                    try await attain.killAll()
                    for role in Deployment.Role.allCases { try damage(role, attain, &random) }
                    try attain.startAll()
                    try await Reliability.pause(upTo: 400, &random)
                    try await attain.killAll()
                    try attain.startAll()
                    #expect(try await attain.mended { try await attain.outcome() } == run.fingerprint)
                }
                try await attain.mended { try await expectSound(attain) }
            }
        }

        /// Flips a bit of one of its files, cuts it off, or takes it away.
        private func damage(_ role: Deployment.Role, _ attain: Deployment, _ random: inout SplitMix) throws {
            let folder = attain.statePath(of: role)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                $0.hasSuffix(".sqlite") || $0.hasSuffix("-wal")
            }
            let file = URL(fileURLWithPath: "\(folder)/\(random.pick(files.sorted()))")
            var bytes = try Data(contentsOf: file)
            if random.chance(20) || bytes.isEmpty { return try FileManager.default.removeItem(at: file) }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if random.chance(20) { bytes = bytes.prefix(place) } else { bytes[place] ^= 1 }
            try bytes.write(to: file)
        }

        @Test(
            "S1: a full disk stops a program, which goes on where it was once there is room",
            .enabled(
                if: SmallDisk.isPossible || Reliability.isWhole, "this user may not mount a disk of a fixed size"),
            arguments: Deployment.Role.allCases, Reliability.isWhole ? Medium.allCases : [.embedded])
        func full(role: Deployment.Role, on medium: Medium) async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "S1, C1")
            for _ in 0..<Reliability.count(1, whole: 5) {
                try await withDeployment(on: medium) { attain in
                    let disk = try #require(try SmallDisk(at: attain.statePath(of: role)))
                    defer { disk.unmount() }
                    try await attain.apply()
                    try await attain.bring(run.load.rows)
                    for other in Deployment.Role.allCases where other != role { try attain.start(other) }
                    try disk.fill(leaving: 600_000)
                    let start = ContinuousClock.now
                    try attain.start(role)
                    let (end, log) = try await attain.end(of: role)
                    if Reliability.isWhole, medium == .embedded { #expect(ContinuousClock.now - start <= .seconds(10)) }
                    #expect(end != .status(0))
                    #expect(log.contains("full"), "\(log.suffix(400))")
                    try disk.clear()
                    // Killed once more while it goes on from what the full disk has left.
                    try attain.start(role)
                    try await Reliability.pause(upTo: 1000, &random)
                    try await attain.kill(role)
                    try attain.start(role)
                    #expect(try await attain.outcome() == run.fingerprint)
                    try await expectSound(attain)
                }
            }
        }

        @Test(
            "S1: a log without room refuses what comes, loses nothing that it took, and goes on once there is room",
            .enabled(
                if: SmallDisk.isPossible || Reliability.isWhole, "this user may not mount a disk of a fixed size"))
        func fullLog() async throws {
            let run = try await Undisturbed.shared.run()
            let parts = run.load.parts(2)
            for _ in 0..<Reliability.count(1, whole: 10) {
                try await withTemporaryFolder { folder in
                    let disk = try #require(try SmallDisk(at: "\(folder)/disk"))
                    defer { disk.unmount() }
                    let application = try #require(Application(name: "attain", partitions: 4))
                    let attain = try Deployment(
                        folder: folder, application: application, log: "sqlite:\(folder)/disk/attain.log")
                    try await running(attain) { attain in
                        try await attain.apply()
                        try await attain.bring(parts[0], as: "first")
                        try attain.startAll()
                        try await attain.settle()
                        let room = 300_000
                        try disk.fill(leaving: room)
                        let path = try attain.write(Array(repeating: parts[1], count: 8).flatMap(\.self), "second")
                        let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                        #expect(try await feeding.end() != .status(0))
                        #expect(feeding.log.contains("No space left"), "\(feeding.log.suffix(400))")
                        try disk.clear()
                        // Those that had something to append have ended too.
                        try await attain.killAll()
                        try attain.startAll()
                        try await attain.run(.ingest, "import", path, "--source", "fieldbook")
                        #expect(try await attain.outcome() == run.fingerprint)
                        try await expectSound(attain)
                    }
                }
            }
        }

        private static let calls = ["fdatasync", "pwrite64"]

        private static let strace = "/usr/bin/strace"
        /// Which call fails, once or from then on.
        private static let times =
            Reliability.isWhole ? (1...200).flatMap { ["\($0)", "\($0)+"] } : ["1", "2+", "67", "134+"]

        @Test(
            "S4: a disk that fails once or for good stops a program, and loses nothing",
            .enabled(
                if: succeeds(strace, "-f", "-o", "/dev/null", "/bin/true") || Reliability.isWhole,
                "strace is not installed or not permitted"),
            arguments: calls)
        func failing(call: String) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                for role in Deployment.Role.allCases {
                    var met = 0
                    for time in Self.times {
                        // Each time with all of its work before it; the first time there is nothing to delete.
                        try? attain.deleteState(of: [role])
                        let fault = "inject=\(call):error=EIO:when=\(time)"
                        let program = try attain.launch(
                            role, attain.serving(role),
                            under: [Self.strace, "-D", "-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e", fault])
                        guard try await isEnded(program, role, attain) else { continue }
                        met += 1
                        // It goes on with what the fault has left, as well as anew.
                        try attain.start(role)
                        try await eventually("\(role) has read all") { try await attain.isAtEnd(role) ? true : nil }
                        try await attain.kill(role)
                    }
                    try attain.start(role)
                    try await eventually("\(role) has read all") { try await attain.isAtEnd(role) ? true : nil }
                    print("S4: \(role) met \(met) times a \(call) that failed")
                    // Statements appends nothing to the log, and so small a store is not copied out of its write-ahead log.
                    #expect(met > 0 || (role == .statements && call == "fdatasync"))
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        /// Answers whether the fault ended it; it may have been through before it came to that.
        private func isEnded(
            _ program: Executable, _ role: Deployment.Role, _ attain: Deployment
        ) async throws -> Bool {
            // Not killed before it is ready: of a strace that is killed while it starts a program, a half would stay behind,
            // stopped for ever.
            try await eventually("\(role) met the fault, or was through") {
                guard program.isRunning else { return true }
                return try await program.isReady && attain.lag(of: role) == 0 ? true : nil
            }
            if try await program.kill() { return false }
            #expect(try await program.end() != .status(0), "\(role)")
            return true
        }

        @Test("B4: a log that was made anew stops the programs with a clear word")
        func lostLog() async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                _ = try await attain.outcome()
                try await attain.killAll()
                copyLog(from: "\(attain.folder)/none", to: "\(attain.folder)/attain.log")
                for _ in 0..<Reliability.count(1, whole: 10) {
                    try await expectEnd(of: attain, saying: "was built from log")
                }
            }
        }

        @Test("B4: a log that has lost its end stops the programs with a clear word, and goes on once it is restored")
        func lostEnd() async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                let path = "\(attain.folder)/attain.log"
                for (number, part) in run.load.parts(2).enumerated() {
                    try await attain.bring(part, as: "part-\(number)")
                    try attain.startAll()
                    _ = try await attain.outcome()
                    try await attain.killAll()
                    copyLog(from: path, to: "\(path).\(number)")
                }
                copyLog(from: "\(path).0", to: path)
                for _ in 0..<Reliability.count(1, whole: 10) {
                    try await expectEnd(of: attain, saying: "which holds only")
                }
                copyLog(from: "\(path).1", to: path)
                // The first one would still read the file that is gone.
                let restored = try Deployment(
                    folder: attain.folder, application: attain.application, log: "sqlite:\(path)")
                try await running(restored) { attain in
                    try attain.startAll()
                    #expect(try await attain.outcome() == run.fingerprint)
                    try await expectSound(attain)
                }
            }
        }

        /// With what belongs to it; nothing, where there is none. By another process: were a file closed by this one, SQLite
        /// would lose its locks on it.
        private func copyLog(from old: String, to new: String) {
            for suffix in ["", "-wal", "-shm", "-records"] {
                try? FileManager.default.removeItem(atPath: new + suffix)
                _ = succeeds("/usr/bin/env", "cp", old + suffix, new + suffix)
            }
        }
    }
}

/// Whether a program ends well.
private func succeeds(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

/// A file system of a few megabytes in memory; `nil` where this user may not mount one.
struct SmallDisk {
    private let path: String

    static let isPossible =
        (try? withTemporaryFolder { folder in
            let disk = try SmallDisk(at: "\(folder)/disk")
            disk?.unmount()
            return disk != nil
        }) ?? false

    init?(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard succeeds("/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", path) else { return nil }
    }

    /// Takes all the room but so many bytes.
    func fill(leaving rest: Int) throws {
        let values = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = (values[.systemFreeSize] as? Int) ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: "\(path)/filler"))
    }

    func clear() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }
    func unmount() { _ = succeeds("/usr/bin/env", "umount", "-l", path) }
}
