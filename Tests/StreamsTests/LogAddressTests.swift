import Logging
import Streams
import TestSupport
import Testing

@Suite("a log address")
struct LogAddressTests {
    @Test(
        "names an embedded log or Kafka brokers",
        arguments: [
            ("sqlite:data/attain.log", false), ("sqlite:/var/lib/attain.log", false), ("kafka://localhost:9092", true),
            ("kafka://a:9092,b:9093", true), ("kafka://broker", true), ("kafka://[::1]:9092", true),
            ("kafka://[::1]", true),
        ])
    func good(text: String, isKafka: Bool) throws {
        #expect(try LogAddress(text).isKafka == isKafka)
    }

    @Test(
        "says what is wrong and what is right",
        arguments: [
            ("", "it begins with neither"), ("data/attain.log", "it begins with neither"),
            ("sqlite:", "it names no file"),
            ("sqlite:data/", "it names no file"), ("kafka://", "is not HOST:PORT"),
            ("kafka://a:9092,", "is not HOST:PORT"),
            ("kafka://a:port", "\"a:port\" is not HOST:PORT"), ("kafka:a:9092", "it begins with neither"),
            ("kafka://a/b", "is not HOST:PORT"),
        ])
    func bad(text: String, problem: String) {
        let error = #expect(throws: LogAddressError.self) { _ = try LogAddress(text) }
        #expect(error?.description.contains(problem) == true)
        #expect(error?.remedy.contains("Use sqlite:data/attain.log") == true)
    }

    @Test("opens the log, and makes its folder")
    func opens() throws {
        try withTemporaryFolder { folder in
            let address = try LogAddress("sqlite:\(folder)/deep/er/attain.log")
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            #expect(try address.open(logger: logger).topics() == [])
            #expect(throws: LogError.self) { _ = try address.open(properties: [("acks", "all")], logger: logger) }
            let kafka = try LogAddress("kafka://localhost:1")
            let error = #expect(throws: LogError.self) {
                _ = try kafka.open(properties: [("no.such.thing", "1")], logger: logger)
            }
            #expect(error?.description.contains("no.such.thing") == true)
        }
    }
}
