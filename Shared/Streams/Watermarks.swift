/// What a task has applied of each source partition that writes to its input: tells duplicates, finds gaps.
struct Watermarks {
    enum Verdict: Equatable { case new, duplicate }

    private struct Entry {
        let source: TopicPartition
        let topic: [UInt8]
        var offset: Int64
        var index: Int32
        /// The last `ce_id`, as text, because the next record must name exactly this.
        var text: [UInt8]
        var isChanged: Bool
    }

    private var entries: [Entry] = []
    /// The log's own: only in them is anything derived.
    private let topics: [[UInt8]]

    init(_ saved: [Coordinate], topics: [String]) {
        self.topics = topics.map { Array($0.utf8) }
        entries = saved.filter { topics.contains($0.source.topic) }.map { coordinate in
            Entry(
                source: coordinate.source, topic: Array(coordinate.source.topic.utf8), offset: coordinate.offset,
                index: coordinate.index, text: Array(coordinate.description.utf8), isChanged: false)
        }
    }

    /// A record without a coordinate was written from outside and is taken by its offset. So is one whose sender's own ID
    /// reads like one: `crm/2026/0042/1` is revision 1 of the deal 2026/0042.
    mutating func admit(_ record: ConsumedRecord) throws(GapError) -> Verdict {
        let headers = record.record.headers
        guard let text = headers.range(of: "ce_id"), let id = ParsedCoordinate(headers.bytes[text]) else { return .new }
        let found = entries.firstIndex { $0.source.partition == id.partition && id.topic.holds($0.topic) }
        guard found != nil || topics.contains(where: { id.topic.holds($0) }) else { return .new }
        if let found, (id.offset, id.index) <= (entries[found].offset, entries[found].index) { return .duplicate }
        let last = found.map { entries[$0].text } ?? []
        if let previous = headers.range(of: "attain_previous"), !headers.bytes[previous].holds(last) {
            throw GapError(
                reader: record.source, offset: record.offset,
                coordinate: String(decoding: headers.bytes[text], as: UTF8.self),
                previous: String(decoding: headers.bytes[previous], as: UTF8.self),
                last: String(decoding: last, as: UTF8.self))
        }
        advance(found, to: id, text: headers.bytes[text])
        return .new
    }

    private mutating func advance(_ found: Int?, to id: ParsedCoordinate, text: ArraySlice<UInt8>) {
        if let found {
            entries[found].offset = id.offset
            entries[found].index = id.index
            entries[found].text.removeAll(keepingCapacity: true)
            entries[found].text += text
            entries[found].isChanged = true
        } else {
            let source = TopicPartition(String(decoding: id.topic, as: UTF8.self), id.partition)
            entries.append(
                Entry(
                    source: source, topic: Array(id.topic), offset: id.offset, index: id.index, text: Array(text),
                    isChanged: true))
        }
    }

    /// What changed since the last call.
    mutating func takeChanges(_ body: (Coordinate) throws -> Void) rethrows {
        for index in entries.indices where entries[index].isChanged {
            let entry = entries[index]
            try body(Coordinate(source: entry.source, offset: entry.offset, index: entry.index))
            entries[index].isChanged = false
        }
    }
}

/// A coordinate read in place, without making a `String` of its topic.
struct ParsedCoordinate {
    let topic: ArraySlice<UInt8>
    let partition: Int32
    let offset: Int64
    let index: Int32

    init?(_ text: ArraySlice<UInt8>) {
        var end = text.endIndex
        guard let index = Self.number(text, &end), let offset = Self.number(text, &end),
            let partition = Self.number(text, &end), let index = Int32(exactly: index),
            let partition = Int32(exactly: partition), end > text.startIndex,
            !text[..<end].contains(UInt8(ascii: "/"))
        else { return nil }
        self.topic = text[..<end]
        self.partition = partition
        self.offset = offset
        self.index = index
    }

    /// The number behind the last slash before `end`, which moves to that slash.
    private static func number(_ text: ArraySlice<UInt8>, _ end: inout Int) -> Int64? {
        var (value, scale, digits) = (Int64(0), Int64(1), 0)
        var place = end
        while place > text.startIndex {
            let byte = text[place - 1]
            if byte == UInt8(ascii: "/") { break }
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte, digits < 18 else { return nil }
            value += Int64(byte - UInt8(ascii: "0")) * scale
            scale *= 10
            digits += 1
            place -= 1
        }
        guard digits > 0, place > text.startIndex else { return nil }
        end = place - 1
        return value
    }
}

extension ArraySlice<UInt8> {
    fileprivate func holds(_ other: [UInt8]) -> Bool {
        withUnsafeBytes { bytes in other.withUnsafeBufferPointer { bytes.holds($0) } }
    }
}
