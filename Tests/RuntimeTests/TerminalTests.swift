import Logging
import Testing

@testable import Runtime

@Suite("What people read")
struct TerminalTests {
    @Test("a table aligns words left and numbers right, whatever the width of the letters")
    func table() {
        var table = TextTable(["Name", "Due"], [.left, .right])
        table.append(["Ada", "1,000.00"])
        table.append(["李雷", "2.50"])
        #expect(
            table.text == """
                Name       Due
                ────  ────────
                Ada   1,000.00
                李雷      2.50

                """)
    }

    @Test("a name cannot move the cursor or turn the direction of a line")
    func hostileName() {
        #expect("a\u{1B}[2Jb\u{202E}c\r".printable == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}")
    }

    @Test("data in a log line cannot begin another line or pretend to be another key")
    func logInjection() {
        let line = LineLogHandler.line(
            time: "T", level: .info, message: "assigned", metadata: ["name": "x\nlevel=error y\"z", "at": "3"])
        #expect(line == "T info     assigned  at=3 name=\"x\u{FFFD}level=error y\\\"z\"")
    }

    @Test("a progress bar tells percent, rate and what is left")
    func progress() {
        let bar = progressed(to: 1_234_567, of: 3_000_000, in: .seconds(20))
        #expect(bar == "replaying  41% ████████░░░░░░░░░░░░  1,234,567 of 3,000,000 records  61,728/s  0:28 left")
        #expect(progressed(to: 0, of: 0, in: .zero).hasPrefix("replaying  100%"))
    }

    private func progressed(to count: Int64, of total: Int64, in time: Duration) -> String {
        // Not a terminal, and asked too soon to print anything.
        var bar = ProgressBar("replaying", total: total, unit: "records", isTerminal: false) { .zero }
        bar.advance(to: count)
        return bar.line(at: time)
    }

    @Test("metrics are written as Prometheus reads them")
    func metrics() {
        let metrics = Metrics()
        metrics.counter("attain_b_total", "Bs.", labels: [("kind", "a\"\\\n")]).add(3)
        metrics.gauge("attain_a", "As.") { 7 }
        metrics.collect { [Metrics.Sample("attain_c", "Cs.", labels: [("p", "1")], value: 2)] }
        #expect(
            metrics.text() == """
                # HELP attain_a As.
                # TYPE attain_a gauge
                attain_a 7
                # HELP attain_b_total Bs.
                # TYPE attain_b_total counter
                attain_b_total{kind="a\\"\\\\\\n"} 3
                # HELP attain_c Cs.
                # TYPE attain_c gauge
                attain_c{p="1"} 2

                """)
    }
}
