import Domain
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("The log of commands")
struct CommandLogTests {
    /// Commands as `id part/parts base product`; answers the products of the company at the end.
    private func products(_ commands: [String]) throws -> [String] {
        let tiny = try TinyLog()
        let log = CommandLog(reader: try tiny.log.makeReader(), source: TopicPartition("c", 0))
        for (offset, text) in commands.enumerated() {
            let parts = text.split(separator: " ").map(String.init)
            let numbers = parts[1].split(separator: "/").compactMap { Int32($0) }
            let command = WireCommand.with {
                ($0.company.id, $0.company.part, $0.company.parts) = (parts[0], numbers[0], numbers[1])
                $0.company.baseOffset = Int64(parts[2]) ?? 0
                $0.company.changes = parts.dropFirst(3).map { name in
                    name == "broken" ? WireCompanyChange() : WireCompanyChange(.set(.product(name: name)))
                }
            }
            let value = parts[0] == "noise" ? [0xff] : try command.encoded()
            try log.take(
                ConsumedRecord(
                    source: TopicPartition("c", 0), offset: Int64(offset),
                    record: Record(key: nil, value: value, timestamp: 0)))
        }
        return log.company.products.sorted()
    }

    @Test(
        "a set takes effect with its last part, whole or not at all",
        arguments: [
            (["a 0/1 0 A"], ["A"]), (["a 0/2 0 A"], []), (["a 0/2 0 A", "a 1/2 0 B"], ["A", "B"]), (["a 1/2 0 B"], []),
            (["a 0/3 0 A", "a 2/3 0 C"], []), (["a 0/3 0 A", "a 2/3 0 C", "a 1/3 0 B"], []),
            (["a 0/2 0 A", "b 0/2 0 C", "a 1/2 0 B"], ["A", "B"]),
            (["a 0/2 0 A", "b 0/2 0 C", "a 1/2 0 B", "b 1/2 0 D"], ["A", "B"]),
            (["a 0/2 0 A", "a 1/2 0 broken B"], []), (["a 0/1 0 A broken"], []),
            (["a 0/3 0 A", "a 1/3 0 broken", "a 2/3 0 C"], []),
            (["noise 0/1 0", "a 0/1 0 A"], ["A"]),
            // sent twice, in parts that meet
            (["a 0/2 0 A", "a 0/2 0 A", "a 1/2 0 B", "a 1/2 0 B"], ["A", "B"]),
            (["a 0/3 0 A", "a 1/3 0 B", "a 0/3 0 A", "a 2/3 0 C", "a 1/3 0 B", "a 2/3 0 C"], ["A", "B", "C"]),
            (["a 0/2 0 A", "a 1/2 0 broken", "a 0/2 0 A", "a 1/2 0 B"], ["A", "B"]),
            // decided on a company that is no longer
            (["a 0/1 0 A", "b 0/1 0 B"], ["A"]), (["a 0/1 0 A", "b 0/1 1 B"], ["A", "B"]),
            (["a 0/1 0 A", "b 0/2 1 B", "c 0/1 1 C", "b 1/2 1 D"], ["A", "C"]),
        ])
    func parts(commands: [String], expected: [String]) throws { #expect(try products(commands) == expected) }

    @Test("a change that is taken back leaves no trace in any look-up")
    func removal() throws {
        let firm = CreditingFirm()
        var company = firm.company
        for entity in firm.entities { company.apply(.remove(entity.key)) }
        #expect(company.entities.isEmpty && company.payees.isEmpty && company.plans.isEmpty && company.products.isEmpty)
        #expect(company.payee(called: "ada") == nil)
        let day = try #require(CalendarDate("2026-02-05"))
        #expect(company.contract(of: "ada", on: day) == nil)
        #expect(company.exchangeRate(from: Currency("USD")!, to: Currency("EUR")!, on: day) == nil)
        #expect(company.mappings.keys.sorted() == ["api", "payments"])
    }

    @Test("a name that moves from one payee to another is the other's, in whichever order it is told")
    func movingNames() throws {
        let dollars = Currency("USD")!
        let before = [
            Payee(id: "a", name: "A", currency: dollars, aliases: ["x"]), Payee(id: "b", name: "B", currency: dollars),
        ]
        let after = [
            Payee(id: "a", name: "A", currency: dollars), Payee(id: "b", name: "B", currency: dollars, aliases: ["X"]),
        ]
        for order in [[0, 1], [1, 0]] {
            var company = Company()
            for payee in before { company.apply(.set(.payee(payee))) }
            for index in order { company.apply(.set(.payee(after[index]))) }
            #expect(company.payee(called: "x")?.id == "b")
        }
    }

    @Test("only those whose terms changed are told, each with all that is agreed")
    func tellPayees() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder)
            try run.settle()
            func told() throws -> [String] {
                try run.tiny.records(.payeeEvents).map { try WirePayeeEvent(decoding: $0.record.value).payee }
            }
            #expect(try told() == ["ada", "bob", "eva", "max", "mia", "vip"])
            try run.apply([.quota(Quota(payee: "bob", measure: "bookings", period: Period("2026")!, amount: 5))])
            try run.settle()
            #expect(try told().suffix(1) == ["bob"] && told().count == 7)
            try run.apply([], removing: [.init(kind: .contract, name: "bob/2026-01-01/reps")])
            try run.apply([.product(name: "Screw")])
            try run.settle()
            #expect(try told().count == 8)
            let last = try WirePayeeEvent(decoding: run.tiny.records(.payeeEvents).last?.record.value)
            #expect(
                last.payee == "bob" && last.contractsChanged.contracts.isEmpty
                    && last.contractsChanged.quotas.count == 1)
        }
    }
}
