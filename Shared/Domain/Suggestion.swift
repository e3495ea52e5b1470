/// ` (did you mean 'owner'?)`, or all that is known where that is few, or nothing.
package func suggestion(for name: String, among known: [String]) -> String {
    let nearest = known.map { (distance: editDistance(name, $0), name: $0) }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest else { return "" }
    if nearest.distance <= max(2, min(name.utf8.count, 64) / 3) { return " (did you mean '\(nearest.name)'?)" }
    // Thousands of products are no help, and would be written into every message.
    return known.count <= listedAtMost ? "; known: \(known.joined(separator: ", "))" : ""
}

private let listedAtMost = 20

private func editDistance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.prefix(64).utf8), Array(right.prefix(64).utf8))
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (byte == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
