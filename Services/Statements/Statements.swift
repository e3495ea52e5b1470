import ArgumentParser

@main
struct Statements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "statements")
}
