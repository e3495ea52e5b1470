/// ` (did you mean 'owner'?)`, or nothing when nothing is near.
package func suggestion(for name: String, among known: [String]) -> String {
    let nearest = known.map { (distance: editDistance(name, $0), name: $0) }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest, nearest.distance <= max(2, name.count / 3) else { return "; known: \(known.joined(separator: ", "))" }
    return " (did you mean '\(nearest.name)'?)"
}

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
