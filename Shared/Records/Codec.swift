internal import Crypto
package import SwiftProtobuf

extension Message {
    /// The record's value as it goes to the log.
    package func encoded() throws(WireError) -> [UInt8] {
        do { return try serializedBytes() } catch { throw WireError("cannot encode: \(error)") }
    }

    /// Reads a record's value. Unknown fields are kept: a newer program may have written it.
    package init(decoding bytes: [UInt8]?) throws(WireError) {
        guard let bytes else { throw WireError("the record has no value") }
        do { try self.init(serializedBytes: bytes) } catch {
            throw WireError("the value is not a \(Self.protoMessageName): \(error)")
        }
    }
}

/// SHA-256.
@inlinable
package func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.withContiguousStorageIfAvailable { sha256(UnsafeRawBufferPointer($0)) }
        ?? Array(bytes).withUnsafeBytes { sha256($0) }
}

/// The same of a record's value. Not generic, which from another module would ask for the bytes by several calls.
package func digest(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { sha256($0) } }

/// The first eight bytes of the SHA-256, where a few things among one another must be told apart.
@inlinable
package func shortDigest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.withContiguousStorageIfAvailable { shortSHA256(UnsafeRawBufferPointer($0)) }
        ?? Array(bytes).withUnsafeBytes { shortSHA256($0) }
}

@usableFromInline
func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    hash(bytes).withUnsafeBytes { Array($0) }
}

@usableFromInline
func shortSHA256(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    hash(bytes).withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
}

private func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256.Digest {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hash.finalize()
}

package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
