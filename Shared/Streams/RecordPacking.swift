import Glibc

/// How a record lies among others in a batch. Numbers are LEB128; 0 as a count of key or value says that there is none:
///
///     size of what follows │ timestamp less that of the record before, zigzag │ key count + 1 │ value count + 1 │ headers │ key │ value
///
/// Headers say mostly what those of the record before say, and are packed as changes to them:
///
///     count of all bytes │ bytes as before │ passed over │ new │ those │ bytes as before │ …
///
/// Every so many records one is packed as if there were none before it, so that one can be read without reading all.
enum RecordPacking {
    static let restart = 32

    /// What a record is packed against.
    struct Before {
        var timestamp: Int64 = 0
        var headers: [UInt8] = []
    }

    static func append(_ record: Record, after before: Before, to batch: inout [UInt8]) {
        let headers = record.headers.bytes
        let parts = (record.key?.count ?? 0) + (record.value?.count ?? 0)
        // Ten bytes at most for each number; a change has a byte at least, and four between it and the next.
        let room = 64 + 4 * headers.count
        withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { room in
            var writer = PackedWriter(room, keeping: 10)
            let difference = record.timestamp &- before.timestamp
            writer.number(UInt64(bitPattern: difference << 1 ^ difference >> 63))
            writer.number(UInt64(record.key.map { $0.count + 1 } ?? 0))
            writer.number(UInt64(record.value.map { $0.count + 1 } ?? 0))
            writer.headers(headers, after: before.headers)
            batch.append(contentsOf: writer.finish(with: parts))
        }
        if let key = record.key { key.withUnsafeBytes { batch.append(contentsOf: $0) } }
        if let value = record.value { value.withUnsafeBytes { batch.append(contentsOf: $0) } }
    }
}

/// Puts numbers and headers into memory that has room for them.
private struct PackedWriter {
    private let start: UnsafeMutablePointer<UInt8>
    private let kept: Int
    private var count: Int

    /// Keeps so many bytes in front for the size, which is known at last.
    init(_ room: UnsafeMutableRawBufferPointer, keeping kept: Int) {
        start = room.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped
        self.kept = kept
        count = kept
    }

    mutating func number(_ number: UInt64) {
        var rest = number
        while rest > 0x7f {
            start[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest >>= 7
        }
        start[count] = UInt8(rest)
        count += 1
    }

    /// All that was written, behind its size and that of what follows it.
    mutating func finish(with more: Int) -> UnsafeRawBufferPointer {
        let (end, size) = (count, count - kept + more)
        count = 0
        number(UInt64(size))
        let first = kept - count
        for place in (0..<count).reversed() { start[first + place] = start[place] }
        return UnsafeRawBufferPointer(start: start + first, count: end - first)
    }

    mutating func headers(_ new: [UInt8], after old: [UInt8]) {
        number(UInt64(new.count))
        new.withUnsafeBytes { new in
            old.withUnsafeBytes { old in
                if new.count == old.count { changes(new, old) } else { change(new, old) }
            }
        }
    }

    /// Of as many bytes: what differs where it lies. Numbers of as many digits nearly always.
    private mutating func changes(_ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer) {
        var place = 0
        while place < new.count {
            let first = PackedWriter.firstDifference(new, old, from: place)
            number(UInt64(first - place))
            guard first < new.count else { return }
            var (end, equal) = (first + 1, 0)
            // A few bytes that are equal by chance cost less than another change.
            while end + equal < new.count, equal < 4 {
                if new[end + equal] == old[end + equal] { equal += 1 } else { (end, equal) = (end + equal + 1, 0) }
            }
            number(UInt64(end - first))
            insert(new, first..<end)
            place = end
        }
    }

    /// Of fewer or more: all between what both begin with and what both end with.
    private mutating func change(_ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer) {
        let least = min(new.count, old.count)
        let first = PackedWriter.firstDifference(
            UnsafeRawBufferPointer(rebasing: new[..<least]), UnsafeRawBufferPointer(rebasing: old[..<least]), from: 0)
        guard new.count > 0 else { return }
        number(UInt64(first))
        guard first < new.count else { return }
        var last = 0
        while last < least - first, new[new.count - 1 - last] == old[old.count - 1 - last] { last += 1 }
        number(UInt64(old.count - last - first))
        insert(new, first..<new.count - last)
        if last > 0 { number(UInt64(last)) }
    }

    private mutating func insert(_ new: UnsafeRawBufferPointer, _ range: Range<Int>) {
        number(UInt64(range.count))
        UnsafeMutableRawBufferPointer(start: start + count, count: range.count)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: new[range]))
        count += range.count
    }

    /// Where two of one length differ first; the end where they do not. By words.
    private static func firstDifference(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from start: Int
    ) -> Int {
        var place = start
        while place + 8 <= left.count {
            let words = (
                UInt64(littleEndian: left.loadUnaligned(fromByteOffset: place, as: UInt64.self)),
                UInt64(littleEndian: right.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            )
            if words.0 != words.1 { return place + (words.0 ^ words.1).trailingZeroBitCount / 8 }
            place += 8
        }
        while place < left.count, left[place] == right[place] { place += 1 }
        return place
    }
}

