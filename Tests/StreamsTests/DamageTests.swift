import Foundation
import Streams
import TestSupport
import Testing

/// One store at rest, as a kill left it, damaged anew for each seed.
@Suite("S2: damaged state files")
struct DamageTests {
    private static let runs = Reliability.count(200, whole: 1000)
    private static let first = ["first": TallyTopology.first]

    @Test("a flipped bit, a cut or a lost file never makes another figure", arguments: ["", "-wal"])
    func damage(suffix: String) throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(3000)
            try harness.settle(Self.first)
            harness.kill("first")
            let path = "\(folder)/first/in-1.sqlite"
            let (store, whole) = ("\(folder)/first", "\(folder)/whole")
            try FileManager.default.copyItem(atPath: store, toPath: whole)
            let tally = try harness.tally("first")
            var found = 0
            for seed in 0..<UInt64(Self.runs) {
                try FileManager.default.removeItem(atPath: store)
                try FileManager.default.copyItem(atPath: whole, toPath: store)
                let damage = try Self.damage(path + suffix, seed: seed)
                try harness.settle(Self.first)
                #expect(try harness.tally("first") == tally, "seed \(seed): \(damage)")
                found += FileManager.default.fileExists(atPath: path + ".corrupt-1") ? 1 : 0
                harness.kill("first")
            }
            // A page of the file that is in its log too is not read, nor is the log behind its last transaction.
            #expect(found > Self.runs / 4, "\(found)")
            print("S2: \(found) of \(Self.runs) damaged stores were set aside (in-1.sqlite\(suffix))")
            #expect(harness.size("out") == 3000)
        }
    }

    /// Answers what was done.
    private static func damage(_ path: String, seed: UInt64) throws -> String {
        var random = SplitMix(seed: seed)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch seed % 10 {
        case 0:
            try FileManager.default.removeItem(atPath: path)
            return "removed"
        case 1:
            try bytes.prefix(place).write(to: URL(fileURLWithPath: path))
            return "cut off after \(place) bytes"
        default:
            let bit = Int.random(in: 0..<8, using: &random)
            bytes[place] ^= 1 << bit
            try bytes.write(to: URL(fileURLWithPath: path))
            return "bit \(bit) of byte \(place) flipped"
        }
    }
}
