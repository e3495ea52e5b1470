import Domain
import GRDB
import Records
import Runtime
import Streams

/// Audits every partition of the ledger and compares the stores with it.
struct Verifying: Sendable {
    let log: any Log
    let shelf: Shelf
    let anchors: [PayeeID: Head]
    /// Only what concerns these partitions; `nil` for all.
    var partitions: Set<Int32>?

    struct Report: Sendable {
        var documents: Int64 = 0
        var duplicates: Int64 = 0
        var unjudged: Int64 = 0
        /// Documents and lines that were worked out anew.
        var documentsRecomputed: Int64 = 0
        var linesRecomputed: Int64 = 0
        var payees = 0
        /// Partitions without a store to compare with.
        var unbuilt: [Int32] = []
        /// Where each partition ended: so far was it read.
        var ends: [Int32: Int64] = [:]
        /// Partitions whose documents no events are there for.
        var unfounded: [Int32] = []
        var heads: [PayeeID: Head] = [:]
        var findings: [Audit.Finding] = []
        /// How far the books are closed of those whose documents are all that their events lead to.
        var closedThrough: [PayeeID: CalendarDate] = [:]

        var anchor: Anchor { Anchor(heads: heads) }
    }

    func run() async throws -> Report {
        var report = Report()
        for partition in 0..<shelf.application.partitions(of: .ledger) where partitions?.contains(partition) ?? true {
            let audit: Audit
            if let compared = try await shelf.read(
                .ledger, partition: partition, { try self.audit(partition, with: $0) })
            {
                audit = compared
            } else {
                audit = try await OSThread.run(named: "audit") { try self.audit(partition, with: nil) }
                if audit.documents > 0 { report.unbuilt.append(partition) }
            }
            report.ends[partition] = audit.end
            if audit.documents > 0, !audit.isRecomputed { report.unfounded.append(partition) }
            report.add(audit)
        }
        return report
    }

    /// With a database: in one of its snapshots, so that the position and all figures belong together.
    private func audit(_ partition: Int32, with database: Database?) throws -> Audit {
        let source = TopicPartition(shelf.application.topic(.ledger), partition)
        let reader = try log.makeReader()
        // The position first, with which the snapshot begins: the other way round the store could be ahead of that end.
        let position =
            try database.flatMap {
                try Int64.fetchOne($0, sql: "SELECT position FROM stream_progress")
            } ?? 0
        let end = try reader.endOffset(of: source)
        var audit = Audit(anchors: anchors)
        audit.end = end
        if position > end {
            audit.find(source, "the store has seen \(position) records, the log holds \(end): records were removed")
        }
        var bar = ProgressBar("verifying partition \(partition)", total: end)
        let folios = try database.map { try FolioWalk($0) }
        try reader.readAll(source, to: min(position, end)) { record in
            let wasTaken = audit.take(record)
            bar.advance(to: record.offset)
            if let folios { try audit.compare(record, wasTaken: wasTaken, with: folios) }
        }
        if let database, let folios {
            try audit.compareRest(of: source, with: folios)
            do { try audit.compare(with: database) } catch  where error is StateCorrupted || error is WireError {
                audit.find(source, "the store cannot be read: \(error)")
            }
        }
        try reader.readAll(source, from: min(position, end), to: end) { record in
            audit.take(record)
            bar.advance(to: record.offset)
        }
        audit.checkReleases()
        if let recomputed = try recompute(partition, reader) {
            try audit.compare(with: recomputed)
            audit.isRecomputed = true
        }
        audit.checkTruncation { shelf.partition(of: $0.text) == partition }
        return audit
    }
}

extension Verifying {
    /// From the events of the same partition; `nil` where there is no such topic.
    private func recompute(_ partition: Int32, _ reader: any PartitionReader) throws -> Recomputing? {
        let source = TopicPartition(shelf.application.topic(.payeeEvents), partition)
        guard try log.topics().contains(where: { $0.name == source.topic && partition < $0.partitions }) else {
            return nil
        }
        let end = try reader.endOffset(of: source)
        var bar = ProgressBar("recomputing partition \(partition)", total: end)
        var recomputing = Recomputing()
        try reader.readAll(source, to: end) { record in
            try recomputing.take(record)
            bar.advance(to: record.offset)
        }
        return recomputing
    }
}

extension PartitionReader {
    /// Reads on from an offset to another; to the end that the partition has now unless told otherwise.
    func readAll(
        _ source: TopicPartition, from start: Int64? = nil, to end: Int64? = nil,
        _ body: (ConsumedRecord) throws -> Void
    ) throws {
        var offset = try start ?? beginningOffset(of: source)
        let end = try end ?? endOffset(of: source)
        while offset < end {
            let records = try read(source, from: offset, limit: Int(min(1000, end - offset)), timeout: .seconds(5))
            guard let last = records.last else {
                throw Problem(
                    where: "\(source)/\(offset)", "the log does not give this record",
                    remedy: "Check that the broker is reachable, and run it again.")
            }
            for record in records { try body(record) }
            offset = last.offset + 1
        }
    }
}

extension Verifying.Report {
    fileprivate mutating func add(_ audit: Audit) {
        documents += audit.documents
        duplicates += audit.duplicates
        unjudged += audit.unjudged
        documentsRecomputed += audit.documentsRecomputed
        linesRecomputed += audit.linesRecomputed
        payees += audit.payees.count
        findings += audit.findings
        closedThrough.merge(audit.closedThrough) { $1 }
        for (payee, state) in audit.payees where state.head.sequence > 0 { heads[payee] = state.head }
    }
}
