import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

@Suite("The life of a program")
struct ProgramTests {
    private struct Failing: Service {
        struct Broken: Error, CustomStringConvertible { let description = "the disk is full" }
        func run() async throws { throw Broken() }
    }

    private struct Returning: Service {
        func run() async throws {}
    }

    private struct Waiting: Service {
        func run() async throws { try await gracefulShutdown() }
    }

    @Test("a part that throws ends the program, and the problem names the part")
    func throwing() async {
        let problem = await #expect(throws: Problem.self) {
            try await Program.run(
                [Program.Part("first", Waiting()), Program.Part("appender", Failing())], logger: Logger(label: "test"))
        }
        #expect(problem?.where == "appender")
        #expect(problem?.message == "the disk is full")
    }

    @Test("a part that ends by itself ends the program")
    func returning() async {
        let problem = await #expect(throws: Problem.self) {
            try await Program.run(
                [Program.Part("first", Waiting()), Program.Part("thread", Returning())], logger: Logger(label: "test"))
        }
        #expect(problem?.where == "thread")
    }
}
