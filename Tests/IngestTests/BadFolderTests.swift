import Domain
import Foundation
import Testing

@testable import ingest

/// Each case spoils one file of `TinyCompany` and lists everything that is then reported.
@Suite("A company folder is refused with everything that is wrong in it")
struct BadFolderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let file: String
        /// The file's text; an empty one leaves it out.
        let text: String
        let problems: [String]
        var testDescription: String { name }

        init(_ name: String, _ file: String, _ text: String, _ problems: String...) {
            self.name = name
            self.file = file
            self.text = text
            self.problems = problems
        }
    }

    static let payees = [
        Case(
            "the file is missing", "payees.csv",
            ""),
        Case(
            "a required column is missing", "payees.csv",
            "id,name\nada,Ada\n"),
        Case(
            "a column nobody knows", "payees.csv",
            "id,name,currency,emial\nada,Ada,USD,a@b.c\nbob,Bob,USD,\ncyd,Cyd,USD,\n"),
        Case(
            "an empty ID", "payees.csv",
            "id,name,currency\n,Nobody,USD\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\n"),
        Case(
            "an ID twice", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\nada,Ida,USD\n"),
        Case(
            "one name for two", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,ADA,EUR\ncyd,Cyd,USD\n"),
        Case(
            "a CRM ID for two", "payees.csv",
            "id,name,currency,crm_ids\nada,Ada,USD,U1;U2\nbob,Bob,EUR,u2\ncyd,Cyd,USD,\n"),
        Case(
            "a currency in small letters", "payees.csv",
            "id,name,currency\nada,Ada,usd\nbob,Bob,EUR\ncyd,Cyd,USD\n"),
        Case(
            "no such currency", "payees.csv",
            "id,name,currency\nada,Ada,XXX\nbob,Bob,EUR\ncyd,Cyd,USD\n"),
        Case(
            "a wrong channel", "payees.csv",
            "id,name,currency,channel\nada,Ada,USD,payrol\nbob,Bob,EUR,\ncyd,Cyd,USD,\n"),
        Case(
            "a wrong e-mail address", "payees.csv",
            "id,name,currency,email\nada,Ada,USD,ada at x\nbob,Bob,EUR,\ncyd,Cyd,USD,\n"),
        Case(
            "a day that does not exist", "payees.csv",
            "id,name,currency,start,end\nada,Ada,USD,2026-02-29,\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n"),
        Case(
            "an end before the start", "payees.csv",
            "id,name,currency,start,end\nada,Ada,USD,2026-05-01,2026-04-30\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n"),
        Case(
            "a short row", "payees.csv",
            "id,name,currency\nada,Ada\nbob,Bob,EUR\ncyd,Cyd,USD\n"),
        Case(
            "a quote never closed", "payees.csv",
            "id,name,currency\nbob,Bob,EUR\ncyd,Cyd,USD\nada,\"Ada,USD\n"),
        Case(
            "a line break in an ID", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\n\"d\nx\",Dee,USD\n"),
        Case(
            "four mistakes in one row", "payees.csv",
            "id,name,currency,channel,start\nada,,dollars,cash,yesterday\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n"),
    ]

    static let hierarchy = [
        Case(
            "an unknown payee", "hierarchy.csv",
            "payee,manager,from\nadda,bob,2026-01-01\n"),
        Case(
            "an unknown manager", "hierarchy.csv",
            "payee,manager,from\nada,zoe,2026-01-01\n"),
        Case(
            "a wrong date", "hierarchy.csv",
            "payee,manager,from\nada,bob,01.01.2026\n"),
        Case(
            "no date", "hierarchy.csv",
            "payee,manager,from\nada,bob,\n"),
        Case(
            "one's own manager", "hierarchy.csv",
            "payee,manager,from\nada,ada,2026-01-01\n"),
        Case(
            "a circle", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nbob,cyd,2026-01-01\ncyd,ada,2026-01-01\n"),
        Case(
            "a circle for a month only", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nada,,2026-06-01\nbob,ada,2026-05-01\n"),
        Case(
            "two managers on one day", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nada,cyd,2026-01-01\n"),
    ]

    static let contracts = [
        Case(
            "an unknown payee", "contracts.csv",
            "payee,plan,from,to\nann,reps,2026-01-01,\n"),
        Case(
            "an unknown plan", "contracts.csv",
            "payee,plan,from,to\nada,rep,2026-01-01,\n"),
        Case(
            "an overlap", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-01-01,2026-06-30\nada,reps,2026-06-30,\n"),
        Case(
            "an overlap with an open one", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-07-01,2026-12-31\nada,reps,2026-01-01,\n"),
        Case(
            "the same contract twice", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-01-01,\nada,reps,2026-01-01,\n"),
        Case(
            "an end before the beginning", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-07-01,2026-06-30\n"),
    ]

    static let quotas = [
        Case(
            "zero", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,0\n"),
        Case(
            "below zero", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,-5\n"),
        Case(
            "thousands separators", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,\"1,200,000\"\n"),
        Case(
            "no number", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,lots\n"),
        Case(
            "no such period", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026-Q5,100\n"),
        Case(
            "twice", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,100\nada,bookings,2026,200\n"),
        Case(
            "a measure no plan has", "quotas.csv",
            "payee,measure,period,amount\nada,booking,2026,100\n"),
    ]

    static let ratesAndProducts = [
        Case(
            "a rate of zero", "exchange-rates.csv",
            "from,to,date,rate\nEUR,USD,2026-01-01,0\n"),
        Case(
            "one currency against itself", "exchange-rates.csv",
            "from,to,date,rate\nEUR,EUR,2026-01-01,1\n"),
        Case(
            "a rate twice", "exchange-rates.csv",
            "from,to,date,rate\nEUR,USD,2026-01-01,1.1\nEUR,USD,2026-01-01,1.2\n"),
        Case(
            "a product twice", "products.csv",
            "name\nBolt\nBolt\n"),
        Case(
            "a product without a name", "products.csv",
            "name,price\n,3\n"),
    ]

    static let yaml = [
        Case(
            "no settings", "company.yaml",
            ""),
        Case(
            "an unknown setting", "company.yaml",
            "name: Tiny\npostclose: accept\n"),
        Case(
            "an unknown policy", "company.yaml",
            "name: Tiny\npost-close: aprove\n"),
        Case(
            "too many levels", "company.yaml",
            "name: Tiny\nmanagers: 10\n"),
        Case(
            "no name", "company.yaml",
            "managers: 1\n"),
        Case(
            "no YAML", "company.yaml",
            "name: [Tiny\n"),
        Case(
            "a key twice", "company.yaml",
            "name: Tiny\nname: Other\n"),
        Case(
            "a list of settings", "company.yaml",
            "- name: Tiny\n"),
        Case(
            "an empty plan", "plans/reps.yaml",
            "\n"),
        Case(
            "a plan with a wrong measure", "plans/reps.yaml",
            "plan: reps\ncurrency: USD\nmeasures:\n  bookings: {of: credit.amount, over: year, quota: "
                + "contract.quota.bookings}\ncomponents:\n  commission: {for: boking, rate: 6%}\n"),
        Case(
            "a plan twice", "plans/more.yaml",
            "plan: reps\n"),
        Case(
            "something else among the plans", "plans/reps.txt",
            "plan: reps\n"),
        Case(
            "a mapping without an ID", "mappings/crm.yaml",
            "source: crm\nstage: {field: stage, won: [Won]}\n"),
        Case(
            "a mapping with an unknown key", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: stage\nammount: value\n"),
        Case(
            "a mapping with a wrong date format", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: stage\nclosed: {field: d, format: DD.MM.YYYY}\n"),
        Case(
            "a stage that means two things", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: {field: stage, won: [Won], lost: [Won]}\n"),
        Case(
            "a source mapped twice", "mappings/more.yaml",
            "source: crm\nid: id\nstage: stage\n"),
        Case(
            "a misspelt file", "qoutas.csv",
            "payee,measure,period,amount\n"),
        Case(
            "a misspelt folder", "plan/reps.yaml",
            "plan: reps\n"),
    ]

    @Test("for its payees", arguments: payees)
    func badPayees(it: Case) throws { try check(it) }

    @Test("for its hierarchy", arguments: hierarchy)
    func badHierarchy(it: Case) throws { try check(it) }

    @Test("for its contracts", arguments: contracts)
    func badContracts(it: Case) throws { try check(it) }

    @Test("for its quotas", arguments: quotas)
    func badQuotas(it: Case) throws { try check(it) }

    @Test("for its exchange rates and products", arguments: ratesAndProducts)
    func badRatesAndProducts(it: Case) throws { try check(it) }

    @Test("for its settings, plans, mappings and file names", arguments: yaml)
    func badYAML(it: Case) throws { try check(it) }

    private func check(_ it: Case) throws {
        #expect(try TinyCompany.problems([it.file: Array(it.text.utf8)]) == it.problems)
    }

    @Test func dump() throws {
        var lines: [String] = []
        for (group, cases) in [("payees", Self.payees), ("hierarchy", Self.hierarchy), ("contracts", Self.contracts), ("quotas", Self.quotas), ("rates and products", Self.ratesAndProducts), ("YAML", Self.yaml)] {
            for it in cases {
                let found = try TinyCompany.problems([it.file: Array(it.text.utf8)])
                lines.append(group + "/" + it.name + "\u{1}" + found.joined(separator: "\u{2}"))
            }
        }
        try Data(lines.joined(separator: "\u{3}").utf8).write(to: URL(fileURLWithPath: "/work/tmp/dump.txt"))
    }
}
