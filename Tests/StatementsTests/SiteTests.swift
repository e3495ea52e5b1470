import Domain
import Hummingbird
import LedgerSupport
import Logging
import Records
import RimSupport
import Runtime
import Streams
import SwiftProtobuf
import Testing

@testable import statements

@Suite("The pages and the API")
struct SiteTests {
    private func site<Result>(
        isLogSeen: Bool = true, _ body: (Rim.Routes) async throws -> Result
    ) async throws -> Result {
        let ledger = try Ledger()
        try ledger.append(
            try ledger.application.command([
                .settings(Settings(name: "Maven")), .payee(Payee(id: "ada/1", name: "Ada <Lovelace>", currency: usd)),
            ]))
        for payee in ["ada/1", "grace"] {
            var chain = DocumentChain(PayeeID(payee), currency: usd, in: ledger.application)
            try ledger.append(
                try chain.post(sale("D-1", "2026-03-01", 1_000), steps: [try .init(1_000, at: Rate("6%"))]))
        }
        try ledger.append(
            try ledger.application.skipped("D-7", "unknown-product", "product 'X' is not known", remedy: "Add it."))
        try ledger.append(
            try ledger.application.skipped("D-8", "missing-amount", "the amount is empty", remedy: "Fill it in."))
        try ledger.append(try ledger.application.skipped("D-8"))
        return try await ledger.built { shelf in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let watch = LagWatch(log: ledger.log, shelf: shelf, logger: logger)
            if isLogSeen { _ = await watch.look() }
            let site = try Site(shelf: shelf, watch: watch)
            return try await body(
                Rim.router(health: Health(), metrics: Metrics(), logger: logger, routes: site.addRoutes))
        }
    }

    @Test(
        "every page answers, names the company and says how fresh it is",
        arguments: [
            "/", "/?search=ADA", "/statements/ada%2F1/2026-03", "/payees/grace", "/corrections", "/skipped",
        ])
    func pages(_ path: String) async throws {
        let reply = try await site { try await Reply($0, .get, path) }
        #expect(reply.status == 200)
        #expect(reply.body.contains("Maven"))
        #expect(reply.body.contains("Up to date"))
        #expect(reply.headers[.cacheControl] == "no-store")
        #expect(!reply.body.contains("<Lovelace>"))
    }

    @Test("what a browser takes for markup is escaped, whatever Swift takes for a character")
    func scalars() async throws {
        let reply = try await site { try await Reply($0, .get, "/?search=%22%CC%81%3E%D8%80%3Cmeta%20x%3D'%CC%81") }
        #expect(reply.status == 200)
        #expect(reply.body.unicodeScalars.contains("\u{0600}"))
        let bytes = Array(reply.body.utf8)
        for raw in ["\u{0600}<meta", "\"\u{301}>", "'\u{301}"] {
            #expect(!bytes.contains(Array(raw.utf8)), "\(raw)")
        }
    }

    @Test(
        "a page far behind the last one is empty, and a plus is found", arguments: ["9223372036854775807", "-1", "x"])
    func farPage(page: String) async throws {
        let (far, plus) = try await site {
            (
                try await Reply($0, .get, "/v1/payees?page=\(page)"),
                try await Reply($0, .get, "/v1/payees?search=%61da%2F1")
            )
        }
        #expect(far.status == 200)
        #expect(plus.body.contains("\"count\":1"))
        #expect(try await site { try await Reply($0, .get, "/v1/payees?search=ada%2B1") }.body.contains("\"count\":0"))
    }

    @Test("search looks into names and IDs")
    func search() async throws {
        let (ada, nobody) = try await site {
            (try await Reply($0, .get, "/?search=lovelace"), try await Reply($0, .get, "/?search=zzz"))
        }
        #expect(ada.body.contains("ada/1"))
        #expect(!ada.body.contains(">grace<"))
        #expect(nobody.body.contains("contains “zzz”"))
    }

    @Test(
        "an address without anything gets a page that helps",
        arguments: [
            "/nothing", "/statements/eve/2026-03", "/statements/grace/2027-01", "/statements/grace/March",
            "/payees/eve",
        ])
    func missing(_ path: String) async throws {
        let reply = try await site { try await Reply($0, .get, path) }
        #expect(reply.status == 404)
        #expect(reply.body.contains("Search by name or ID"))
    }

    @Test("an ID that a NUL cuts short is nobody's", arguments: ["/v1/payees/%@/statements/2026-03", "/payees/%@"])
    func cutShort(_ path: String) async throws {
        for number in 0..<20 {
            let address = path.replacing("%@", with: "grace%00\(number)")
            #expect(try await site { try await Reply($0, .get, address) }.status == 400)
        }
    }

