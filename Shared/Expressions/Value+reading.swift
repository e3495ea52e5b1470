import Domain

/// What the bodies of functions read their arguments with: a value of another type is no matching overload.
extension Value {
    func bool() throws(Fault) -> Bool {
        guard case .bool(let flag) = self else { throw mismatch("bool") }
        return flag
    }

    func int() throws(Fault) -> Int64 {
        guard case .int(let number) = self else { throw mismatch("int") }
        return number
    }

    /// A decimal; an int is one too.
    func decimal() throws(Fault) -> Number {
        switch self {
        case .decimal(let number): return number
        case .int(let number): return Number(whole: number)
        default: throw mismatch("decimal")
        }
    }

    func text() throws(Fault) -> String {
        guard case .string(let text) = self else { throw mismatch("string") }
        return text
    }

    func bytes() throws(Fault) -> [UInt8] {
        guard case .bytes(let bytes) = self else { throw mismatch("bytes") }
        return bytes
    }

    func date() throws(Fault) -> CalendarDate {
        guard case .date(let date) = self else { throw mismatch("date") }
        return date
    }

    func timestamp() throws(Fault) -> Instant {
        guard case .timestamp(let moment) = self else { throw mismatch("timestamp") }
        return moment
    }

    func duration() throws(Fault) -> TimeSpan {
        guard case .duration(let span) = self else { throw mismatch("duration") }
        return span
    }

    func elements() throws(Fault) -> [Value] {
        guard case .list(let elements) = self else { throw mismatch("list") }
        return elements
    }

    func map() throws(Fault) -> ValueMap {
        guard case .map(let map) = self else { throw mismatch("map") }
        return map
    }

    private func mismatch(_ expected: String) -> Fault {
        .noMatchingOverload("taking a value of type \(kind.rawValue) for one of type \(expected)")
    }
}
