import ArgumentParser
import Domain
import Foundation
import Plans
import Runtime

/// What an analyst does with a plan file before it is applied.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Checks, tests, shows, compares and formats plan files.",
        discussion: """
            ingest plan check company/plans/*.yaml     every mistake at once, and where selling more pays less
            ingest plan test company/plans/ae.yaml     the examples in the file
            ingest plan show company/plans/ae.yaml     the plan in plain words
            ingest plan diff old.yaml new.yaml         what changes, in words and money
            ingest plan format company/plans/ae.yaml   the file in house order
            """,
        subcommands: [Check.self, Test.self, Show.self, Diff.self, Format.self])

    /// A file that was read, or all that is wrong with it.
    static func read(_ path: String) throws -> Plan {
        try Plan(parsing: text(path), file: path)
    }

    static func text(_ path: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Problem(where: path, "it cannot be read as a text file", remedy: "Check that it exists and is UTF-8.")
        }
    }
}

extension PlanCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reports every mistake, every warning and every example that fails.")

        @Argument(help: "Plan files.") var files: [String]

        func run() throws {
            var isWrong = false
            for file in files {
                do {
                    let plan = try PlanCommand.read(file)
                    let failures = plan.failures(file: file)
                    for warning in plan.warnings { Terminal.writeOutput("\(warning) (warning)\n".printableLines) }
                    for failure in failures { Terminal.writeOutput("\(failure)\n".printableLines) }
                    isWrong = isWrong || !failures.isEmpty
                    if failures.isEmpty { Terminal.writeOutput("\(file): plan '\(plan.name)' is good\n") }
                } catch let problems as FileProblems {
                    Terminal.writeOutput("\(problems)\n".printableLines)
                    isWrong = true
                }
            }
            if isWrong { throw ExitCode.failure }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Runs the examples that plan files bring along.")

        @Argument(help: "Plan files.") var files: [String]

        func run() throws {
            var isWrong = false
            for file in files {
                let plan = try PlanCommand.read(file)
                let failures = plan.failures(file: file)
                for failure in failures { Terminal.writeOutput("\(failure)\n".printableLines) }
                Terminal.writeOutput("\(file): \(Test.summary(plan.examples.count, failures.count))\n")
                isWrong = isWrong || !failures.isEmpty
            }
            if isWrong { throw ExitCode.failure }
        }

        private static func summary(_ examples: Int, _ failures: Int) -> String {
            let text = examples == 1 ? "1 example" : "\(examples) examples"
            if examples == 0 { return "no examples; write some under 'examples:'" }
            if failures == 0 { return "\(text) as expected" }
            return "\(text), \(failures) \(failures == 1 ? "figure is" : "figures are") not as expected"
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says a plan in plain words.")

        @Argument(help: "A plan file.") var file: String

        func run() throws {
            Terminal.writeOutput(try PlanCommand.read(file).words.joined(separator: "\n").printableLines + "\n")
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what changes from one plan to another, in words, and on the examples of both in money.")

        @Argument(help: "The plan as it is.") var old: String
        @Argument(help: "The plan as it is to be.") var new: String

        func run() throws {
            Terminal.writeOutput(
                PlanDifference(try PlanCommand.read(old), try PlanCommand.read(new)).text.printableLines)
        }
    }

    struct Format: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts plan files into house order; comments stay where they belong.")

        @Argument(help: "Plan files.") var files: [String]
        @Flag(help: "Only say which files would change.") var check = false

        func run() throws {
            var isWrong = false
            for file in files {
                let text = try PlanCommand.text(file)
                let formatted = try PlanFormat.formatted(text, file: file)
                guard formatted != text else { continue }
                isWrong = true
                if !check { try formatted.write(toFile: file, atomically: true, encoding: .utf8) }
                Terminal.writeOutput("\(file): \(check ? "is not formatted" : "formatted")\n")
            }
            if check, isWrong { throw ExitCode.failure }
        }
    }
}
