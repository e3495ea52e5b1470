import Domain
import Records

/// The tree of one document: from what was posted down to what the CRM said.
struct Explaining {
    let document: LedgerDocument
    let hash: [UInt8]
    /// All documents of the payee, in order.
    let documents: [LedgerDocument]
    let trail: Trail

    func tree() throws -> Tree {
        var branches: [Tree] = []
        if !document.postings.isEmpty { branches.append(postings) }
        branches += words
        for earning in document.earnings { branches.append(try tree(of: earning)) }
        branches.append(try cause())
        branches.append(
            Tree(
                "chain       sha256 \(hexadecimal(hash))"
                    + (document.previousHash.isEmpty ? "" : ", behind \(hexadecimal(document.previousHash))")))
        return Tree(heading, branches)
    }

    private var heading: String {
        "\(document.payee)/\(document.sequence)  \(document.kind.rawValue), \(document.period), \(document.occurred)"
            + (document.by.isEmpty ? "" : ", by \(document.by)")
    }

    private var postings: Tree {
        let parts = document.postings.map { posting in
            "\(posting.account.rawValue) \(Money(posting.amount, document.currency))"
        }
        return Tree("postings    " + parts.joined(separator: ", "))
    }

    /// What is no earning says itself why.
    private var words: [Tree] {
        var words: [Tree] = []
        if !document.note.isEmpty { words.append(Tree("note        \(document.note)")) }
        if let adjustment = document.adjustment {
            words.append(
                Tree(
                    "adjustment  \(adjustment.id): \(adjustment.amount), \(adjustment.reason)",
                    [Tree("asked for by \(adjustment.by), approved by \(adjustment.approvedBy)")]))
        }
        if let payout = document.payout {
            words.append(
                Tree("payout      \(Wording.payout(payout)), of document \(document.payee)/\(payout.document)"))
        }
        return words
    }

    private func tree(of earning: Earning) throws -> Tree {
        let (credit, currency) = (earning.credit, document.currency)
        let line = Statement.Line(
            credit: credit, earned: earning.period ?? document.period, amount: earning.amount,
            released: earning.released, corrects: earning.corrects, explanation: earning.explanation)
        var branches: [Tree] = []
        if line.earned != document.period {
            branches.append(Tree(Wording.correction(line, of: document.payee)))
        }
        let change =
            "from \(Wording.amount(earning.explanation.before, currency)) to "
            + Wording.amount(earning.explanation.total, currency)
        branches.append(Tree("posted \(change)", Wording.sentences(forPosting: line).map { Tree($0) }))
        if let reached = earning.explanation.attainment {
            branches.append(
                Tree(
                    "\(reached.measure) of \(reached.period) from \(reached.before.formatted(places: 2)) to "
                        + "\(reached.after.formatted(places: 2)), quota \(reached.quota.formatted(places: 2))"))
        }
        branches.append(Tree("plan        \(document.plan), version \(document.planVersion)"))
        branches.append(try tree(of: credit))
        return Tree("\(earning.component)  \(Money(line.counted, currency)) for \(Wording.credit(credit))", branches)
    }

    private func tree(of credit: Credit) throws -> Tree {
        let text =
            "credit      \(Wording.credit(credit)), \(credit.date), \(credit.amount)"
            + (credit.provenance.isEmpty ? "" : ", \(credit.provenance)")
        return Tree(text, credit.source.isEmpty ? [] : [try trail.origin(credit.source)])
    }

    private func cause() throws -> Tree {
        guard let (event, cause) = try trail.event(document.cause) else {
            return Tree("payee event \(document.cause)  not in this log")
        }
        let told = Telling(event, in: documents, before: document.sequence).sentence
        return Tree("payee event \(document.cause)  \(told)", try cause.map { [try origin($0)] } ?? [])
    }

    /// A deal event that a credit above has led to already is not printed again.
    private func origin(_ coordinate: String) throws -> Tree {
        let place = Trail.Place(coordinate)
        guard document.earnings.contains(where: { Trail.Place($0.credit.source) == place }) else {
            return try trail.origin(coordinate)
        }
        return Tree("deal event  \(coordinate)  as above")
    }
}