    @Test("a statement comes as JSON, CSV and text")
    func forms() async throws {
        let replies = try await site { router in
            [
                try await Reply(router, .get, "/statements/grace/2026-03.json"),
                try await Reply(router, .get, "/v1/payees/grace/statements/2026-03"),
                try await Reply(router, .get, "/statements/grace/2026-03.csv"),
                try await Reply(router, .get, "/statements/grace/2026-03.txt"),
            ]
        }
        #expect(replies[0].body.hasPrefix(#"{"payee":"grace","period":"2026-03","status":"draft","balances":["#))
        #expect(
            replies[1].body.hasPrefix(
                #"{"payee":"grace","period":"2026-03","balances":[{"currency":"USD","opening":"0.00","earned":"60.00""#)
        )
        #expect(replies[2].headers[.contentDisposition] == "attachment; filename*=UTF-8''grace-2026-03.csv")
        #expect(replies[3].body.contains("Closing balance  60.00"))
    }

    @Test("a statement that does not say how fresh it is is refused until it is known to be whole")
    func unknown() async throws {
        let replies = try await site(isLogSeen: false) { router in
            [
                try await Reply(router, .get, "/statements/grace/2026-03"),
                try await Reply(router, .get, "/v1/payees/grace/statements/2026-03"),
                try await Reply(router, .get, "/statements/grace/2026-03.csv"),
                try await Reply(router, .get, "/statements/eve/2026-03.json"),
            ]
        }
        #expect(replies.map(\.status) == [200, 503, 503, 503])
        #expect(replies[0].body.contains("The log cannot be reached"))
        for reply in replies.dropFirst() { #expect(reply.body.contains("not all of it is in them yet")) }
    }

    @Test("the skipped deals are listed with reason and remedy, those that went through are not")
    func skipped() async throws {
        let reply = try await site { try await Reply($0, .get, "/v1/skipped") }
        #expect(reply.body.hasPrefix(#"{"count":1,"skipped":[{"deal":"D-7","source":"maven""#))
        #expect(reply.body.contains(#""remedy":"Add it.""#))
        #expect(
            reply.body.contains(#""freshness":{"behind":0,"quarantined":0,"commandsBehind":0,"missingPartitions":[]}"#))
    }

    @Test("a page of skipped deals says whence each came, and what keeps it")
    func skippedPage() async throws {
        let page = try await site { try await Reply($0, .get, "/skipped?page=9") }.body
        #expect(page.contains("<p class=\"quiet\">maven · sales_pipeline.csv row 17</p>"))
        #expect(page.contains("<dd>product &#39;X&#39; is not known<span class=\"remedy\">Add it.</span></dd>"))
        #expect(page.contains("Page 1 of 1") == false)
    }

    @Test(
        "the API answers in problems",
        arguments: ["/v1/x", "/v1/payees/eve/statements", "/v1/payees/grace/statements/2027"])
    func problems(_ path: String) async throws {
        let reply = try await site { try await Reply($0, .get, path) }
        #expect(reply.status == 404)
        #expect(reply.body.hasPrefix(#"{"problems":[{"message":"#))
    }
}

@Suite("The pages of a year")
struct YearPagesTests {
    private func site<Result>(_ body: (Rim.Routes) async throws -> Result) async throws -> Result {
        let ledger = try Ledger()
        for record in try YearTests.documents(ledger.application) { try ledger.append(record) }
        for seed in 0..<8 {
            let year = try Year(of: PayeeID("grace-\(seed)"), seed: UInt64(seed), in: ledger.application)
            for record in year.records { try ledger.append(record) }
        }
        let close = WireCommand.with {
            $0.close.through = "2026-05-31"
            $0.close.payees = ["ada"]
            $0.close.by = "controller"
        }
        try ledger.append(
            (
                Record(key: [], value: try close.encoded(), timestamp: 0),
                TopicPartition(ledger.application.topic(.commands), 0)
            ))
        return try await ledger.built { shelf in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let watch = LagWatch(log: ledger.log, shelf: shelf, logger: logger)
            _ = await watch.look()
            let site = try Site(shelf: shelf, watch: watch)
            return try await body(
                Rim.router(health: Health(), metrics: Metrics(), logger: logger, routes: site.addRoutes))
        }
    }

    @Test("a payee's page shows status, payouts and corrections")
    func payee() async throws {
        let page = try await site { try await Reply($0, .get, "/payees/ada") }.body
        #expect(page.contains("status approved"))
        #expect(page.contains("accounts payable"))
        #expect(page.contains("3,910.00"))
        #expect(page.contains("ada/6"))
    }

    @Test("a close is shown by whom, also where nothing was paid out")
    func closed() async throws {
        let text = try await site { try await Reply($0, .get, "/statements/ada/2026-05.json") }.body
        #expect(text.contains(#""status":"closed","closedBy":"controller""#))
    }

    @Test("corrections of everybody come a page at a time")
    func corrections() async throws {
        let (first, last) = try await site {
            (try await Reply($0, .get, "/corrections").body, try await Reply($0, .get, "/corrections?page=99").body)
        }
        #expect(first.contains("/corrections?page=2"))
        #expect(first.contains("Page 1 of"))
        #expect(!last.contains("rel=\"next\""))
    }

    @Test("the index says how far every period has come")
    func index() async throws {
        let page = try await site { try await Reply($0, .get, "/") }.body
        #expect(page.firstMatch(of: /[0-9]\/[0-9] approved/) != nil)
    }
}
