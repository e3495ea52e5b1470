import ArgumentParser
import Testing

@testable import Runtime

@Suite("Where settings come from")
struct ConfigurationTests {
    private func configuration(
        _ environment: [String: String] = [:], file: String? = nil
    ) throws -> Configuration {
        try Configuration(
            program: "statements", environment: environment, file: file.map { (path: "attain.conf", text: $0) })
    }

    @Test("a flag wins over the environment, which wins over the file")
    func precedence() throws {
        let all = try configuration(["ATTAIN_LOG": "env"], file: "log: file")
        #expect(all.setting("log", flag: "flag") == Setting(value: "flag", origin: "--log"))
        #expect(all.setting("log") == Setting(value: "env", origin: "ATTAIN_LOG"))
        #expect(
            try configuration(file: "log: file").setting("log") == Setting(value: "file", origin: "attain.conf line 1"))
        #expect(try configuration(["ATTAIN_LOG": ""]).setting("log") == nil)
    }

    @Test("a setting for one program wins over the one for all")
    func perProgram() throws {
        let environment = ["ATTAIN_HTTP": "1", "ATTAIN_STATEMENTS_HTTP": "2", "ATTAIN_INGEST_HTTP": "3"]
        #expect(try configuration(environment).setting("http")?.value == "2")
        #expect(try configuration(file: "http: 1\nstatements.http: 2\ningest.http: 3").setting("http")?.value == "2")
    }

    @Test("every mistake in a file is told at once, with its line and what was meant")
    func mistakes() throws {
        let text = "# comment\npartions: 24\nloggg: 1\nlog\nlog: a\n"
        let broken = #expect(throws: Problems.self) { try configuration(file: text) }
        #expect(broken?.problems.map(\.where) == [4, 2, 3].map { "attain.conf line \($0)" })
        let misspelt = #expect(throws: Problems.self) { try configuration(file: "partions: 24") }
        #expect(
            misspelt?.description.contains(
                "attain.conf line 1: there is no setting 'partions' (did you mean 'partitions'?)") == true)
    }

    @Test("a bad value is named with where it was given")
    func badValue() throws {
        let given = try configuration(["ATTAIN_PARTITIONS": "0"])
        let problem = #expect(throws: Problem.self) { try ProgramOptions.parse([]).resolve(given) }
        #expect(problem?.where == "ATTAIN_PARTITIONS")
        #expect(problem?.message.contains("'0' is not a whole number from 1 to 1000") == true)
    }

    @Test("properties come from flags, environment and file, and their values are never shown")
    func properties() throws {
        let given = try configuration(
            ["ATTAIN_PROPERTY_SASL_PASSWORD": "hush"], file: "property.security.protocol: sasl_ssl")
        let options = try ProgramOptions.parse(["--property", "sasl.username=ada", "--property", "a=b=c"])
        let settings = try options.resolve(given)
        #expect(
            settings.properties == [
                "sasl.password": "hush", "security.protocol": "sasl_ssl", "sasl.username": "ada", "a": "b=c",
            ])
        #expect(!"\(settings)".contains("hush"))
        #expect("\(settings)".contains("sasl.password"))
    }

    @Test(
        "an HTTP address is a port here, or a host and a port",
        arguments: [
            ("8083", "127.0.0.1:8083"), ("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:9", "[::1]:9"),
            ("localhost:1", "localhost:1"),
            ("x", nil), ("1:99999", nil), (":80", nil), ("", nil),
        ])
    func address(_ text: String, _ expected: String?) {
        #expect(HTTPAddress(text)?.description == expected)
    }
}
