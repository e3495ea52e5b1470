import Domain

/// A pattern such as `dd-MM-yyyy` or `M/d/yy`: runs of `y`, `M`, `d` are numbers, all else stands for itself.
/// A single `M` or `d` takes one or two digits; two-digit years are 2000 to 2099.
struct DateFormat: Hashable, Sendable {
    let pattern: String
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case year(Int)
        case month(Int)
        case day(Int)
        case literal(UInt8)
    }

    static let iso = DateFormat(
        pattern: "yyyy-MM-dd",
        parts: [
            .year(4), .literal(45), .month(2), .literal(45), .day(2),
        ])

    private init(pattern: String, parts: [Part]) {
        self.pattern = pattern
        self.parts = parts
    }

    /// `nil` unless the pattern has exactly one year (`yyyy` or `yy`), month and day.
    init?(_ pattern: String) {
        self.pattern = pattern
        var parts: [Part] = []
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let count = bytes[index...].prefix { $0 == byte }.count
            switch byte {
            case UInt8(ascii: "y") where count == 2 || count == 4: parts.append(.year(count))
            case UInt8(ascii: "M") where count <= 2: parts.append(.month(count))
            case UInt8(ascii: "d") where count <= 2: parts.append(.day(count))
            case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: " "):
                parts.append(contentsOf: Array(repeating: .literal(byte), count: count))
            default: return nil
            }
            index += count
        }
        let kinds = parts.map { part in
            switch part {
            case .year: "y"
            case .month: "M"
            case .day: "d"
            case .literal: ""
            }
        }
        guard kinds.filter({ !$0.isEmpty }).sorted() == ["M", "d", "y"] else { return nil }
        self.parts = parts
    }

    /// The date, all of the text; `nil` when the text is not of this form or there is no such day.
    func date(_ text: String) -> CalendarDate? {
        var text = text
        return text.withUTF8 { date($0) }
    }

    private func date(_ bytes: UnsafeBufferPointer<UInt8>) -> CalendarDate? {
        var place = 0
        var (year, month, day) = (0, 0, 0)
        for part in parts {
            switch part {
            case .literal(let byte):
                guard place < bytes.count, bytes[place] == byte else { return nil }
                place += 1
            case .year(let width):
                guard let value = DateFormat.number(bytes, &place, from: width, to: width) else { return nil }
                year = width == 2 ? 2000 + value : value
            case .month(let width):
                guard let value = DateFormat.number(bytes, &place, from: width, to: 2) else { return nil }
                month = value
            case .day(let width):
                guard let value = DateFormat.number(bytes, &place, from: width, to: 2) else { return nil }
                day = value
            }
        }
        return place == bytes.count ? CalendarDate(year: year, month: month, day: day) : nil
    }

    private static func number(
        _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, from least: Int, to most: Int
    ) -> Int? {
        var (value, digits) = (0, 0)
        while digits < most, place < bytes.count, (48...57).contains(bytes[place]) {
            value = value * 10 + Int(bytes[place] - 48)
            digits += 1
            place += 1
        }
        return digits >= least ? value : nil
    }
}
