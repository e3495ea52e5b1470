import Foundation

/// An HTTP connection that is kept, as simple as can be: what is measured is the program, not its client.
package final class Connection {
    private let descriptor: Int32

    package struct Reply {
        package let status: Int
        package let body: String
    }

    /// `http://127.0.0.1:PORT`
    package init(to address: String) throws {
        guard let port = URL(string: address)?.port else { throw Failure("\(address) is no address") }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(port).bigEndian)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure("\(address) is not reached: \(String(cString: strerror(errno)))") }
        var atOnce: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &atOnce, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    package func get(_ path: String) throws -> Reply { try ask("GET", path, [:], "") }

    package func post(_ path: String, _ headers: [String: String], _ body: String) throws -> Reply {
        try ask("POST", path, headers, body)
    }

    private func ask(_ method: String, _ path: String, _ headers: [String: String], _ body: String) throws -> Reply {
        let lines = headers.map { "\($0): \($1)\r\n" }.joined()
        try send(
            "\(method) \(path) HTTP/1.1\r\nHost: bench\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
        return try receive()
    }

    private func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("the connection was closed") }
            sent += count
        }
    }

    /// Of a length that is announced, as all answers of the programs are.
    private func receive() throws -> Reply {
        var bytes: [UInt8] = []
        var (start, length) = (0, Int.max)
        while bytes.count - start < length {
            var part = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { throw Failure("the connection was closed") }
            bytes += part[..<count]
            guard length == .max, let end = Self.endOfHead(bytes) else { continue }
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            guard let found = head.firstMatch(of: /(?i)content-length: *(\d+)/) else { throw Failure(head) }
            (start, length) = (end, Int(found.1) ?? 0)
        }
        let status = String(decoding: bytes.prefix(12).suffix(3), as: UTF8.self)
        return Reply(status: Int(status) ?? 0, body: String(decoding: bytes[start...], as: UTF8.self))
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        return bytes.indices.dropLast(3).first { bytes[$0] == 13 && bytes[$0..<$0 + 4].elementsEqual(end) }.map {
            $0 + 4
        }
    }
}
