package import Hummingbird
import NIOCore
import Synchronization

/// Reads the bodies of requests within bounds of size and time, and of the memory that all of them take together: many
/// large or slow senders cost no more than a few.
package final class BodyReading: Sendable {
    private let maximum: Int
    private let together: Int
    private let time: Duration
    private let held = Mutex(0)

    /// Too much is being read already: nothing is wrong with the request.
    package struct Full: Error {
        package let reason: String
    }

    /// - Parameters:
    ///   - maximum: bytes of one body
    ///   - together: bytes of all bodies that are held
    ///   - time: what a body may take from its first byte to its last
    package init(maximum: Int, together: Int = 256 << 20, time: Duration = .seconds(30)) {
        (self.maximum, self.together, self.time) = (maximum, together, time)
    }

    /// `use` gets the bytes, which are held until it is done.
    package func read<Result>(
        _ request: Request, _ context: RimContext, _ use: ([UInt8]) async throws -> Result
    ) async throws -> Result {
        var bytes: [UInt8] = []
        var taken = 0
        defer { held.withLock { $0 -= taken } }
        let deadline = ContinuousClock.now + time
        for try await part in request.body {
            let count = part.readableBytes
            guard taken + count <= maximum else {
                throw HTTPError(.contentTooLarge, message: "the body has more than \(maximum) bytes")
            }
            try hold(count)
            taken += count
            bytes += part.readableBytesView
            guard ContinuousClock.now < deadline else {
                // What is still to come of it would be waited for before the next request.
                context.channel?.close(mode: .input, promise: nil)
                throw HTTPError(.requestTimeout, message: "the body takes longer than \(time)")
            }
        }
        return try await use(bytes)
    }

    private func hold(_ count: Int) throws(Full) {
        let isFull = held.withLock { held in
            guard held + count <= together else { return true }
            held += count
            return false
        }
        if isFull { throw Full(reason: "more than \(together) bytes are being sent already") }
    }
}
