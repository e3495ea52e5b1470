/// Compares what a replay would write with what the destinations hold. Sources interleave there freely, so each
/// destination is read along with one source at a time, passing over the others and over duplicates.
package final class ReplayComparison {
    package enum Difference: Hashable, Sendable, CustomStringConvertible {
        /// The replay writes it, the log does not hold it.
        case missing(String, in: TopicPartition)
        /// The log holds it, the replay does not write it.
        case extra(String, in: TopicPartition)
        case differs(String, in: TopicPartition)

        package var description: String {
            switch self {
            case .missing(let id, let destination): "\(id) is not in \(destination)"
            case .extra(let id, let destination): "\(id) is in \(destination), the replay does not make it"
            case .differs(let id, let destination): "\(id) in \(destination) differs from what the replay makes"
            }
        }
    }

    private struct Cursor {
        var position: Int64 = 0
        var last: Coordinate?
        var pending: [ConsumedRecord] = []
    }

    package private(set) var compared = 0
    private let reader: any PartitionReader
    private var cursors: [TopicPartition: Cursor] = [:]
    /// To where each source was replayed, and where it sent something.
    private var replayed: [TopicPartition: (end: Int64, destinations: Set<TopicPartition>)] = [:]
    private let report: (Difference) -> Void

    private let ignored: Set<String>
    private let origin: String
    private let quarantine: String

    /// `report` is told each difference as it is found. Compacted topics have lost records rightly: ignore them.
    ///
    /// - Parameter options: Of the program that is replayed.
    package init(
        log: any Log, options: StreamOptions, ignoring topics: Set<String> = [],
        report: @escaping (Difference) -> Void
    ) throws(LogError) {
        reader = try log.makeReader()
        ignored = topics
        origin = OutputFraming.origin(of: options.program)
        quarantine = options.quarantineTopic
        self.report = report
    }

    /// To be handed to `Replay.run` as `output`.
    package func output(_ record: Record, _ destination: TopicPartition) throws {
        guard !ignored.contains(destination.topic), let id = record.headers["ce_id"].flatMap({ Coordinate($0) })
        else { return }
        compared += 1
        var cursor = try cursors.removeValue(forKey: destination) ?? begin(destination)
        defer { cursors[destination] = cursor }
        while let (found, coordinate) = try next(from: id.source, in: destination, &cursor) {
            if coordinate > id { break }
            cursor.pending.removeLast()
            cursor.last = coordinate
            if coordinate == id {
                if found.record != record { report(.differs(id.description, in: destination)) }
                return
            }
            report(.extra(coordinate.description, in: destination))
        }
        report(.missing(id.description, in: destination))
    }

    /// To be handed to `Replay.run` as `finished`: what is left of this source in the destinations is too much, unless it
    /// comes of what came after the end to which the replay went.
    package func finished(_ source: TopicPartition, _ end: Int64) throws {
        for destination in cursors.keys.sorted() {
            guard var cursor = cursors[destination] else { continue }
            while let (_, coordinate) = try next(from: source, in: destination, &cursor), coordinate.offset < end {
                cursor.pending.removeLast()
                cursor.last = coordinate
                report(.extra(coordinate.description, in: destination))
            }
        }
        replayed[source] = (end, Set(cursors.keys))
        cursors = [:]
    }

    /// To be called behind the last source: where the replay of a source sent nothing, all that is of it is too much.
    package func complete(_ destinations: [TopicPartition]) throws {
        for destination in destinations where !ignored.contains(destination.topic) {
            var repeated = RepeatedCoordinates()
            try reader.forEach(of: destination) { record in
                guard let id = coordinate(of: record, in: destination), let source = replayed[id.source],
                    id.offset < source.end,
                    !source.destinations.contains(destination), !repeated.contains(record)
                else { return }
                report(.extra(id.description, in: destination))
            }
        }
    }

    /// `nil` for what another program has quarantined: of a source that several read it may be the same record.
    private func coordinate(of record: ConsumedRecord, in destination: TopicPartition) -> Coordinate? {
        let headers = record.record.headers
        if destination.topic == quarantine, let source = headers["ce_source"], source != origin,
            source.hasPrefix(OutputFraming.origin(of: ""))
        {
            return nil
        }
        return headers["ce_id"].flatMap { Coordinate($0) }
    }

    private func begin(_ destination: TopicPartition) throws -> Cursor {
        Cursor(position: try reader.beginningOffset(of: destination))
    }

    /// The next record of that source, left in `pending` as its last element.
    private func next(
        from source: TopicPartition, in destination: TopicPartition, _ cursor: inout Cursor
    ) throws -> (ConsumedRecord, Coordinate)? {
        while true {
            while let record = cursor.pending.last {
                let id = coordinate(of: record, in: destination)
                if let id, id.source == source, cursor.last.map({ id > $0 }) ?? true { return (record, id) }
                cursor.pending.removeLast()
            }
            guard cursor.position < (try reader.endOffset(of: destination)) else { return nil }
            cursor.pending = try reader.read(destination, from: cursor.position, limit: 1000, timeout: .seconds(30))
                .reversed()
            guard let last = cursor.pending.first else {
                throw LogError.operating("\(destination) gave no record from \(cursor.position) for 30 s")
            }
            cursor.position = last.offset + 1
        }
    }
}
