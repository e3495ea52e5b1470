import Glibc

/// State behind a mutex that threads can also wait on until it changes; `Synchronization.Mutex` cannot wait.
/// For OS threads only: an async function must never wait here.
package final class Monitor<State>: Sendable {
    // Written once, here; what they point to is touched only while the mutex is held.
    private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let state = UnsafeMutablePointer<State>.allocate(capacity: 1)

    package init(_ initial: sending State) {
        state.initialize(to: initial)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        state.deinitialize(count: 1)
        state.deallocate()
        changed.deallocate()
        mutex.deallocate()
    }

    package func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }

    /// Runs `body` under the mutex until it returns a value; waits for `notify` between the attempts.
    /// `nil` when `deadline` passes first.
    @discardableResult
    package func wait<Result>(until deadline: MonotonicTime = .distantFuture, _ body: (inout State) -> Result?)
        -> Result?
    {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state.pointee) { return result }
            if MonotonicTime.now >= deadline { return nil }
            var limit = deadline.specification
            pthread_cond_timedwait(changed, mutex, &limit)
        }
    }

    package func notify() { pthread_cond_broadcast(changed) }
}

/// Nanoseconds of a clock that never jumps. For waiting and for progress only: no result depends on it.
package struct MonotonicTime: Comparable, Sendable {
    package var nanoseconds: Int64

    /// A hundred years: far enough, and safe to add to.
    package static let distantFuture = MonotonicTime(nanoseconds: 3_155_760_000_000_000_000)

    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func + (left: Self, right: Duration) -> Self {
        let (seconds, attoseconds) = right.components
        guard seconds < 1_000_000_000 else { return .distantFuture }
        return MonotonicTime(nanoseconds: left.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    package static func - (left: Self, right: Self) -> Duration { .nanoseconds(left.nanoseconds - right.nanoseconds) }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Milliseconds from now until then, rounded up, at least 0, at most `limit`.
    func milliseconds(atMost limit: Int64) -> Int64 {
        min(max((nanoseconds - Self.now.nanoseconds + 999_999) / 1_000_000, 0), limit)
    }

    var specification: timespec {
        timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
