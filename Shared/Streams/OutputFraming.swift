/// Makes records of a task's outputs: CloudEvents 1.0 in Kafka's binary mode, with the coordinate as `ce_id` and a
/// link to the output before. All of it follows from the cause, so that doing it again gives the same bytes.
struct OutputFraming {
    private let prefixCount: Int
    /// All headers up to the coordinate and into it, as far as the source goes; and the same of the link.
    private let opening: [UInt8]
    private let link: [UInt8]
    /// The headers after the coordinate, which follow from time and type: those of the last time, of each type.
    private var tails: [Tail] = []
    private var time: Int64 = 0

    private struct Tail {
        let type: String
        let contentType: String
        let bytes: [UInt8]
    }

    /// Whose records they are: every program may write to quarantine of the same source.
    static func origin(of program: String) -> String { "/attain/\(program)" }

    init(source: TopicPartition, program: String) {
        let prefix = Array("\(source)/".utf8)
        prefixCount = prefix.count
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_source", Self.origin(of: program))
        var bytes = headers.bytes
        _ = Headers.open("ce_id", in: &bytes)
        opening = bytes + prefix
        bytes = []
        _ = Headers.open("attain_previous", in: &bytes)
        link = bytes + prefix
    }

    /// `previous` is the link; `.none` where the destination is compacted and may lose what it would name.
    mutating func record(
        _ output: Output, timestamp: Int64, offset: Int64, index: Int32, previous: Previous
    ) -> Record {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(opening.count + link.count + 256)
        appendCoordinate(opening, offset, index, to: &bytes)
        appendTail(output, timestamp, to: &bytes)
        switch previous {
        case .none: break
        case .first: Headers.append("attain_previous", [], to: &bytes)
        case .link(let last): appendCoordinate(link, last.offset, last.index, to: &bytes)
        }
        return Record(key: output.key, value: output.value, headers: Headers(checked: bytes), timestamp: timestamp)
    }

    enum Previous {
        case none, first
        case link(Link)
    }

    private func appendCoordinate(_ start: [UInt8], _ offset: Int64, _ index: Int32, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: start)
        let place = bytes.count - prefixCount
        Digits.append(offset, to: &bytes)
        bytes.append(UInt8(ascii: "/"))
        Digits.append(Int64(index), to: &bytes)
        Headers.close(place, in: &bytes)
    }

    private mutating func appendTail(_ output: Output, _ timestamp: Int64, to bytes: inout [UInt8]) {
        if timestamp != time { (time, tails) = (timestamp, []) }
        for tail in tails where tail.type == output.type && tail.contentType == output.contentType {
            return bytes.append(contentsOf: tail.bytes)
        }
        var headers = Headers()
        headers.append("ce_type", output.type)
        headers.append("ce_time", Digits.time(timestamp))
        headers.append("content-type", output.contentType)
        tails.append(Tail(type: output.type, contentType: output.contentType, bytes: headers.bytes))
        bytes.append(contentsOf: headers.bytes)
    }
}

/// Numbers and times as ASCII, without a `String` or a formatter between.
enum Digits {
    static func append(_ number: Int64, to text: inout [UInt8], width: Int = 1) {
        if (0...9).contains(number), width == 1 { return text.append(UInt8(ascii: "0") + UInt8(number)) }
        if number < 0 { text.append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, place) = (number.magnitude, 20)
            while rest > 0 || place > 20 - width {
                place -= 1
                digits.initializeElement(at: place, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            text.append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[place..<20]))
        }
    }

    /// RFC 3339 in UTC with milliseconds: `2026-03-01T12:00:00.000Z`. Days to date after Howard Hinnant,
    /// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    static func time(_ timestamp: Int64) -> [UInt8] {
        let (days, millisecond) = (floorDivide(timestamp, 86_400_000), floorModulo(timestamp, 86_400_000))
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), to: &text, width: 4)
        field("-", month, 2, &text)
        field("-", dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2, &text)
        field("T", millisecond / 3_600_000, 2, &text)
        field(":", millisecond / 60_000 % 60, 2, &text)
        field(":", millisecond / 1000 % 60, 2, &text)
        field(".", millisecond % 1000, 3, &text)
        text.append(UInt8(ascii: "Z"))
        return text
    }

    private static func field(_ mark: Unicode.Scalar, _ number: Int64, _ width: Int, _ text: inout [UInt8]) {
        text.append(UInt8(ascii: mark))
        append(number, to: &text, width: width)
    }

    private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
        left / right - (left % right < 0 ? 1 : 0)
    }

    private static func floorModulo(_ left: Int64, _ right: Int64) -> Int64 {
        left % right + (left % right < 0 ? right : 0)
    }
}
