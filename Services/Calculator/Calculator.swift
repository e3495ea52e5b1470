import ArgumentParser

@main
struct Calculator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "calculator")
}
