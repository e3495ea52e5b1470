/// XXH64, the checksum of a record batch. It finds damage, not malice: https://xxhash.com, "XXH64 algorithm".
/// Some 10 GB/s without a table or a processor feature, so that each read can afford the check.
enum Checksum {
    private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5
    )

    static func xxh64(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var position = 0
        var hash = seed &+ primes.4
        if bytes.count >= 32 { hash = stripes(bytes, seed: seed, position: &position) }
        hash &+= UInt64(bytes.count)
        return avalanche(tail(bytes, from: position, hash))
    }

    private static func stripes(_ bytes: UnsafeRawBufferPointer, seed: UInt64, position: inout Int) -> UInt64 {
        var (a, b) = (seed &+ primes.0 &+ primes.1, seed &+ primes.1)
        var (c, d) = (seed, seed &- primes.0)
        while position + 32 <= bytes.count {
            a = round(a, word(bytes, position))
            b = round(b, word(bytes, position + 8))
            c = round(c, word(bytes, position + 16))
            d = round(d, word(bytes, position + 24))
            position += 32
        }
        var hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
        for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* primes.0 &+ primes.3 }
        return hash
    }

    private static func tail(_ bytes: UnsafeRawBufferPointer, from start: Int, _ initial: UInt64) -> UInt64 {
        var (hash, position) = (initial, start)
        while position + 8 <= bytes.count {
            hash = rotated(hash ^ round(0, word(bytes, position)), 27) &* primes.0 &+ primes.3
            position += 8
        }
        if position + 4 <= bytes.count {
            let half = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            hash = rotated(hash ^ half &* primes.0, 23) &* primes.1 &+ primes.2
            position += 4
        }
        while position < bytes.count {
            hash = rotated(hash ^ UInt64(bytes[position]) &* primes.4, 11) &* primes.0
            position += 1
        }
        return hash
    }

    private static func avalanche(_ initial: UInt64) -> UInt64 {
        var hash = initial
        hash = (hash ^ hash >> 33) &* primes.1
        hash = (hash ^ hash >> 29) &* primes.2
        return hash ^ hash >> 32
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* primes.1, 31) &* primes.0
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }
}
