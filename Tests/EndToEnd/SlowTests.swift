import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Slow and large senders", .serialized)
    struct SlowTests {
        private static let secret = "0123456789abcdef0123456789abcdef"
        private static let connections = 2000

        /// Twice the normal time is the figure of `make reliability` on a machine that does nothing else, the best of some
        /// rounds. In every run the posts beside slow connections are answered, however long that takes.
        @Test("I5: two thousand connections that never finish their request do not hold up the others")
        func slow() async throws {
            var limits = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
            limits.rlim_cur = limits.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
            try await Self.withRim(growingBy: 128) { address in
                var rounds: [(normal: Duration, beside: Duration)] = []
                for _ in 0..<Reliability.count(1, whole: 5)
                where rounds.last.map({ $0.beside > $0.normal * 2 }) ?? true {
                    let normal = try await Self.slowest(of: 100, address)
                    let slow = try SlowConnections(Self.connections, to: address)
                    rounds.append((normal, try await Self.slowest(of: 100, address)))
                    if rounds.count == 1 { try await Self.expectEnd(of: slow) }
                }
                print("I5: slowest of 100 posts, alone and beside \(Self.connections) slow connections: \(rounds)")
                guard Reliability.isWhole else { return }
                #expect(rounds.last.map { $0.beside <= $0.normal * 2 } == true, "\(rounds)")
            }
        }

        /// A body that goes on and on is answered after half a minute; a head that does not end is cut off after one.
        private static func expectEnd(of slow: SlowConnections) async throws {
            guard Reliability.isWhole else { return }
            var ended: [String] = []
            for _ in 0..<75 where ended.count < connections {
                slow.trickle()
                try await Task.sleep(for: .seconds(1))
                ended += slow.ended()
            }
            #expect(ended.count == connections)
            #expect(ended.count { $0.hasPrefix("HTTP/1.1 408") } == connections / 2)
        }

        @Test("I5: a compressed body is not blown up, and one too large is refused, announced or not")
        func large() async throws {
            let bomb = try Self.bomb()
            #expect((100_000...2_000_000).contains(bomb.count))
            try await Self.withRim(growingBy: 32) { address in
                let reply = try await HTTP.post(
                    bomb, encoding: "gzip", to: address + "/v1/sources/api/deals", secret: Self.secret)
                #expect(reply.status == 400, "\(reply.text)")
                for (headers, body, status) in [
                    ("Content-Length: 1000000000000", "{", "413"),
                    ("Transfer-Encoding: chunked", Self.chunks(80), "413"),
                ] {
                    let reply = try SlowConnections.reply(
                        from: address,
                        "POST /v1/sources/api/deals HTTP/1.1\r\nHost: attain\r\n\(headers)\r\n\r\n\(body)")
                    #expect(reply.hasPrefix("HTTP/1.1 \(status)"), "\(headers): \(reply.prefix(200))")
                }
            }
        }

        /// A gigabyte of nothing, compressed.
        private static func bomb() throws -> Data {
            let (process, output) = (Process(), Pipe())
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "head -c 1000000000 /dev/zero | gzip"]
            process.standardOutput = output
            try process.run()
            return output.fileHandleForReading.readDataToEndOfFile()
        }

        private static func chunks(_ count: Int) -> String {
            String(repeating: "10000\r\n\(String(repeating: "x", count: 65_536))\r\n", count: count) + "0\r\n\r\n"
        }

        /// Ingest that takes posts; its memory may grow by so many megabytes meanwhile.
        private static func withRim(growingBy most: Int, _ body: (_ address: String) async throws -> Void) async throws
        {
            try await withDeployment { attain in
                attain.environment["ATTAIN_SECRET_API"] = secret
                try await attain.apply()
                try attain.start(.ingest)
                let address = try await attain.program(.ingest).address()
                try await warmUp(address)
                let memory = try attain.program(.ingest).megabytes
                try await body(address)
                #expect(try attain.program(.ingest).megabytes - memory <= most)
            }
        }

        /// Returns when posts are taken: the company has been read, and everything was done once.
        private static func warmUp(_ address: String) async throws {
            try await eventually("ingest takes posts") { try await post(0, address) == 202 ? true : nil }
            _ = try await slowest(of: 20, address)
        }

        /// The time of the slowest of so many posts, one after the other.
        private static func slowest(of count: Int, _ address: String) async throws -> Duration {
            var slowest = Duration.zero
            for number in 0..<count {
                let start = ContinuousClock.now
                #expect(try await post(number, address) == 202)
                slowest = max(slowest, ContinuousClock.now - start)
            }
            return slowest
        }

        private static func post(_ number: Int, _ address: String) async throws -> Int {
            let body = #"{"id": "SLOW-\#(number)", "stage": "open", "revision": 1}"#
            return try await HTTP.post(body, to: address + "/v1/sources/api/deals", secret: secret).status
        }
    }
}

/// Connections that begin a request and never end it: every other one has sent its head and a byte of its body.
private final class SlowConnections {
    private var sockets: [(descriptor: Int32, hasHead: Bool)] = []

    init(_ count: Int, to address: String) throws {
        for number in 0..<count {
            let descriptor = try Self.connect(address)
            let begun = "POST /v1/sources/api/deals HTTP/1.1\r\nHost: attain\r\nContent-Length: 1000000\r\n"
            Self.send(begun + (number % 2 == 0 ? "\r\n{" : "X-Slow: "), descriptor)
            sockets.append((descriptor, number % 2 == 0))
        }
    }

    deinit { for socket in sockets { close(socket.descriptor) } }

    func trickle() { for socket in sockets { Self.send(" ", socket.descriptor) } }

    /// What those were answered that were ended since the last time.
    func ended() -> [String] {
        var replies: [String] = []
        sockets.removeAll { socket in
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket.descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 || (errno != EAGAIN && errno != EINTR) else { return false }
            replies.append(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
            close(socket.descriptor)
            return true
        }
        return replies
    }

    /// Sends all, as far as it is taken, and reads the beginning of the answer.
    static func reply(from address: String, _ request: String) throws -> String {
        let descriptor = try connect(address)
        defer { close(descriptor) }
        send(request, descriptor)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static func send(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func connect(_ address: String) throws -> Int32 {
        let port = URL(string: address)?.port ?? 0
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(port).bigEndian)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard descriptor >= 0, code == 0 else {
            throw NeverHappened(description: "\(address) is reached: errno \(errno)")
        }
        return descriptor
    }
}
