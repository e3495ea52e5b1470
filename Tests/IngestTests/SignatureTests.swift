import Crypto
import Foundation
import TestSupport
import Testing

@testable import ingest

@Suite("Signatures of posts")
struct SignatureTests {
    private static let now: Int64 = 1_767_225_600
    private let old = SourceSignature(secrets: [SymmetricKey(data: Data("the old secret of ours".utf8))])
    private let new = SourceSignature(secrets: [SymmetricKey(data: Data("the new secret of ours".utf8))])
    private let body = Array(#"{"id":"D1"}"#.utf8)

    private func isValid(
        _ source: SourceSignature, _ signature: String?, timestamp: String? = "1767225600", body: [UInt8]? = nil
    ) -> Bool {
        source.isValid(timestamp: timestamp, signature: signature, body: body ?? self.body, now: SignatureTests.now)
    }

    private func signature(_ source: SourceSignature, at seconds: Int64 = now) throws -> String {
        try #require(source.sign(timestamp: seconds, body: body))
    }

    /// Computed with `printf '1767225600.{"id":"D1"}' | openssl dgst -sha256 -hmac 'the old secret of ours'`.
    @Test("a signature made by another program is valid")
    func vector() throws {
        #expect(try signature(old) == "v1=be645d621bd9de33bf7a58a4cbb69d975b654ece6772f34c7ed75980dfa58d09")
        #expect(isValid(old, "v1=be645d621bd9de33bf7a58a4cbb69d975b654ece6772f34c7ed75980dfa58d09"))
    }

    @Test(
        "times are good for five minutes, both ways",
        arguments: [
            (0, true), (300, true), (-300, true), (301, false), (-301, false), (86_400, false), (-86_400, false),
        ] as [(Int64, Bool)])
    func window(offset: Int64, expected: Bool) throws {
        let time = SignatureTests.now + offset
        #expect(isValid(old, try signature(old, at: time), timestamp: "\(time)") == expected)
    }

    @Test(
        "what is no time is refused, and nothing overflows",
        arguments: [
            nil, "", "0", "-1767225600", "now", "1767225600.5", "1767225600 ", " 1767225600", "9223372036854775807",
            "99999999999", "1767225600,1767225600",
        ] as [String?])
    func noTime(timestamp: String?) throws { #expect(!isValid(old, try signature(old), timestamp: timestamp)) }

    @Test("a plus before the time is another text than the one that was signed")
    func otherTime() throws {
        #expect(!isValid(old, try signature(old), timestamp: "+1767225600"))
        #expect(!isValid(old, try signature(old), timestamp: "1767225601"))
    }

    @Test("only the whole code under a known version counts")
    func forms() throws {
        let good = try signature(old)
        let digits = good.dropFirst(3)
        for bad in [
            nil, "", "v1=", "v1", String(digits), "v2=\(digits)", "V1=\(digits)", "v1=\(digits.dropLast())",
            "v1=\(digits.dropLast(2))",
            "v1=\(digits)0", "v1=\(digits) ", "v1 =\(digits)", "v1=\(digits.dropLast())g",
            "v1=\(String(repeating: "0", count: 64))",
            "x,x,x,x,\(good)", good.replacing("v1=", with: "v1=="),
        ] { #expect(!isValid(old, bad), "\(bad ?? "none")") }
        for form in [
            good, ",,,,\(good)", "v1=\(digits.uppercased())", "x,\(good)", "\(good),x", " \(good)", "v2=0,\(good)",
        ] { #expect(isValid(old, form), "\(form)") }
    }

    @Test("while a secret is replaced, both hold; afterwards only the new one")
    func rotation() throws {
        let both = SourceSignature(secrets: new.secrets + old.secrets)
        let (byOld, byNew) = (try signature(old), try signature(new))
        #expect(isValid(both, byOld) && isValid(both, byNew) && isValid(both, "\(byOld), \(byNew)"))
        #expect(isValid(new, byNew) && !isValid(new, byOld) && isValid(new, "\(byOld), \(byNew)"))
        #expect(!isValid(SourceSignature(secrets: []), byOld))
    }

    @Test("five thousand forgeries, one bit or byte away, are all refused")
    func forgeries() throws {
        var random = SplitMix(seed: 51)
        let good = try signature(old)
        for _ in 0..<5_000 {
            var (forged, text) = (body, Array(good.utf8))
            if random.chance(50) {
                forged[Int.random(in: 0..<forged.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            } else {
                let index = Int.random(in: 3..<text.count, using: &random)
                text[index] = random.pick(Array("0123456789abcdef".utf8).filter { $0 != text[index] })
            }
            #expect(!isValid(old, String(decoding: text, as: UTF8.self), body: forged))
        }
        #expect(isValid(old, good))
    }

    @Test(
        "a source finds its secret whatever its name is made of",
        arguments: ["my-crm", "my_crm", "My.CRM", "MY CRM", "my/crm"])
    func names(source: String) throws {
        let signatures = try Serve.signatures(["ATTAIN_SECRET_MY_CRM": "the-old-secret-of-ours"])
        #expect(signatures[SourceSignature.name(ofSource: source)] != nil)
    }

    @Test("secrets come from the environment or a file, and short ones are refused")
    func secrets() throws {
        let scratch = try Scratch()
        let file = try scratch.write("secret", "the-old-secret-of-ours\nthe-new-secret-of-ours\n")
        let sources = try Serve.signatures([
            "ATTAIN_SECRET_MY_CRM": "@\(file)", "ATTAIN_SECRET_API": "the new secret of ours".replacing(" ", with: "-"),
            "HOME": "x",
        ])
        #expect(sources.keys.sorted() == ["api", "my-crm"])
        for bad in ["", "short", "long-enough-it-is short", "@/nowhere"] {
            #expect(throws: (any Error).self) { try Serve.signatures(["ATTAIN_SECRET_API": bad]) }
        }
    }
}
