import ArgumentParser
import Domain
import Records
import Runtime
import SwiftProtobuf

struct Adjust: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks for money to be paid to a payee, or taken back.",
        discussion: """
            ingest adjust ada 250 USD --reason "Spiff of the fair in May" --by finn
            ingest adjust ada -250 USD --reason "Spiff was paid twice" --by finn
            ingest approve ADJUSTMENT --by vera

            Nothing is posted before another person approves it. Asked for again, the same is the same adjustment; a \
            second one of the same amount and reason takes an --id of its own. 'ingest adjustments' lists them.
            """)

    @Argument(help: ArgumentHelp("The payee's ID, name or e-mail.", valueName: "payee"))
    var payee: String

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Amount and currency: 250.00 USD; a negative one is taken back.", valueName: "amount currency"))
    var amount: [String] = []

    @Option(help: "Why, for the statement and for whoever approves it.")
    var reason: String

    @Option(
        help: ArgumentHelp("The period it belongs to, such as 2026-03. (default: the open one)", valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("What to call it. (default: made from what it says)", valueName: "id"))
    var id: String?

    @OptionGroup var person: PersonOption
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws {
        let work = try Workplace(common)
        let acting = try Acting(work)
        let request = try Adjusting(acting.company, acting.acts).request(
            payee: payee, amount: amount, reason: reason, period: period, id: id, by: person.name())
        if let known = acting.acts.adjustments[request.id] {
            return Terminal.writeOutput("\(request.id) was asked for already: \(known.text); nothing to do\n")
        }
        try acting.ask(request)
        Terminal.writeOutput(
            "\(request.id): \(request.amount) \(request.currency) for \(request.payee), to be approved by somebody else:\n"
                + "  ingest approve \(request.id) --by NAME\n")
    }
}

extension Acting {
    func ask(_ request: WireAdjustmentRequest) throws {
        try append(.adjustment(request), key: request.payee, id: "adjustment/\(request.id)", now: .now)
        let taken = acts.adjustments[request.id]
        try checkTaken(taken?.isAsked(by: request) == true, request.id, taken?.text ?? "it is not there")
    }
}

/// What can be asked for, and what cannot, with everything that is wrong said before anything is appended.
struct Adjusting {
    let company: Company
    let acts: Acts

    init(_ company: Company, _ acts: Acts) { (self.company, self.acts) = (company, acts) }

    func request(
        payee name: String, amount words: [String], reason: String, period: String?, id: String?, by person: String
    ) throws(Problem) -> WireAdjustmentRequest {
        let payee = try payee(name)
        let money = try money(words)
        let period = try period.map { text throws(Problem) in try open(text, of: payee) }
        let reason = try Reason.checked(reason, of: "--reason")
        if let id, !DealID(id).isStorable || id.trimmed != id || id.isEmpty {
            throw Problem(
                where: "--id", "an ID has 1 to 200 bytes and no control character or space around it",
                remedy: "Give it a short one, or none.")
        }
        let text = "\(payee)\n\(money)\n\(period?.label ?? "")\n\(reason)\n\(person)"
        return .with {
            $0.id = id ?? "adj-" + hexadecimal(digest(text.utf8)).prefix(10)
            $0.payee = payee.text
            $0.amount = money.amount.description
            $0.currency = money.currency.code
            $0.period = period?.label ?? ""
            $0.reason = reason
            $0.by = person
        }
    }

    private func payee(_ name: String) throws(Problem) -> PayeeID {
        if let payee = company.payee(called: name) { return payee.id }
        let near = suggestion(for: name, among: company.payees.keys.map(\.text).sorted())
        throw Problem(
            where: "payee", "'\(name)' is nobody among the payees\(near)", remedy: "Name one of payees.csv.")
    }

    private func money(_ words: [String]) throws(Problem) -> Money {
        guard words.count == 2, let amount = try? Number(words[0]), !amount.isZero else {
            throw Problem(
                where: "amount", "'\(words.joined(separator: " "))' is no amount and currency, or it is zero",
                remedy: "Write it as 250.00 USD, or -250.00 USD.")
        }
        guard let currency = Currency(words[1]) else {
            throw Problem(
                where: "currency", "'\(words[1])' is not an ISO 4217 currency", remedy: "Write it as USD or EUR.")
        }
        let money = Money(amount, currency)
        guard money.isPayable, money.isWithinLimit else {
            throw Problem(
                where: "amount",
                "\(money) has more than the \(currency.minorPlaces) decimal places of \(currency), or is beyond \(Money.limit)",
                remedy: "Give an amount that can be paid.")
        }
        return money
    }

    private func open(_ text: String, of payee: PayeeID) throws(Problem) -> Period {
        guard let period = Period(text) else {
            throw Problem(
                where: "--period", "'\(text)' is not a period",
                remedy: "Write it as 2026-03, 2026-Q1, 2026-W05 or 2026.")
        }
        if let closed = acts.closedThrough[payee], closed >= period.end {
            throw Problem(
                where: "--period", "\(period) is closed for \(payee)",
                remedy: "Leave --period out, and it goes to the open one.")
        }
        return period
    }
}

extension Acts.Request {
    var text: String { "\(amount) for \(payee), by \(by), \(standing)" }

    fileprivate func isAsked(by wire: WireAdjustmentRequest) -> Bool {
        payee.text == wire.payee && amount.amount == (try? Number(wire.amount)) && amount.currency.code == wire.currency
            && (period?.label ?? "") == wire.period && reason == wire.reason && by == wire.by
    }

    var standing: String {
        guard let decision else { return "to be approved" }
        return "\(decision.approved ? "approved" : "rejected") by \(decision.by)"
    }
}

struct Adjustments: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the adjustments that were asked for, and what was decided on them.",
        discussion: """
            ingest adjustments
            ingest adjustments --open        those that wait for approval
            """)

    @Flag(help: "Only those that wait for approval.") var open = false
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws {
        let work = try Workplace(common)
        let acts = try Applying.company(work.application, work.log).acts
        Terminal.writeOutput(Adjustments.text(acts, onlyOpen: open))
    }

    static func text(_ acts: Acts, onlyOpen: Bool) -> String {
        let chosen = acts.adjustments.filter { !onlyOpen || $0.value.isWaiting }.sorted { $0.key < $1.key }
        guard !chosen.isEmpty else {
            return onlyOpen ? "No adjustment waits for approval.\n" : "There are no adjustments.\n"
        }
        var table = TextTable(
            ["Adjustment", "Payee", "Amount", "Currency", "Period", "Asked for by", "Decided", "Reason"],
            [.left, .left, .right])
        for (id, it) in chosen {
            table.append([
                id, it.payee.text, it.amount.amount.formatted(places: it.amount.currency.minorPlaces),
                it.amount.currency.code, it.period?.label ?? "open", it.by, it.standing, it.reason,
            ])
        }
        return table.text
    }
}
