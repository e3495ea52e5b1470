import ArgumentParser
import Domain
import Records
import Runtime
import Streams

struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says which events changed what a period pays, from what to what.",
        discussion: """
            statements why ada 2026-03
            statements why ada 2026-03 --between 2026-03-10 2026-03-20
            statements why ada 2026-03 --between 12 17

            Between two days or moments (2026-03-10T09:00:00Z), or two documents by their numbers; the second counts, the \
            first does not. Without it: since the payee's last statement was approved, and for a period that is closed, \
            from its beginning.
            """)

    @Argument(help: "The payee's ID.") var payee: String
    @Argument(help: "The period: 2026-03, 2026-Q1, 2026 …") var period: String
    @Option(parsing: .upToNextOption, help: "From where to where.") var between: [String] = []
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        guard between.isEmpty || between.count == 2 else {
            throw ValidationError("--between takes two days, moments or numbers of documents.")
        }
    }

    func run() async throws {
        let (period, place, id) = (try Period(argument: period), try Workplace(common), PayeeID(payee))
        try await place.catchUp().warn()
        guard let shown = try await place.shelf.statement(of: id, period) else {
            throw Problem(
                where: payee, "there is no statement for \(period)", remedy: "See 'statements list' for who has which.")
        }
        let documents = try await place.shelf.documents(of: id)
        let span = try span(documents, shown.standing)
        let tracing = Tracing(period: period, documents: documents)
        let text = try await OSThread.run(named: "why") { [log = place.log, application = place.application] in
            try tracing.text(id, span, Trail(log, application))
        }
        Terminal.writeOutput(text)
    }

    private func span(_ documents: [LedgerDocument], _ standing: Standing) throws -> Tracing.Span {
        guard between.count == 2 else {
            let approval = documents.last { $0.kind == .approval }
            return Tracing.Span(after: standing.status == .draft ? approval?.sequence ?? 0 : 0)
        }
        return Tracing.Span(
            after: try sequence(between[0], documents, isEnd: false),
            through: try sequence(between[1], documents, isEnd: true))
    }

    /// The last document up to there.
    private func sequence(_ text: String, _ documents: [LedgerDocument], isEnd: Bool) throws -> Int64 {
        if let number = Int64(text) { return number }
        let day = CalendarDate(text).map { isEnd ? $0.adding(days: 1) : $0 }
        guard let moment = Instant(text) ?? day.flatMap({ Instant("\($0)T00:00:00Z") }) else {
            throw Problem(
                where: "--between", "'\(text)' is no day, moment or document",
                remedy: "Write 2026-03-10, 2026-03-10T09:00:00Z or the number of a document.")
        }
        return documents.last { isEnd && CalendarDate(text) != nil ? $0.occurred < moment : $0.occurred <= moment }?
            .sequence ?? 0
    }
}

extension Tracing {
    /// No more lines of one cause than this: a new plan re-rates a whole year.
    private static let changesLimit = 12

    func text(_ payee: PayeeID, _ span: Span, _ trail: Trail) throws -> String {
        let steps = try steps(span)
        guard let first = steps.first else {
            return "Nothing changed what \(period) pays \(payee)\(Tracing.words(span)).\n".printableLines
        }
        var text = "What \(period) pays \(payee)\(Tracing.words(span))\n"
        var currencies: [Currency] = [first.currency]
        for step in steps where !currencies.contains(step.currency) { currencies.append(step.currency) }
        for currency in currencies {
            let own = steps.filter { $0.currency == currency }
            let (from, to) = (own.first?.from ?? .zero, own.last?.to ?? .zero)
            text += "\(Wording.amount(from, currency)) → \(Wording.amount(to, currency)) \(currency)\n"
        }
        for step in steps { text += try "\n" + self.text(step, payee, trail) }
        return text.printableLines
    }

    private func text(_ step: Step, _ payee: PayeeID, _ trail: Trail) throws -> String {
        let numbers = step.documents.map { "\(payee)/\($0)" }.joined(separator: ", ")
        var text = "\(step.occurred)  \(try sentence(step, trail))  (\(numbers))\n"
        text +=
            "  pays \(Wording.amount(step.from, step.currency)) → \(Wording.amount(step.to, step.currency)) "
            + "\(step.currency)\n"
        for change in step.changes.prefix(Tracing.changesLimit) {
            text +=
                "    \(change.what): \(Wording.amount(change.from, step.currency)) → "
                + Wording.amount(change.to, step.currency)
            text += change.due.map { ", due \(Wording.amount($0, step.currency))\n" } ?? "\n"
        }
        let more = step.changes.count - Tracing.changesLimit
        return more > 0 ? text + "    and \(more) more\n" : text
    }

    private func sentence(_ step: Step, _ trail: Trail) throws -> String {
        guard let found = try trail.event(step.cause) else { return "By \(step.cause), which is not in this log." }
        return Telling(found.event, in: documents, before: step.documents.first ?? 0).sentence
    }

    private static func words(_ span: Span) -> String {
        (span.after > 0 ? " since document \(span.after)" : "")
            + (span.through < .max ? " up to document \(span.through)" : "")
    }
}

extension Shelf {
    /// All of a payee's documents, in order.
    func documents(of payee: PayeeID) async throws -> [LedgerDocument] {
        try await read(.ledger, partition: partition(of: payee.text)) { database in
            try LedgerStore.payee(payee, database).map { try LedgerStore.documents(of: $0, database) } ?? []
        } ?? []
    }
}
