import ArgumentParser

@main
struct Ingest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ingest")
}
