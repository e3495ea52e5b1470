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
            "",
            "payees.csv: is missing; it lists who is paid: id,name,currency,email,channel,start,end,crm_ids"),
        Case(
            "a required column is missing", "payees.csv",
            "id,name\nada,Ada\nbob,Bob\ncyd,Cyd\n",
            "payees.csv:1: column 'currency' is missing; the header should be "
                + "id,name,currency,email,channel,start,end,crm_ids"),
        Case(
            "a column nobody knows", "payees.csv",
            "id,name,currency,emial\nada,Ada,USD,a@b.c\nbob,Bob,USD,\ncyd,Cyd,USD,\n",
            "payees.csv:1: there is no column 'emial' (did you mean 'email'?)"),
        Case(
            "an empty ID", "payees.csv",
            "id,name,currency\n,Nobody,USD\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\n",
            "payees.csv:2: column 'id': is empty; every row needs one"),
        Case(
            "an ID twice", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\nada,Ida,USD\n",
            "payees.csv:5: column 'id': 'ada' is already what 'ada' on line 2 is called; give each payee "
                + "an ID of their own"),
        Case(
            "one name for two", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,ADA,EUR\ncyd,Cyd,USD\n",
            "payees.csv:3: column 'name': 'ADA' is already what 'ada' on line 2 is called; a deal that "
                + "names it must mean one payee, so tell them apart"),
        Case(
            "a CRM ID for two", "payees.csv",
            "id,name,currency,crm_ids\nada,Ada,USD,U1;U2\nbob,Bob,EUR,u2\ncyd,Cyd,USD,\n",
            "payees.csv:3: column 'crm_ids': 'u2' is already what 'ada' on line 2 is called; a deal that "
                + "names it must mean one payee, so tell them apart"),
        Case(
            "a currency in small letters", "payees.csv",
            "id,name,currency\nada,Ada,usd\nbob,Bob,EUR\ncyd,Cyd,USD\n",
            "payees.csv:2: column 'currency': 'usd' is not an ISO 4217 currency; write 'USD'"),
        Case(
            "no such currency", "payees.csv",
            "id,name,currency\nada,Ada,XXX\nbob,Bob,EUR\ncyd,Cyd,USD\n",
            "payees.csv:2: column 'currency': 'XXX' is not an ISO 4217 currency such as USD or EUR"),
        Case(
            "a wrong channel", "payees.csv",
            "id,name,currency,channel\nada,Ada,USD,payrol\nbob,Bob,EUR,\ncyd,Cyd,USD,\n",
            "payees.csv:2: column 'channel': 'payrol' is none of its values (did you mean 'payroll'?)"),
        Case(
            "a wrong e-mail address", "payees.csv",
            "id,name,currency,email\nada,Ada,USD,ada at x\nbob,Bob,EUR,\ncyd,Cyd,USD,\n",
            "payees.csv:2: column 'email': 'ada at x' is not an e-mail address such as ada@example.com"),
        Case(
            "a day that does not exist", "payees.csv",
            "id,name,currency,start,end\nada,Ada,USD,2026-02-29,\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n",
            "payees.csv:2: column 'start': '2026-02-29' is not a date such as 2026-03-01"),
        Case(
            "an end before the start", "payees.csv",
            "id,name,currency,start,end\nada,Ada,USD,2026-05-01,2026-04-30\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n",
            "payees.csv:2: column 'end': '2026-04-30' is before the start, 2026-05-01; correct one of them"),
        Case(
            "a short row", "payees.csv",
            "id,name,currency\nada,Ada\nbob,Bob,EUR\ncyd,Cyd,USD\n",
            "payees.csv:2: has 2 fields, the header has 3 columns"),
        Case(
            "a quote never closed", "payees.csv",
            "id,name,currency\nbob,Bob,EUR\ncyd,Cyd,USD\nada,\"Ada,USD\n",
            "payees.csv:4: column 'name' has no closing quote"),
        Case(
            "a line break in an ID", "payees.csv",
            "id,name,currency\nada,Ada,USD\nbob,Bob,EUR\ncyd,Cyd,USD\n\"d\nx\",Dee,USD\n",
            "payees.csv:5: column 'id': holds a line break or another control character; remove it"),
        Case(
            "four mistakes in one row", "payees.csv",
            "id,name,currency,channel,start\nada,,dollars,cash,yesterday\nbob,Bob,EUR,,\ncyd,Cyd,USD,,\n",
            "payees.csv:2: column 'name': is empty; every row needs one",
            "payees.csv:2: column 'currency': 'dollars' is not an ISO 4217 currency such as USD or EUR",
            "payees.csv:2: column 'channel': 'cash' is none of its values; known: payroll, accounts-payable",
            "payees.csv:2: column 'start': 'yesterday' is not a date such as 2026-03-01"),
    ]

    static let hierarchy = [
        Case(
            "an unknown payee", "hierarchy.csv",
            "payee,manager,from\nadda,bob,2026-01-01\n",
            "hierarchy.csv:2: column 'payee': there is no payee 'adda' in payees.csv (did you mean 'ada'?)"),
        Case(
            "an unknown manager", "hierarchy.csv",
            "payee,manager,from\nada,zoe,2026-01-01\n",
            "hierarchy.csv:2: column 'manager': there is no payee 'zoe' in payees.csv (did you mean 'bob'?)"),
        Case(
            "a wrong date", "hierarchy.csv",
            "payee,manager,from\nada,bob,01.01.2026\n",
            "hierarchy.csv:2: column 'from': '01.01.2026' is not a date such as 2026-03-01"),
        Case(
            "no date", "hierarchy.csv",
            "payee,manager,from\nada,bob,\n",
            "hierarchy.csv:2: column 'from': is empty; every row needs one"),
        Case(
            "one's own manager", "hierarchy.csv",
            "payee,manager,from\nada,ada,2026-01-01\n",
            "hierarchy.csv:2: column 'manager': 'ada' cannot manage themselves; leave it empty if nobody does"),
        Case(
            "a circle", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nbob,cyd,2026-01-01\ncyd,ada,2026-01-01\n",
            "hierarchy.csv:2: from 2026-01-01 on these manage each other in a circle: ada → bob → cyd → "
                + "ada; correct one of their rows"),
        Case(
            "a circle for a month only", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nada,,2026-06-01\nbob,ada,2026-05-01\n",
            "hierarchy.csv:4: from 2026-05-01 on these manage each other in a circle: bob → ada → bob; "
                + "correct one of their rows"),
        Case(
            "two managers on one day", "hierarchy.csv",
            "payee,manager,from\nada,bob,2026-01-01\nada,cyd,2026-01-01\n",
            "hierarchy.csv:3: the manager of 'ada from 2026-01-01' is there already, on line 2; keep one of them"),
    ]

    static let contracts = [
        Case(
            "an unknown payee", "contracts.csv",
            "payee,plan,from,to\nann,reps,2026-01-01,\n",
            "contracts.csv:2: column 'payee': there is no payee 'ann' in payees.csv (did you mean 'ada'?)"),
        Case(
            "an unknown plan", "contracts.csv",
            "payee,plan,from,to\nada,rep,2026-01-01,\n",
            "contracts.csv:2: column 'plan': there is no plan 'rep' in plans/ (did you mean 'reps'?)"),
        Case(
            "an overlap", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-01-01,2026-06-30\nada,reps,2026-06-30,\n",
            "contracts.csv:3: overlaps the contract on line 2 (reps, 2026-01-01 to 2026-06-30): a payee "
                + "has one plan a day; end that one on 2026-06-29, or begin this one later"),
        Case(
            "an overlap with an open one", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-07-01,2026-12-31\nada,reps,2026-01-01,\n",
            "contracts.csv:2: overlaps the contract on line 3 (reps, 2026-01-01 to open): a payee has "
                + "one plan a day; end that one on 2026-06-30, or begin this one later"),
        Case(
            "the same contract twice", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-01-01,\nada,reps,2026-01-01,\n",
            "contracts.csv:3: overlaps the contract on line 2 (reps, 2026-01-01 to open): a payee has "
                + "one plan a day; remove one of them"),
        Case(
            "an end before the beginning", "contracts.csv",
            "payee,plan,from,to\nada,reps,2026-07-01,2026-06-30\n",
            "contracts.csv:2: column 'to': '2026-06-30' is before 'from', 2026-07-01; correct one of them"),
    ]

    static let quotas = [
        Case(
            "zero", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,0\n",
            "quotas.csv:2: column 'amount': '0' is not more than zero"),
        Case(
            "below zero", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,-5\n",
            "quotas.csv:2: column 'amount': '-5' is not more than zero"),
        Case(
            "thousands separators", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,\"1,200,000\"\n",
            "quotas.csv:2: column 'amount': '1,200,000' is not a number such as 1054.50; leave out "
                + "thousands separators and write a point before decimals"),
        Case(
            "no number", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,lots\n",
            "quotas.csv:2: column 'amount': 'lots' is not a number such as 1054.50"),
        Case(
            "no such period", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026-Q5,100\n",
            "quotas.csv:2: column 'period': '2026-Q5' is not a period; write a year (2026), a quarter "
                + "(2026-Q1) or a month (2026-03)"),
        Case(
            "twice", "quotas.csv",
            "payee,measure,period,amount\nada,bookings,2026,100\nada,bookings,2026,200\n",
            "quotas.csv:3: the quota 'ada/bookings/2026' is there already, on line 2; keep one of them"),
        Case(
            "a measure no plan has", "quotas.csv",
            "payee,measure,period,amount\nada,booking,2026,100\n",
            "quotas.csv:2: column 'measure': no plan has a quota 'booking' (did you mean 'bookings'?)"),
        Case(
            "more than the plan lets a contract have", "plans/reps.yaml",
            TinyCompany.plan + "\nadjustable: {quota.bookings: {from: 100000, to: 1000000}}\n",
            "quotas.csv:2: column 'amount': 1200000 is not between 100000 and 1000000, which plan 'reps' allows "
                + "for quota.bookings"),
        Case(
            "a plan that waits for a misspelt milestone", "plans/reps.yaml",
            TinyCompany.plan + "\nrelease: [{on: aproval, share: 100%}]\n",
            "plans/reps.yaml: no mapping has the milestone 'aproval' (did you mean 'approval'?)"),
    ]

    static let ratesAndProducts = [
        Case(
            "a rate of zero", "exchange-rates.csv",
            "from,to,date,rate\nEUR,USD,2026-01-01,0\n",
            "exchange-rates.csv:2: column 'rate': '0' is not more than zero"),
        Case(
            "one currency against itself", "exchange-rates.csv",
            "from,to,date,rate\nEUR,EUR,2026-01-01,1\n",
            "exchange-rates.csv:2: column 'to': is the same currency as 'from'; one EUR is always one "
                + "EUR, remove the row"),
        Case(
            "a rate twice", "exchange-rates.csv",
            "from,to,date,rate\nEUR,USD,2026-01-01,1.1\nEUR,USD,2026-01-01,1.2\n",
            "exchange-rates.csv:3: the exchange rate 'EUR/USD/2026-01-01' is there already, on line 2; "
                + "keep one of them"),
        Case(
            "a product twice", "products.csv",
            "name\nBolt\nBolt\n",
            "products.csv:3: the product 'Bolt' is there already, on line 2; keep one of them"),
        Case(
            "a product without a name", "products.csv",
            "name,price\n,3\n",
            "products.csv:2: column 'name': is empty; every row needs one"),
    ]

    static let yaml = [
        Case(
            "no settings", "company.yaml",
            "",
            "company.yaml: is missing; it should at least say 'name: …'"),
        Case(
            "an unknown setting", "company.yaml",
            "name: Tiny\npostclose: accept\n",
            "company.yaml:2:1: there is no setting 'postclose' (did you mean 'post-close'?)"),
        Case(
            "an unknown policy", "company.yaml",
            "name: Tiny\npost-close: aprove\n",
            "company.yaml:2:13: 'aprove' is none of its values (did you mean 'approve'?)"),
        Case(
            "too many levels", "company.yaml",
            "name: Tiny\nmanagers: 10\n",
            "company.yaml:2:11: 'managers' is how many levels of managers are credited: a number from 0 to 9"),
        Case(
            "no name", "company.yaml",
            "managers: 1\n",
            "company.yaml: 'name' is missing; give the company's name"),
        Case(
            "no YAML", "company.yaml",
            "name: [Tiny\n",
            "company.yaml:2:1: cannot be read as YAML: did not find expected ',' or ']'"),
        Case(
            "a key twice", "company.yaml",
            "name: Tiny\nname: Other\n",
            "company.yaml:1:1: 'name' is there twice; keep one"),
        Case(
            "a list of settings", "company.yaml",
            "- name: Tiny\n",
            "company.yaml:1:1: should be 'key: value' lines"),
        Case(
            "an empty plan", "plans/reps.yaml",
            "\n",
            "plans/reps.yaml: a plan file is a list of 'key: value' lines, beginning with 'plan: NAME'"),
        Case(
            "a plan with a wrong measure", "plans/reps.yaml",
            "plan: reps\ncurrency: USD\nmeasures:\n  bookings: {of: credit.amount, over: year, quota: "
                + "contract.quota.bookings}\ncomponents:\n  commission: {for: boking, rate: 6%}\n",
            "plans/reps.yaml:6:21: there is no measure 'boking' (did you mean 'bookings'?)"),
        Case(
            "a plan twice", "plans/more.yaml",
            "plan: reps\n",
            "plans/more.yaml:1:1: 'currency' is missing",
            "plans/more.yaml:1:1: 'measures' names at least one measure",
            "plans/more.yaml:1:1: 'components' names at least one component",
            "plans/reps.yaml: plan 'reps' is already in plans/more.yaml; a plan has one file"),
        Case(
            "something else among the plans", "plans/reps.txt",
            "plan: reps\n",
            "plans/reps.txt: is not a YAML file; plans/ holds .yaml files only"),
        Case(
            "a mapping without an ID", "mappings/crm.yaml",
            "source: crm\nstage: {field: stage, won: [Won]}\n",
            "mappings/crm.yaml: 'id' is missing"),
        Case(
            "a mapping with an unknown key", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: stage\nammount: value\n",
            "mappings/crm.yaml:4:1: 'ammount' is not a key of a mapping (did you mean 'amount'?)"),
        Case(
            "a mapping with a wrong date format", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: stage\nclosed: {field: d, format: DD.MM.YYYY}\n",
            "mappings/crm.yaml:4:28: 'DD.MM.YYYY' is not a date format such as yyyy-MM-dd, dd-MM-yyyy or M/d/yy"),
        Case(
            "a stage that means two things", "mappings/crm.yaml",
            "source: crm\nid: id\nstage: {field: stage, won: [Won], lost: [Won]}\n",
            "mappings/crm.yaml:3:41: stage 'Won' is mapped twice"),
        Case(
            "a source mapped twice", "mappings/more.yaml",
            "source: crm\nid: id\nstage: stage\n",
            "mappings/more.yaml: source 'crm' is already mapped in mappings/crm.yaml; a source has one mapping"),
        Case(
            "a misspelt file", "qoutas.csv",
            "payee,measure,period,amount\n",
            "qoutas.csv: is not part of a company folder (did you mean 'quotas.csv'?)"),
        Case(
            "a misspelt folder", "plan/reps.yaml",
            "plan: reps\n",
            "plan: is not part of a company folder (did you mean 'plans'?)"),
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
}
