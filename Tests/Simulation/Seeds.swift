import Foundation
import Testing

/// Runs seeds on every core, says how far it came, and names the command that shows a failed one again.
enum Seeds {
    static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

    static func run(
        _ seeds: [UInt64], _ what: String, again option: String,
        _ check: @escaping @Sendable (_ seed: UInt64, _ again: Comment) async throws -> Void
    ) async {
        let progress = Progress(of: seeds.count, what)
        await withTaskGroup { group in
            let workers = ProcessInfo.processInfo.activeProcessorCount
            for worker in 0..<workers {
                group.addTask {
                    for seed in stride(from: worker, to: seeds.count, by: workers).lazy.map({ seeds[$0] }) {
                        let again: Comment = "make simulate \(option)=\(seed)"
                        do { try await check(seed, again) } catch { Issue.record(error, again) }
                        await progress.add()
                    }
                }
            }
        }
    }

    private actor Progress {
        private let count: Int
        private let what: String
        private var done = 0

        init(of count: Int, _ what: String) {
            self.count = count
            self.what = what
        }

        func add() {
            done += 1
            if done % 500 == 0 { print("\(what): \(done) of \(count) seeds") }
        }
    }
}
