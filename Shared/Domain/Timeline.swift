/// A value that changes with the date: each holds from its day until the next one's.
package struct Timeline<Value: Hashable & Sendable>: Hashable, Sendable {
    package private(set) var spans: [Span]

    package struct Span: Hashable, Sendable {
        package let from: CalendarDate
        package let value: Value

        package init(from: CalendarDate, value: Value) {
            self.from = from
            self.value = value
        }
    }

    /// Two values from the same day contradict each other; the caller reports that, here the last one given holds.
    package init(_ spans: [Span] = []) {
        self.spans = []
        for span in spans { set(span.value, from: span.from) }
    }

    package mutating func set(_ value: Value, from date: CalendarDate) {
        let index = spans.partitioningIndex { $0.from >= date }
        if index < spans.count, spans[index].from == date {
            spans[index] = Span(from: date, value: value)
        } else {
            spans.insert(Span(from: date, value: value), at: index)
        }
    }

    /// What holds on that day; `nil` before the first.
    package subscript(on date: CalendarDate) -> Value? {
        let index = spans.partitioningIndex { $0.from > date }
        return index == 0 ? nil : spans[index - 1].value
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index for which the predicate holds, given that it holds for all after it.
    package func partitioningIndex(where predicate: (Element) throws -> Bool) rethrows -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if try predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
