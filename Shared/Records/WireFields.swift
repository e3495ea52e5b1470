import Domain

/// A record whose bytes or fields are not what its schema says.
package struct WireError: Error, Hashable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

// Each reads one text field of a record, or says which field is wrong and how.

func number(_ text: String, _ field: String) throws(WireError) -> Number {
    do { return try Number(text) } catch { throw WireError("\(field): '\(text)' \(error)") }
}

func date(_ text: String, _ field: String) throws(WireError) -> CalendarDate {
    guard let date = CalendarDate(text) else { throw WireError("\(field): '\(text)' is not a date such as 2026-03-01") }
    return date
}

func optionalDate(_ text: String, _ field: String) throws(WireError) -> CalendarDate? {
    text.isEmpty ? nil : try date(text, field)
}

func period(_ text: String, _ field: String) throws(WireError) -> Period {
    guard let period = Period(text) else { throw WireError("\(field): '\(text)' is not a period such as 2026-03") }
    return period
}

func currency(_ text: String, _ field: String) throws(WireError) -> Currency {
    guard let currency = Currency(text) else { throw WireError("\(field): '\(text)' is not an ISO 4217 currency") }
    return currency
}

func choice<Value: RawRepresentable<String>>(_ text: String, _ field: String) throws(WireError) -> Value {
    guard let value = Value(rawValue: text) else { throw WireError("\(field): '\(text)' is not known") }
    return value
}

/// What must be there: an absent field is read as the empty text, and refused as that.
func required<Value>(
    _ value: Value?, _ field: String, _ read: (String, String) throws(WireError) -> Value
) throws(WireError) -> Value {
    if let value { return value }
    return try read("", field)
}
