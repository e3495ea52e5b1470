import BenchSupport

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
