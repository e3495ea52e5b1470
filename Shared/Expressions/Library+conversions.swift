import Domain

extension Library {
    private static let any = ValueType.parameter("A")

    /// langdef, Types and Conversions.
    static let conversions: [Overload] =
        toNumber + toText + [
            .function("bool", [.bool], .bool, identity),
            .function("bool", [.string], .bool) { arguments, _ throws(Fault) in try truth(try arguments[0].text()) },
            .function("type", [any], .type) { arguments, _ throws(Fault) in .type(arguments[0].kind) },
            .function("dyn", [any], .dyn, identity),
        ]

    static let identity: Overload.Body = { arguments, _ throws(Fault) in arguments[0] }

    private static let toNumber: [Overload] =
        [
            .function("int", [.int], .int, identity),
            .function("int", [.decimal], .int) { arguments, _ throws(Fault) in
                let whole = try arguments[0].decimal().units / Number.unit
                guard let result = Int64(exactly: whole) else { throw .integerOverflow }
                return .int(result)
            },
            .function("int", [.string], .int) { arguments, _ throws(Fault) in
                let text = try arguments[0].text()
                guard let number = Int64(text), text.utf8.first != 43 else {
                    throw .invalidArgument("\"\(text)\" is not a whole number")
                }
                return .int(number)
            },
            .function("int", [.timestamp], .int) { arguments, _ throws(Fault) in
                let milliseconds = try arguments[0].timestamp().milliseconds
                return .int(milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0))
            },
        ]
        + ["decimal", "double"].flatMap { name -> [Overload] in
            [
                .function(name, [.decimal], .decimal, identity),
                .function(name, [.int], .decimal) { arguments, _ throws(Fault) in .decimal(try arguments[0].decimal())
                },
                .function(name, [.string], .decimal) { arguments, _ throws(Fault) in
                    .decimal(try number(try arguments[0].text()))
                },
            ]
        }

    private static let toText: [Overload] =
        [ValueType.bool, .int, .decimal, .string, .date, .timestamp, .duration].map { type in
            .function("string", [type], .string) { arguments, _ throws(Fault) in .string(arguments[0].plain) }
        } + [
            .function("string", [.bytes], .string) { arguments, _ throws(Fault) in
                guard let text = String(validating: try arguments[0].bytes(), as: UTF8.self) else {
                    throw .invalidArgument("the bytes are not UTF-8")
                }
                return .string(text)
            },
            .function("bytes", [.bytes], .bytes, identity),
            .function("bytes", [.string], .bytes) { arguments, _ throws(Fault) in
                .bytes(Array(try arguments[0].text().utf8))
            },
        ]

    private static func truth(_ text: String) throws(Fault) -> Value {
        switch text {
        case "true", "True", "TRUE", "t", "1": return .bool(true)
        case "false", "False", "FALSE", "f", "0": return .bool(false)
        default: throw .invalidArgument("\"\(text)\" is neither true nor false")
        }
    }

    private static func number(_ text: String) throws(Fault) -> Number {
        do throws(NumberError) {
            return try Number(text)
        } catch {
            throw .invalidArgument("\"\(text)\" \(error)")
        }
    }
}
