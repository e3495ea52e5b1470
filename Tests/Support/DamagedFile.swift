import Foundation

/// Removes a file, cuts it off, or flips one of its bits, and answers which.
package func damageFile(_ path: String, seed: UInt64) throws -> String {
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
