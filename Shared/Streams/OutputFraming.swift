/// Makes records of a task's outputs: CloudEvents 1.0 in Kafka's binary mode, with the coordinate as `ce_id` and a
/// link to the output before. All of it follows from the cause, so that doing it again gives the same bytes.
struct OutputFraming {
    private let coordinatePrefix: [UInt8]
    private let fixed: [UInt8]
    private var time: (timestamp: Int64, text: [UInt8]) = (.min, [])

    init(source: TopicPartition, program: String) {
        coordinatePrefix = Array("\(source)/".utf8)
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_source", "/attain/\(program)")
        fixed = headers.bytes
    }

    /// `previous` is the link; `.none` where the destination is compacted and may lose what it would name.
    mutating func record(
        _ output: Output, timestamp: Int64, offset: Int64, index: Int32, previous: Previous
    ) -> Record {
        var headers = Headers(checked: fixed, reserving: 256)
        headers.append("ce_id", coordinate(offset, index))
        headers.append("ce_type", output.type)
        headers.append("ce_time", text(of: timestamp))
        headers.append("content-type", output.contentType)
        switch previous {
        case .none: break
        case .first: headers.append("attain_previous", "")
        case .link(let link): headers.append("attain_previous", coordinate(link.offset, link.index))
        }
        return Record(key: output.key, value: output.value, headers: headers, timestamp: timestamp)
    }

    enum Previous {
        case none, first
        case link(Link)
    }

    private func coordinate(_ offset: Int64, _ index: Int32) -> [UInt8] {
        var text = coordinatePrefix
        text.reserveCapacity(text.count + 24)
        Digits.append(offset, to: &text)
        text.append(UInt8(ascii: "/"))
        Digits.append(Int64(index), to: &text)
        return text
    }

    private mutating func text(of timestamp: Int64) -> [UInt8] {
        if time.timestamp != timestamp { time = (timestamp, Digits.time(timestamp)) }
        return time.text
    }
}

/// Numbers and times as ASCII, without a `String` or a formatter between.
enum Digits {
    static func append(_ number: Int64, to text: inout [UInt8], width: Int = 1) {
        var (rest, scale) = (number.magnitude, UInt64(1))
        var digits = 1
        while digits < width || rest / scale >= 10 {
            scale *= 10
            digits += 1
        }
        if number < 0 { text.append(UInt8(ascii: "-")) }
        while scale > 0 {
            text.append(UInt8(ascii: "0") + UInt8(rest / scale))
            rest %= scale
            scale /= 10
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
