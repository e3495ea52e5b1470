import ArgumentParser
import BenchSupport
import Crypto
import Foundation
import Histogram
import Streams
import Synchronization

/// From a deal that is to be posted over HTTP until the statement over HTTP shows it, everything durable, at a steady rate.
/// A post that has to wait for the one before is late from the moment it was due.
@main
struct LatencyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how long a deal takes from its post over HTTP until its statement over HTTP shows it.",
        discussion: """
            A hundred deals a second are posted, and everything is durable. '× bare hops' is how many times as long that \
            takes as three appends and reads with nothing done in between.
            """)

    @Argument(help: "How long deals are posted.") var seconds = 60

    static let rate = 100
    private static let secret = "0123456789abcdef0123456789abcdef"
    private static let payees = 600

    func validate() throws { try atLeastOne(seconds) }

    func run() throws {
        setenv("ATTAIN_SECRET_API", Self.secret, 1)
        print("Latency: \(Self.rate) deals a second for \(seconds) s on the embedded log")
        let table = Table("milliseconds", ["p50", "p90", "p99", "p99.9", "max"])
        try withScratchFolder { folder in
            let bare = Self.milliseconds(try Relay(folder: folder).run(count: Self.rate * min(seconds, 20)))
            table.row("three bare hops, append to read", bare.map(hundredths))
            let place = try Installation(folder: "\(folder)/programs")
            try place.apply(Company(payees: Self.payees))
            let running = try Installation.Stage.allCases.map { try place.start($0) }
            defer { for program in running { _ = try? program.stop() } }
            let (rim, portal) = (try running[0].address(), try running[2].address())
            // What is only made once is made now.
            _ = try Self.run(count: Self.rate * 2, from: 0, rim, portal)
            let shown = Self.milliseconds(
                try Self.run(count: Self.rate * seconds, from: Self.rate * 2, rim, portal))
            table.row("posted until shown", shown.map(hundredths))
            table.row("× bare hops", zip(shown, bare).map { hundredths($0 / $1) })
        }
        table.end()
    }

    /// At the percentiles that are shown.
    private static func milliseconds(_ times: Histogram<UInt64>) -> [Double] {
        [50, 90, 99, 99.9, 100].map { Double(times.valueAtPercentile($0)) / 1000 }
    }

    /// Microseconds from when each deal was due until it was seen.
    private static func run(count: Int, from first: Int, _ rim: String, _ portal: String) throws -> Histogram<UInt64> {
        let times = Mutex(Histogram<UInt64>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three))
        let start = ContinuousClock.now + .milliseconds(100)
        try Workers.run(32) { worker in
            let (sending, looking) = (try Connection(to: rim), try Connection(to: portal))
            for number in stride(from: worker, to: count, by: 32) {
                let due = start + .seconds(number) / rate
                Workers.sleep(until: due)
                try post(first + number, sending)
                try look(for: first + number, looking)
                let (seconds, fraction) = (ContinuousClock.now - due).components
                let taken = UInt64(seconds * 1_000_000 + fraction / 1_000_000_000_000)
                _ = times.withLock { $0.record(taken) }
            }
        }
        return times.withLock { $0 }
    }

    private static func post(_ number: Int, _ connection: Connection) throws {
        let body = Company.deal(number, payee: number % payees, day: 7)
        let time = String(Int64(Date().timeIntervalSince1970))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(time).\(body)".utf8), using: SymmetricKey(data: Data(secret.utf8)))
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let headers = ["X-Attain-Timestamp": time, "X-Attain-Signature": "v1=\(digits)"]
        var reply = try connection.post("/v1/sources/api/deals", headers, body)
        // It says that it is not ready yet.
        for _ in 0..<300 where reply.status == 503 {
            usleep(100_000)
            reply = try connection.post("/v1/sources/api/deals", headers, body)
        }
        guard reply.status == 202 else { throw Failure("a post was answered with \(reply.status): \(reply.body)") }
    }

    /// Asks every two milliseconds.
    private static func look(for number: Int, _ connection: Connection) throws {
        let path = "/v1/payees/\(Company.payee(number % payees))/statements/2026-01"
        for _ in 0..<15_000 {
            if try connection.get(path).body.contains("\"D-\(number)\"") { return }
            usleep(2000)
        }
        throw Failure("deal D-\(number) is not on its statement after half a minute")
    }
}
