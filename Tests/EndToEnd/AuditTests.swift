import Domain
import Foundation
import Records
import Streams
import TestSupport
import Testing

@testable import ingest

extension EndToEnd {
    /// Of whoever may write to the log itself, and forges another one.
    @Suite("Forged ledgers", .serialized)
    struct AuditTests {
        private enum Harm: CaseIterable { case edit, delete, insert, reorder, truncate }

        @Test("A1: verify says whose ledger was altered and from which document on, though it was only cut off")
        func forged() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "A1")
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                let anchor = "\(attain.folder)/heads.csv"
                try await attain.run(.statements, "verify", "--write-anchor", anchor)
                try await attain.killAll()
                for number in 0..<Reliability.count(1, whole: 20) {
                    for harm in Harm.allCases {
                        let ledger = try attain.records(.ledger)
                        let place = try place(in: ledger, &random)
                        let forged = try forge(attain, "\(harm)-\(number)", harmed(ledger, place, harm, &random))
                        let program = try forged.launch(
                            .statements, ["verify", "--anchor", anchor], state: "\(attain.folder)/\(harm)-\(number)")
                        #expect(try await program.end() == .status(1), "\(harm)")
                        try expectAccused(place, harm, program.output)
                    }
                }
                // The log itself was not touched.
                try await attain.run(.statements, "verify", "--anchor", anchor)
            }
        }

        /// A document in the middle of a payee's.
        private struct Place {
            let payee: PayeeID
            let sequence: Int64
            /// Where it is, and where the payee's next is.
            let index, next: Int
            let coordinate: String
        }

        private func place(in ledger: [ConsumedRecord], _ random: inout SplitMix) throws -> Place {
            let index = Int.random(in: 0..<ledger.count, using: &random)
            let key = ledger[index].record.key
            guard let next = ledger[(index + 1)...].firstIndex(where: { $0.record.key == key }) else {
                return try place(in: ledger, &random)
            }
            let document = try LedgerDocument(decoding: ledger[index].record.value)
            return Place(
                payee: document.payee, sequence: document.sequence, index: index, next: next,
                coordinate: "\(ledger[index].source)/\(ledger[index].offset)")
        }

        /// The record itself, or the one behind it, whose chain leads to another; of a ledger that was cut off what is left.
        private func expectAccused(_ place: Place, _ harm: Harm, _ output: String) throws {
            let document = try Regex("document (\(place.sequence)|\(place.sequence + 1))\\b")
            let isNamed = output.split(separator: "\n").contains { line in
                harm == .truncate
                    ? line.hasPrefix("  \(place.payee): the ledger ends at document \(place.sequence - 1),")
                    : line.hasPrefix("  \(place.coordinate): ") || line.contains(document)
            }
            #expect(isNamed, "\(harm), \(place): \(output)")
        }

        private func harmed(
            _ ledger: [ConsumedRecord], _ place: Place, _ harm: Harm, _ random: inout SplitMix
        ) -> [(Record, TopicPartition)] {
            var result = ledger.map { ($0.record, $0.source) }
            let (index, source) = (place.index, ledger[place.index].source)
            switch harm {
            case .edit: result[index].0 = edited(result[index].0, &random)
            case .delete: result.remove(at: index)
            case .insert: result.insert((edited(result[index].0, &random), source), at: index)
            case .reorder: result.swapAt(index, place.next)
            case .truncate: result = result[..<index] + result[index...].filter { $0.1 != source }
            }
            return result
        }

        /// Another figure, or whatever else stands there.
        private func edited(_ record: Record, _ random: inout SplitMix) -> Record {
            var (record, value) = (record, record.value ?? [])
            value[Int.random(in: 0..<value.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            record.value = value
            return record
        }

        /// A log with all that is in this one, and another ledger.
        private func forge(
            _ attain: Deployment, _ name: String, _ ledger: [(Record, TopicPartition)]
        ) throws -> Deployment {
            let forged = try Deployment(
                folder: attain.folder, application: attain.application, log: "sqlite:\(attain.folder)/\(name).log")
            try forged.log.create(try attain.log.topics())
            let producer = try forged.log.makeProducer()
            for topic in Topic.allCases where topic != .ledger {
                for record in try attain.records(topic) { try producer.append(record.record, to: record.source) }
            }
            for (record, source) in ledger { try producer.append(record, to: source) }
            try producer.flush()
            return forged
        }
    }
}
