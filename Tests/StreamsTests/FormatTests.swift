import Testing

@testable import Streams

@Suite("formats that others share")
struct FormatTests {
    /// From Kafka's UtilsTest.testMurmur2.
    @Test(
        "murmur2 is Kafka's",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ])
    func murmur2(key: String, hash: Int) {
        #expect(Int32(bitPattern: Partitioner.murmur2(Array(key.utf8))) == Int32(hash))
    }

    /// From the reference implementation's sanity check, seed 0 and a prime, https://github.com/Cyan4973/xxHash.
    @Test("XXH64 is the published one")
    func checksum() {
        func hash(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { Checksum.xxh64($0, seed: 0) } }
        #expect(hash("") == 0xEF46_DB37_51D8_E999)
        #expect(hash("a") == 0xD24E_C4F1_A98C_6E5B)
        #expect(hash("abc") == 0x44BC_2CF5_AD77_0999)
        #expect(hash("Nobody inspects the spammish repetition") == 0xFBCE_A83C_8A37_8BF1)
    }

    @Test(
        "times are RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_772_366_400_123, "2026-03-01T12:00:00.123Z"),
            (951_827_696_789, "2000-02-29T12:34:56.789Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        ])
    func time(timestamp: Int64, text: String) {
        #expect(String(decoding: Digits.time(timestamp), as: UTF8.self) == text)
    }

    @Test("a coordinate is read back as it was written", arguments: ["attain.deal-events/3/1234/0", "a/0/0/17"])
    func coordinate(text: String) throws {
        #expect(Coordinate(text)?.description == text)
        let parsed = try #require(ParsedCoordinate(Array(text.utf8)[...]))
        let topic = String(decoding: parsed.topic, as: UTF8.self)
        #expect("\(topic)/\(parsed.partition)/\(parsed.offset)/\(parsed.index)" == text)
    }

    @Test(
        "what is no coordinate is not taken for one",
        arguments: ["", "a", "a/1/2", "/1/2/3", "a/x/2/3", "a/1/2/3/4", "a/-1/2/3"])
    func noCoordinate(text: String) {
        #expect(Coordinate(text) == nil)
        #expect(ParsedCoordinate(Array(text.utf8)[...]) == nil)
    }
}
