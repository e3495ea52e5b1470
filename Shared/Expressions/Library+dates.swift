import Domain

extension Library {
    /// langdef, Date/Time Functions, and Attain's `date`.
    static let dates: [Overload] = making + dateParts + momentParts + spanParts

    private static let making: [Overload] = [
        .function("date", [.date], .date, identity),
        .function("date", [.string], .date) { arguments, _ throws(Fault) in
            let text = try arguments[0].text()
            guard let date = CalendarDate(text) else {
                throw .invalidArgument("\"\(text)\" is not a date such as 2026-07-01")
            }
            return .date(date)
        },
        .function("date", [.timestamp], .date) { arguments, _ throws(Fault) in
            .date(try arguments[0].timestamp().date())
        },
        .function("date", [.timestamp, .string], .date) { arguments, _ throws(Fault) in
            .date(try day(try arguments[0].timestamp(), in: try arguments[1].text()).date)
        },
        .function("timestamp", [.timestamp], .timestamp, identity),
        .function("timestamp", [.string], .timestamp) { arguments, _ throws(Fault) in
            let text = try arguments[0].text()
            guard let moment = Instant(text), moment.isInRange, text.utf8.contains(84) else {
                throw .invalidArgument("\"\(text)\" is not a timestamp such as 2026-07-01T09:30:00Z")
            }
            return .timestamp(moment)
        },
        .function("timestamp", [.int], .timestamp) { arguments, _ throws(Fault) in
            try Arithmetic.moment(try arguments[0].int().multipliedReportingOverflow(by: 1000))
        },
        .function("timestamp", [.date], .timestamp) { arguments, _ throws(Fault) in
            try Arithmetic.moment((Int64(try arguments[0].date().day) * 86_400_000, false))
        },
        .function("duration", [.duration], .duration, identity),
        .function("duration", [.string], .duration) { arguments, _ throws(Fault) in
            let text = try arguments[0].text()
            guard let span = TimeSpan(text) else {
                throw .invalidArgument("\"\(text)\" is not a duration such as 1h30m, exact to the millisecond")
            }
            return .duration(span)
        },
    ]

    private static let parts: [(name: String, of: @Sendable (CalendarDate) -> Int)] = [
        ("getFullYear", { $0.components.year }),
        ("getMonth", { $0.components.month - 1 }),
        ("getDate", { $0.components.day }),
        ("getDayOfMonth", { $0.components.day - 1 }),
        ("getDayOfWeek", { $0.weekday % 7 }),
        (
            "getDayOfYear",
            { Int($0.day) - Int(CalendarDate(year: $0.components.year, month: 1, day: 1)?.day ?? $0.day) }
        ),
    ]

    private static let dateParts: [Overload] = parts.map { name, part in
        .method(name, [.date], .int) { arguments, _ throws(Fault) in .int(Int64(part(try arguments[0].date()))) }
    }

    private static let clock: [(name: String, of: @Sendable (Int64) -> Int64)] = [
        ("getHours", { $0 / 3_600_000 }),
        ("getMinutes", { $0 / 60_000 % 60 }),
        ("getSeconds", { $0 / 1000 % 60 }),
        ("getMilliseconds", { $0 % 1000 }),
    ]

    /// Of a timestamp, in UTC or in a zone of fixed offset.
    private static let momentParts: [Overload] =
        parts.flatMap { name, part in
            zoned(name) { date, _ in Int64(part(date)) }
        }
        + clock.flatMap { name, part in
            zoned(name) { _, millisecond in part(millisecond) }
        }

    private static func zoned(_ name: String, _ part: @escaping @Sendable (CalendarDate, Int64) -> Int64) -> [Overload]
    {
        [
            .method(name, [.timestamp], .int) { arguments, _ throws(Fault) in
                let (date, millisecond) = try day(try arguments[0].timestamp(), in: "UTC")
                return .int(part(date, millisecond))
            },
            .method(name, [.timestamp, .string], .int) { arguments, _ throws(Fault) in
                let (date, millisecond) = try day(try arguments[0].timestamp(), in: try arguments[1].text())
                return .int(part(date, millisecond))
            },
        ]
    }

    /// The whole duration in a unit; `getMilliseconds` alone is the part below a second.
    private static let spanParts: [Overload] =
        [
            ("getHours", 3_600_000), ("getMinutes", 60_000), ("getSeconds", 1000),
        ].map { name, unit in
            .method(name, [.duration], .int) { arguments, _ throws(Fault) in
                .int(try arguments[0].duration().milliseconds / unit)
            }
        } + [
            .method("getMilliseconds", [.duration], .int) { arguments, _ throws(Fault) in
                .int(try arguments[0].duration().milliseconds % 1000)
            }
        ]

    private static func day(_ moment: Instant, in zone: String) throws(Fault) -> (
        date: CalendarDate, millisecond: Int64
    ) {
        guard let minutes = offset(of: zone) else {
            throw .invalidArgument(
                "\"\(zone)\" is not a time zone such as UTC or +01:00 (names of places are not known)")
        }
        guard moment.isInRange else { throw .invalidArgument("the timestamp is outside the years 1 to 9999") }
        let shifted = moment.milliseconds + minutes * 60_000
        let rest = shifted % 86_400_000
        return (moment.date(minutesEastOfUTC: Int(minutes)), rest < 0 ? rest + 86_400_000 : rest)
    }

    /// langdef, Timezones: `UTC` and `FixedTZ`, whose plus sign cel-go lets pass.
    private static func offset(of zone: String) -> Int64? {
        if zone == "UTC" || zone == "Z" { return 0 }
        var bytes = Array(zone.utf8)
        let isNegative = bytes.first == 45
        if bytes.first == 43 || isNegative { bytes.removeFirst() }
        guard bytes.count == 5, bytes[2] == 58, [0, 1, 3, 4].allSatisfy({ isDigit(bytes[$0]) }) else { return nil }
        let digits = bytes.map { Int64($0) - 48 }
        let (hours, minutes) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
        guard hours < 24, minutes < 60 else { return nil }
        return (isNegative ? -1 : 1) * (hours * 60 + minutes)
    }
}
