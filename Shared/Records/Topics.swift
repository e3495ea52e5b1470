/// Every topic there is: the one file that holds their names.
package enum Topic: String, Hashable, Sendable, CaseIterable {
    case dealEvents = "deal-events"
    case commands
    case skippedDeals = "skipped-deals"
    case payeeEvents = "payee-events"
    case ledger
    case dealCommissions = "deal-commissions"
    case statements
    case payouts
    case quarantine

    /// Commands and quarantine are one sequence for everybody; the others are spread by key.
    package var isSinglePartition: Bool { self == .commands || self == .quarantine }

    /// Only the latest record of a key matters.
    package var isCompacted: Bool { self == .skippedDeals || self == .dealCommissions }

    package var purpose: String {
        switch self {
        case .dealEvents: "CRM events as received"
        case .commands: "administrative acts"
        case .skippedDeals: "why a deal is not credited or calculated, and the remedy"
        case .payeeEvents: "what happened to one payee"
        case .ledger: "balanced postings and their explanation"
        case .dealCommissions: "what a deal pays one payee"
        case .statements: "statement versions"
        case .payouts: "payment instructions"
        case .quarantine: "records that could not be processed"
        }
    }
}

/// A tenant on the log: its topics and groups carry its name.
package struct Application: Hashable, Sendable {
    package let name: String
    /// Of every topic that is spread by key; fixed for the application's life.
    package let partitions: Int32

    /// `nil` unless the name is 1 to 100 of a–z, 0–9, `-` and the partitions are 1...1000.
    package init?(name: String, partitions: Int32) {
        let isAllowed = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isAllowed, (1...100).contains(name.utf8.count), (1...1000).contains(partitions) else { return nil }
        self.name = name
        self.partitions = partitions
    }

    /// The topic's name on the log: `attain.deal-events`.
    package func topic(_ topic: Topic) -> String { "\(name).\(topic.rawValue)" }

    package var topics: Set<String> { Set(Topic.allCases.map { topic($0) }) }
    package var compactedTopics: Set<String> { Set(Topic.allCases.filter(\.isCompacted).map { topic($0) }) }

    package func partitions(of topic: Topic) -> Int32 { topic.isSinglePartition ? 1 : partitions }

    package func group(_ program: String) -> String { "\(name).\(program)" }

    /// The topic behind a name on the log; `nil` for another application's.
    package func topic(named name: String) -> Topic? {
        Topic.allCases.first { topic($0) == name }
    }
}

/// CloudEvents `type` of the records, one per kind.
package enum EventType {
    package static let dealReceived = "attain.deal.received.v1"
    package static let dealRetried = "attain.deal.retried.v1"
    package static let paymentReceived = "attain.payment.received.v1"
    package static let dealDecided = "attain.deal.decided.v1"
    package static let dealReleased = "attain.deal.released.v1"
    package static let administrativeAct = "attain.administrative.act.v1"
    package static let periodClosed = "attain.period.closed.v1"
    package static let adjusted = "attain.adjusted.v1"
    package static let statementApproved = "attain.statement.approved.v1"
    package static let companyChanged = "attain.company.changed.v1"
    package static let dealSkipped = "attain.deal.skipped.v1"
    package static let creditAssigned = "attain.credit.assigned.v1"
    package static let creditWithdrawn = "attain.credit.withdrawn.v1"
    package static let contractsChanged = "attain.contracts.changed.v1"
    package static let documentPosted = "attain.document.posted.v1"
    package static let dealCommission = "attain.deal.commission.v1"
    package static let statementPublished = "attain.statement.published.v1"
    package static let payoutReleased = "attain.payout.released.v1"
    package static let quarantined = "attain.quarantined.v1"
}
