import Domain
import Yams

extension Mapping {
    /// A field that holds a number, and by what that is multiplied: cents times 0.01 are an amount.
    struct NumberField: Hashable, Sendable {
        let field: Field
        var times = Number(1)

        /// A field that needs no factor.
        static func path(_ name: String) -> Self { Self(field: .path([name])) }

        /// The number that the source's text stands for, exactly.
        func number(_ text: String) throws(NumberError) -> Number {
            let number = try Number(text)
            guard times != 1 else { return number }
            func product(_ rounding: Rounding) throws(NumberError) -> Number {
                do { return try number.multiplied(by: times, dividedBy: 1, rounding: rounding) } catch {
                    throw .tooLarge
                }
            }
            let exact = try product(.floor)
            guard try product(.ceiling) == exact else { throw .tooManyPlaces }
            return exact
        }
    }
}

// MARK: Parsing

extension MappingParser {
    /// `amount`, or `{field: amount_cents, times: 0.01}`.
    mutating func numberField(_ node: Node?) -> Mapping.NumberField? {
        field(node, also: ["times"]).map { Mapping.NumberField(field: $0, times: times(node)) }
    }

    mutating func times(_ node: Node?) -> Number {
        guard let times = node?.mapping?["times"] else { return 1 }
        guard let text = scalar(times), let factor = try? Number(text), !factor.isZero else {
            report(times, "'times' is a number such as 0.01, by which what the field holds is multiplied")
            return 1
        }
        return factor
    }
}
