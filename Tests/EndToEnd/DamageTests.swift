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
                    #expect(try await attain.outcome() == run.fingerprint)
                }
                try await expectSound(attain)
            }
        }

        /// Flips a bit of one of its files, or cuts it off.
        private func damage(_ role: Deployment.Role, _ attain: Deployment, _ random: inout SplitMix) throws {
            let folder = attain.statePath(of: role)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                $0.hasSuffix(".sqlite") || $0.hasSuffix("-wal")
            }
            let file = URL(fileURLWithPath: "\(folder)/\(random.pick(files.sorted()))")
            var bytes = try Data(contentsOf: file)
            guard !bytes.isEmpty else { return }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if random.chance(20) { bytes = bytes.prefix(place) } else { bytes[place] ^= 1 }
            try bytes.write(to: file)
        }

        @Test(
            "S1: a full disk stops a program, which goes on where it was once there is room",
            arguments: Deployment.Role.allCases)
        func full(role: Deployment.Role) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                guard let disk = try SmallDisk(at: "\(attain.folder)/state/\(attain.application.name)/\(role)") else {
                    return print("skipped: S1, because this user may not mount a disk of a fixed size")
                }
                defer { disk.unmount() }
                try await attain.apply()
                try await attain.bring(run.load.rows)
                for other in Deployment.Role.allCases where other != role { try attain.start(other) }
                try disk.fill(leaving: 600_000)
                try attain.start(role)
                let (end, log) = try await attain.end(of: role)
                #expect(end != .status(0))
                #expect(log.contains("full"), "\(log.suffix(400))")
                try disk.clear()
                try attain.start(role)
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        private static let calls = ["fdatasync", "pwrite64"]

        @Test("S4: a disk that fails once or for good stops a program, and loses nothing", arguments: calls)
        func failing(call: String) async throws {
            guard let strace = ["/usr/bin/strace"].first(where: FileManager.default.isExecutableFile) else {
                return print("skipped: S4, because strace is not installed")
            }
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                var met = 0
                for role in Deployment.Role.allCases {
                    for number in Reliability.isWhole ? Array(1...200) : [1, 2, 67, 134] {
                        // Each time with all of its work before it; the first time there is nothing to delete.
                        try? attain.deleteState(of: [role])
                        // Once, or from then on.
                        let fault = "inject=\(call):error=EIO:when=\(number)" + (number % 2 == 0 ? "+" : "")
                        let program = try attain.launch(
                            role, attain.serving(role),
                            under: [strace, "-D", "-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e", fault])
                        met += try await isEnded(program, role, attain) ? 1 : 0
                    }
                    try attain.start(role)
                    try await eventually("\(role) has read all") { try attain.lag(of: role) == 0 ? true : nil }
                }
                print("S4: programs met \(met) times a \(call) that failed")
                #expect(met > 0)
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

        @Test("B4: a log that was made anew, or has lost its end, stops the programs with a clear word")
        func lostLog() async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                _ = try await attain.outcome()
                try await attain.killAll()
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: "\(attain.folder)/attain.log\(suffix)")
                }
                for role in Deployment.Role.allCases {
                    try attain.start(role)
                    let (end, log) = try await attain.end(of: role)
                    #expect(end != .status(0))
                    #expect(log.contains("was built from log"), "\(role): \(log.suffix(400))")
                }
            }
        }
    }
}

/// A file system of a few megabytes in memory; `nil` where this user may not mount one.
struct SmallDisk {
    private let path: String

    init?(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", path) else { return nil }
    }

    /// Takes all the room but so many bytes.
    func fill(leaving rest: Int) throws {
        let values = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = (values[.systemFreeSize] as? Int) ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: "\(path)/filler"))
    }

    func clear() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }
    func unmount() { _ = SmallDisk.run("umount", "-l", path) }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
