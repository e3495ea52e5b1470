/// What a program sent last to a destination from each source partition, found by reading the destination backwards.
///
/// A task that does its input again, after a crash or from nothing, must not append what is there already. All that
/// a source sends to one destination is one sequence, and each run of it appends a contiguous part that begins
/// no later than where the run before ended: what is there is always a beginning of the sequence, without a hole. So
/// everything up to the last coordinate found is there. Finding too little costs duplicates, which readers pass
/// over; finding too much is impossible.
struct DestinationTails {
    private struct Tail {
        let beginning: Int64
        /// Everything from here on was looked at.
        var scanned: Int64
        var last: [TopicPartition: Coordinate] = [:]
    }

    private static let window: Int64 = 1000

    private let origin: String
    private var tails: [TopicPartition: Tail] = [:]

    init(of program: String) { origin = OutputFraming.origin(of: program) }

    /// To be called when partitions are assigned: others may have written since.
    mutating func forget() { tails = [:] }

    /// Looks no further back than `floor`.
    mutating func last(
        from source: TopicPartition, in destination: TopicPartition, downTo floor: Int64, _ reader: any PartitionReader
    ) throws(LogError) -> Coordinate? {
        var tail: Tail
        if let known = tails[destination] {
            tail = known
        } else {
            // Once: a broker answers no sooner than the fetch before is answered, and every source asks for every destination.
            tail = Tail(
                beginning: try reader.beginningOffset(of: destination), scanned: try reader.endOffset(of: destination))
        }
        let floor = max(floor, tail.beginning)
        while tail.last[source] == nil, tail.scanned > floor {
            let start = max(floor, tail.scanned - Self.window)
            try scan(destination, start..<tail.scanned, into: &tail.last, reader)
            tail.scanned = start
        }
        tails[destination] = tail
        return tail.last[source]
    }

    private func scan(
        _ destination: TopicPartition, _ offsets: Range<Int64>, into last: inout [TopicPartition: Coordinate],
        _ reader: any PartitionReader
    ) throws(LogError) {
        var found: [TopicPartition: Coordinate] = [:]
        var position = offsets.lowerBound
        while position < offsets.upperBound {
            let limit = Int(offsets.upperBound - position)
            let records = try reader.read(destination, from: position, limit: limit, timeout: .seconds(30))
            guard let end = records.last else {
                throw .operating("\(destination) gave no records from \(position) for 30 s")
            }
            for record in records where record.offset < offsets.upperBound {
                guard record.record.headers["ce_source"] == origin,
                    let coordinate = record.record.headers["ce_id"].flatMap({ Coordinate($0) })
                else { continue }
                found[coordinate.source] = max(coordinate, found[coordinate.source] ?? coordinate)
            }
            position = end.offset + 1
        }
        // What lies further back is older, and repeated at most.
        last.merge(found) { max($0, $1) }
    }
}
