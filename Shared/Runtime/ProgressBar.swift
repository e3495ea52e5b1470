/// How far a long job has come: `replaying  42% ████████░░░░░░░░░░░░  1,234,567 of 3,000,000 records  52,300/s  0:34 left`.
/// On a terminal one line that moves, at most ten times a second; elsewhere a plain line every ten seconds.
package struct ProgressBar: ~Copyable {
    private let title: String
    private let unit: String
    private let isTerminal: Bool
    private let now: () -> Duration
    private let start: Duration
    private var shown: Duration?
    private var done: Int64 = 0
    /// May grow while the job runs.
    package var total: Int64

    package init(_ title: String, total: Int64, unit: String = "records") {
        let clock = ContinuousClock()
        let origin = clock.now
        self.init(title, total: total, unit: unit, isTerminal: Terminal.isStandardErrorTerminal) {
            origin.duration(to: clock.now)
        }
    }

    init(_ title: String, total: Int64, unit: String, isTerminal: Bool, now: @escaping () -> Duration) {
        self.title = title
        self.total = total
        self.unit = unit
        self.isTerminal = isTerminal
        self.now = now
        start = now()
    }

    /// So many are done now. Cheap enough to be called for every batch.
    package mutating func advance(to count: Int64) {
        done = count
        let time = now()
        guard time - (shown ?? start) >= (isTerminal ? .milliseconds(100) : .seconds(10)) else { return }
        shown = time
        if isTerminal { Terminal.writeBar(line(at: time)) } else { Terminal.writeError(line: line(at: time)) }
    }

    /// Shows the result and ends the line.
    package mutating func finish() {
        let text = summary(at: now())
        if isTerminal {
            Terminal.writeBar(text)
            Terminal.endBar()
        } else {
            Terminal.writeError(line: text)
        }
    }

    func line(at time: Duration) -> String {
        let percent = total > 0 ? min(100, Int(done * 100 / total)) : 100
        let filled = percent / 5
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let rate = Self.rate(done, in: time - start)
        let left = rate > 0 ? Self.clock(seconds: max(0, total - done) / rate) + " left" : ""
        return "\(title)  \(percent)% \(bar)  \(Self.grouped(done)) of \(Self.grouped(total)) \(unit)  "
            + "\(Self.grouped(rate))/s  \(left)"
    }

    func summary(at time: Duration) -> String {
        let elapsed = time - start
        let (seconds, attoseconds) = elapsed.components
        return
            "\(title)  done: \(Self.grouped(done)) \(unit) in \(seconds).\(attoseconds / 100_000_000_000_000_000) s, "
            + "\(Self.grouped(Self.rate(done, in: elapsed)))/s"
    }

    private static func rate(_ count: Int64, in elapsed: Duration) -> Int64 {
        let (seconds, attoseconds) = elapsed.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        return count * 1000 / milliseconds
    }

    private static func clock(seconds: Int64) -> String {
        let minutes = seconds / 60
        let rest = String(seconds % 60)
        return "\(minutes):" + (rest.utf8.count == 1 ? "0" : "") + rest
    }

    package static func grouped(_ number: Int64) -> String {
        var result = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + String(result.reversed())
    }
}
