import Records
import Streams

/// What is left to do between a deal's arrival and its statement, stage by stage in the order of the flow.
///
/// A program commits its position after its outputs are in the log. So when a stage has nothing left, all that it will
/// ever say is there for the next one, and one look along the flow that finds nothing means that all is done.
struct Backlog: Equatable, Sendable {
    struct Stage: Equatable, Sendable {
        let title: String
        var records: Int64
    }

    var stages: [Stage] = []

    init(_ log: any Log, _ application: Application) throws {
        let flow: [(title: String, program: String, topics: [Topic])] = [
            ("commands to be taken", "ingest", [.commands]),
            ("deal events to be credited", "ingest", [.dealEvents]),
            ("payee events to be calculated", "calculator", [.payeeEvents]),
            ("records to be put on statements", "statements", [.ledger, .skippedDeals, .commands]),
        ]
        for (title, program, topics) in flow {
            let lag = try log.lag(group: application.group(program), topics: topics.map { application.topic($0) })
            stages.append(Stage(title: title, records: lag.values.reduce(0, +)))
        }
    }

    var records: Int64 { stages.reduce(0) { $0 + $1.records } }
    var isEmpty: Bool { records == 0 }

    /// `1,200 deal events to be credited, 3 records to be put on statements`
    var text: String {
        let parts = stages.filter { $0.records > 0 }.map { "\($0.records) \($0.title)" }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
