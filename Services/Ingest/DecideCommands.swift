import ArgumentParser
import Domain
import Records
import Runtime
import SwiftProtobuf

struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Approves an adjustment, or a change to a deal after its close.",
        discussion: """
            ingest approve adj-3fb2a60c11 --by vera      an adjustment ('ingest adjustments --open'), not by who asked for it
            ingest approve D-1007 --by vera              the change of a deal that waits ('ingest changes --open')
            """)

    @OptionGroup var subject: SubjectOptions
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws { try subject.decide(approved: true, Workplace(common)) }
}

struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rejects an adjustment, or a change to a deal after its close.",
        discussion: """
            ingest reject adj-3fb2a60c11 --by vera --reason "It was paid in March"
            ingest reject D-1007 --by vera                the deal goes on paying as it was captured
            """)

    @OptionGroup var subject: SubjectOptions
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws { try subject.decide(approved: false, Workplace(common)) }
}

struct SubjectOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The adjustment, or the deal.", valueName: "id"))
    var id: String

    @Option(help: "Why, for whoever reads it later.")
    var reason = ""

    @OptionGroup var person: PersonOption

    func decide(approved: Bool, _ work: Workplace) throws {
        let acting = try Acting(work)
        let reason = reason.isEmpty ? "" : try Reason.checked(reason, of: "--reason")
        var decision = try Deciding(acts: acting.acts, deals: acting.listedDeals())
            .decision(on: id, by: person.name())
        decision.approved = approved
        decision.reason = reason
        try acting.decide(decision)
        let what = decision.kind == .adjustment ? id : "the change of \(id) (revision \(decision.name))"
        Terminal.writeOutput("\(approved ? "Approved" : "Rejected"): \(what), by \(decision.by)\n")
    }
}

extension Acting {
    func decide(_ decision: WireDecision) throws {
        let kind = decision.kind == .adjustment ? "adjustment" : "change/\(decision.revision)"
        let content = hexadecimal(decision.content.prefix(8))
        try append(
            .decision(decision), key: decision.subject, id: "decision/\(kind)/\(decision.subject)/\(content)", now: .now
        )
        let taken = acts.decision(like: decision)
        try checkTaken(
            taken == decision, decision.subject,
            taken.map { "it was \($0.approved ? "approved" : "rejected") by \($0.by)" } ?? "it is not there")
    }
}

/// What a person may decide on.
struct Deciding {
    let acts: Acts
    let deals: [WireSkippedDeal]

    func decision(on id: String, by person: String) throws(Problem) -> WireDecision {
        let request = acts.adjustments[id]
        let deal = deals.first { $0.deal == id && !$0.changes.isEmpty }
        switch (request, deal) {
        case (let request?, nil): return try decision(on: request, id, by: person)
        case (nil, let deal?): return try decision(on: deal, by: person)
        case (nil, nil):
            throw Problem(
                where: "'\(id)'",
                "there is no adjustment of this ID, and no deal of it that was changed after its close",
                remedy: "See 'ingest adjustments --open' and 'ingest changes --open'.")
        case (_?, _?):
            throw Problem(
                where: "'\(id)'", "it is an adjustment, and a deal that was changed after its close",
                remedy: "Ask for the adjustment again with another --id.")
        }
    }

    private func decision(on request: Acts.Request, _ id: String, by person: String) throws(Problem) -> WireDecision {
        guard request.isWaiting else {
            throw Problem(
                where: "adjustment \(id)", "it was \(request.standing) already",
                remedy: "Ask for another adjustment where that has to be put right.")
        }
        guard !request.by.isSamePerson(as: person) else {
            throw Problem(
                where: "--by", "\(person) asked for adjustment \(id)", remedy: "Let another person decide on it.")
        }
        return .with { ($0.kind, $0.subject, $0.by) = (.adjustment, id, person) }
    }

    private func decision(on deal: WireSkippedDeal, by person: String) throws(Problem) -> WireDecision {
        guard let change = deal.changes.last(where: \.isWaiting) else {
            let last = deal.changes.last.map { "the last one is \($0.outcome)\($0.by.isEmpty ? "" : " by \($0.by)")" }
            throw Problem(
                where: "deal \(deal.deal)", "no change of it waits: \(last ?? "there is none")",
                remedy: "See 'ingest changes --deal \(deal.deal)'.")
        }
        if let known = acts.decision(on: deal.deal, change) {
            throw Problem(
                where: "deal \(deal.deal)",
                "revision \(change.name) was \(known.approved ? "approved" : "rejected") by \(known.by) already",
                remedy: "It takes effect once 'ingest serve' has processed it.")
        }
        return .with {
            ($0.kind, $0.subject, $0.by) = (.dealChange, deal.deal, person)
            $0.revision = change.revision
            $0.content = change.content
        }
    }
}

extension WireDecision {
    fileprivate var name: String { Instant(ofRevision: revision)?.description ?? String(revision) }
}
