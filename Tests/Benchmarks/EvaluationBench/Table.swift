#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Time of the processor, not of the wall: other processes take nothing away from it but their share of the caches.
struct Nanoseconds {
    let each: Double

    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }

    var millions: String { hundredths(1000 / each) }
    var text: String { String(Int(each.rounded())) }
    func ratio(to limit: Nanoseconds) -> String { hundredths(each / limit.each) }

    private func hundredths(_ value: Double) -> String {
        let count = Int((value * 100).rounded())
        return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
    }
}

/// The best of three: what disturbs only ever adds.
func best(_ count: Int, _ work: () throws -> Void) rethrows -> Nanoseconds {
    var best = Int.max
    for _ in 0..<3 {
        let start = Nanoseconds.now
        try work()
        best = min(best, Nanoseconds.now - start)
    }
    return Nanoseconds(each: Double(best) / Double(count))
}

func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
        if index > 0, index % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return String(text.reversed())
}

/// A table as a terminal shows it, row by row as they are measured.
struct Table {
    private let width = 34
    private let columns: [Int]

    init(_ title: String, _ headings: [String]) {
        columns = headings.map { max($0.count, 15) }
        print("")
        row(title, headings)
        print(line())
    }

    func row(_ name: String, _ cells: [String]) {
        let cells = zip(cells, columns).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }
        print(([name + String(repeating: " ", count: max(0, width - name.count))] + cells).joined(separator: "  "))
    }

    func end() { print(line()) }

    private func line() -> String {
        ([width] + columns).map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    }
}
