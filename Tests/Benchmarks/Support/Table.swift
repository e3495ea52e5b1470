package func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
        if index > 0, index % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return String(text.reversed())
}

/// A table as a terminal shows it, row by row as they are measured.
package struct Table {
    private let width = 34
    private let columns: [Int]

    package init(_ title: String, _ headings: [String]) {
        columns = headings.map { max($0.count, 15) }
        print("")
        row(title, headings)
        print(line())
    }

    package func row(_ name: String, _ cells: [String]) {
        let cells = zip(cells, columns).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }
        print(([name + String(repeating: " ", count: max(0, width - name.count))] + cells).joined(separator: "  "))
    }

    package func end() { print(line()) }

    private func line() -> String {
        ([width] + columns).map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    }
}

/// `1.25`
package func hundredths(_ value: Double) -> String {
    let count = Int((value * 100).rounded())
    return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
}
