import Foundation

/// How often a fault is repeated: a few times in every run, as often as the rows of the reliability suite say under
/// `make reliability`.
package enum Reliability {
    package static let isWhole = ProcessInfo.processInfo.environment["RELIABILITY"] == "whole"

    package static func count(_ few: Int, whole: Int) -> Int { isWhole ? whole : few }

    /// `END_TO_END_SEED=n` draws the same programs, places and pauses again.
    package static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["END_TO_END_SEED"].flatMap(UInt64.init)
        return given ?? UInt64.random(in: 0...999_999)
    }()

    /// Says once per test how to see it again.
    package static func random(for test: String) -> SplitMix {
        print("\(test): END_TO_END_SEED=\(seed)")
        return SplitMix(seed: seed)
    }

    package static func pause(upTo milliseconds: Int, _ random: inout SplitMix) async throws {
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...milliseconds, using: &random)))
    }
}