/// Reads what a checksum has vouched for; what nevertheless is not as it was written ends the program.
struct PackedReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int) { (self.bytes, self.position) = (bytes, position) }

    /// Where each record begins; `nil` when there are not exactly so many.
    static func starts(of bytes: UnsafeRawBufferPointer, count: Int) -> [UInt32]? {
        var starts: [UInt32] = []
        starts.reserveCapacity(count)
        var reader = PackedReader(bytes, at: 0)
        while reader.position < bytes.count {
            starts.append(UInt32(reader.position))
            guard let size = reader.count(), 0...bytes.count - reader.position ~= size else { return nil }
            reader.position += size
        }
        return starts.count == count ? starts : nil
    }

    /// The record that begins here, and moves `before` on to it; `nil` where only that is wanted.
    mutating func record(after before: inout RecordPacking.Before, isWanted: Bool) -> Record? {
        _ = number()
        let zigzag = number()
        before.timestamp &+= Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
        let (key, value) = (number(), number())
        before.headers = headers(after: before.headers)
        guard isWanted else { return nil }
        return Record(
            key: key == 0 ? nil : Array(take(Int(key) - 1)), value: value == 0 ? nil : Array(take(Int(value) - 1)),
            headers: Headers(checked: before.headers), timestamp: before.timestamp)
    }

    private mutating func headers(after old: [UInt8]) -> [UInt8] {
        let all = Int(number())
        return old.withUnsafeBytes { old in
            Array(unsafeUninitializedCapacity: all) { new, count in
                var passed = 0
                func add(_ part: UnsafeRawBufferPointer) {
                    precondition(part.count <= all - count, "headers are packed as more than they are")
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(new)[count...])
                        .copyMemory(from: part)
                    count += part.count
                }
                while count < all {
                    let same = Int(number())
                    precondition(same <= old.count - passed, "headers are packed as changes to others")
                    add(UnsafeRawBufferPointer(rebasing: old[passed..<passed + same]))
                    guard count < all else { break }
                    passed += same + Int(number())
                    precondition(passed <= old.count, "headers are packed as changes to others")
                    add(take(Int(number())))
                }
            }
        }
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        precondition(count <= bytes.count - position, "a record is packed beyond its batch")
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    private mutating func number() -> UInt64 {
        guard let number = count() else { preconditionFailure("a record is packed beyond its batch") }
        return UInt64(bitPattern: Int64(number))
    }

    private mutating func count() -> Int? {
        var (result, shift) = (UInt64(0), UInt64(0))
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int(bitPattern: UInt(result)) }
            shift += 7
        }
        return nil
    }
}
