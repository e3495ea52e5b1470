/// Where the next row ends and its fields are, by RFC 4180: a pure function of the bytes, without any copying.
///
/// Two things go beyond the RFC, because files in the field do: a row may end with LF or a lone CR as well as CRLF.
/// Nothing else is guessed at: a quote within unquoted text, or text after a closing quote, makes the row a broken one.
struct CSVScanner {
    let delimiter: UInt8

    enum Outcome: Equatable {
        /// `length` counts the line end, `content` does not; `lines` is how many physical lines it takes.
        case row(content: Int, length: Int, lines: Int)
        /// `firstLine` is the length of the row's first line, where reading goes on: what a stray quote seems to
        /// swallow are rows of their own.
        case broken(String, field: Int, firstLine: Int?)
        case needsMore
    }

    struct Field: Hashable {
        var range: Range<Int>
        /// Inside quotes, where `""` stands for one.
        var isQuoted: Bool
    }

    /// Looks at the row that starts at the buffer's first byte. `isAtEnd`: nothing follows the buffer.
    func scan(_ bytes: UnsafeBufferPointer<UInt8>, isAtEnd: Bool, fields: inout [Field]) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        var state = State()
        while true {
            let step =
                state.position < bytes.count && bytes[state.position] == .quote
                ? quoted(bytes, isAtEnd, &state, &fields) : unquoted(bytes, isAtEnd, &state, &fields)
            switch step {
            case .nextField: continue
            case .outcome(let outcome): return outcome
            }
        }
    }

    private struct State {
        var position = 0
        var lines = 1
        var firstLine: Int?
    }

    private enum Step { case nextField, outcome(Outcome) }

    private func unquoted(
        _ bytes: UnsafeBufferPointer<UInt8>, _ isAtEnd: Bool, _ state: inout State, _ fields: inout [Field]
    ) -> Step {
        var position = state.position
        while position < bytes.count {
            let byte = bytes[position]
            if isEnd(byte) { break }
            if byte == .quote {
                let reason = "has a quote within unquoted text; put the whole field in quotes and double those in it"
                return .outcome(.broken(reason, field: fields.count, firstLine: state.firstLine))
            }
            position += 1
        }
        fields.append(Field(range: state.position..<position, isQuoted: false))
        return end(bytes, isAtEnd, at: position, &state)
    }

    private func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>, _ isAtEnd: Bool, _ state: inout State, _ fields: inout [Field]
    ) -> Step {
        var position = state.position + 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == .quote {
                guard position + 1 < bytes.count else { break }
                guard bytes[position + 1] == .quote else { break }
                position += 2
            } else {
                if byte == .lineFeed || byte == .carriageReturn && !(bytes.has(.lineFeed, at: position + 1)) {
                    state.lines += 1
                    if state.firstLine == nil { state.firstLine = position + 1 }
                }
                position += 1
            }
        }
        guard position < bytes.count else { return unterminated(isAtEnd, fields.count, state) }
        guard position + 1 < bytes.count || isAtEnd else { return .outcome(.needsMore) }
        fields.append(Field(range: state.position + 1..<position, isQuoted: true))
        if position + 1 < bytes.count, !isEnd(bytes[position + 1]) {
            let reason = "has text after its closing quote; double the quotes that belong to the text"
            return .outcome(.broken(reason, field: fields.count - 1, firstLine: state.firstLine))
        }
        return end(bytes, isAtEnd, at: position + 1, &state)
    }

    /// Whether a field may end before this byte.
    private func isEnd(_ byte: UInt8) -> Bool { byte == delimiter || byte == .lineFeed || byte == .carriageReturn }

    private func unterminated(_ isAtEnd: Bool, _ field: Int, _ state: State) -> Step {
        guard isAtEnd else { return .outcome(.needsMore) }
        return .outcome(.broken("has no closing quote", field: field, firstLine: state.firstLine))
    }

    /// A field ended at `position`: with a delimiter, the line's end, or the file's.
    private func end(
        _ bytes: UnsafeBufferPointer<UInt8>, _ isAtEnd: Bool, at position: Int, _ state: inout State
    ) -> Step {
        guard position < bytes.count else {
            return .outcome(isAtEnd ? .row(content: position, length: position, lines: state.lines) : .needsMore)
        }
        if bytes[position] == delimiter {
            state.position = position + 1
            return .nextField
        }
        guard let length = CSVScanner.lineEnd(bytes, at: position, isAtEnd: isAtEnd) else {
            return .outcome(.needsMore)
        }
        return .outcome(.row(content: position, length: position + length, lines: state.lines))
    }

    /// How many bytes the line end takes; `nil` when that depends on what comes next.
    static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int, isAtEnd: Bool) -> Int? {
        guard bytes[position] == .carriageReturn else { return 1 }
        if position + 1 == bytes.count { return isAtEnd ? 1 : nil }
        return bytes[position + 1] == .lineFeed ? 2 : 1
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func has(_ byte: UInt8, at index: Int) -> Bool { index < count && self[index] == byte }
}
