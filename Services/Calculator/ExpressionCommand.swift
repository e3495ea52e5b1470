import ArgumentParser
import Expressions
import Runtime

/// `calculator expression`
struct ExpressionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expression",
        abstract: "Evaluates one expression of the plan language and prints the result as JSON.",
        discussion: """
            calculator expression '1000 * 6%'
            calculator expression 'deal.margin > 30% ? 8% : 5%' --bind deal.margin=0.35
            calculator expression 'credit.amount * (attainment(bookings) >= 100% ? 9% : 6%)' \\
                --bind credit.amount=48000.00 --bind 'attainment(bookings)=1.04'
            calculator expression 'deal.kind in ["new", "expansion"]' --bind 'deal.kind="new"'
            calculator expression 'lines.filter(l, l.product == "GTK 500").map(l, l.amount).sum()' \\
                --bind 'lines=[{"product": "GTK 500", "amount": 10.5}, {"product": "MG", "amount": 2.0}]'
            calculator expression 'date(closed) + 30' --bind 'closed="2026-07-01"'

            calculator expression -- '-2 * 5%'              where it begins with a minus

            A name is bound as the expression writes it, a value is JSON: 3 is an int, 3.0 and 3e2 are decimals, a list \
            and an object are a list and a map. JSON has no dates, durations or bytes: bind a text and convert it with \
            date(), timestamp(), duration() or bytes(). In the result they are texts again, bytes in base64.

            What is wrong is said with line and column on standard error, and the program exits with 1. \
            Shared/Expressions/README.md says what there is to write.
            """)

    @Argument(help: ArgumentHelp("The expression, in quotes.", valueName: "text")) var text: String

    @Option(
        name: .customLong("bind"),
        help: ArgumentHelp(
            "Gives a name of the expression its value, as JSON; a fact is 'fact(csat)=0.9'. Repeat it for more.",
            valueName: "name=json"))
    var bindings: [String] = []

    func run() throws {
        let answer = try ExpressionCommand.answer(text, bindings)
        for remark in answer.remarks { Terminal.writeError(line: remark) }
        guard let json = answer.json else { throw ExitCode.failure }
        Terminal.writeOutput(json + "\n")
    }

    struct Answer: Hashable {
        /// `nil` when there is no result.
        var json: String?
        /// What is wrong, and what is probably not meant.
        var remarks: [String] = []
    }

    static func answer(_ text: String, _ bindings: [String]) throws(Problem) -> Answer {
        var names = BoundNames()
        for binding in bindings { try names.bind(binding) }
        do throws(ExpressionError) {
            let program = try names.compile(text)
            var answer = Answer(remarks: program.warnings.map { $0.marked(in: text) })
            do throws(EvaluationError) { answer.json = try program.evaluate(names.frame).json } catch {
                answer.remarks.append(marked("\(error)", at: error.location, in: text))
            }
            return answer
        } catch {
            return Answer(remarks: error.diagnostics.map { $0.marked(in: text) })
        }
    }
}

extension Diagnostic {
    fileprivate func marked(in text: String) -> String { calculator.marked(description, at: location, in: text) }
}

/// The message, below it the line that it is about with a mark under the place.
func marked(_ message: String, at place: Location, in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard place.line <= lines.count else { return message }
    let line = lines[place.line - 1]
    let space = line.unicodeScalars.prefix(place.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    return "\(message)\n    \(String(line).printable)\n    \(space)^"
}
