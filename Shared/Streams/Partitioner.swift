/// Which partition a key belongs to: exactly what Kafka's own (Java) clients do, so that other programs find
/// a key where Attain put it.
package enum Partitioner {
    package static func partition(of key: [UInt8], count: Int32) -> Int32 {
        precondition(count > 0, "a topic has partitions")
        return Int32(murmur2(key) & 0x7fff_ffff) % count
    }

    /// MurmurHash2, 32 bits, with the seed of org.apache.kafka.common.utils.Utils.
    static func murmur2(_ bytes: [UInt8]) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        var position = 0
        while position + 4 <= bytes.count {
            var word = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
            word |= UInt32(bytes[position + 2]) << 16 | UInt32(bytes[position + 3]) << 24
            word = word &* multiplier
            word ^= word >> 24
            hash = hash &* multiplier ^ word &* multiplier
            position += 4
        }
        let rest = bytes.count - position
        if rest == 3 { hash ^= UInt32(bytes[position + 2]) << 16 }
        if rest >= 2 { hash ^= UInt32(bytes[position + 1]) << 8 }
        if rest >= 1 { hash = (hash ^ UInt32(bytes[position])) &* multiplier }
        hash = (hash ^ hash >> 13) &* multiplier
        return hash ^ hash >> 15
    }
}
