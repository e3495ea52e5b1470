extension PartitionReader {
    /// All records there are now, in order. A log that stops answering before its end is an error: what was read so far
    /// is not all there is.
    package func forEach(of source: TopicPartition, _ body: (ConsumedRecord) throws -> Void) throws {
        let end = try endOffset(of: source)
        var position = try beginningOffset(of: source)
        while position < end {
            let records = try read(source, from: position, limit: 1000, timeout: .seconds(30))
            guard let last = records.last else {
                throw LogError.operating("\(source) gave no records from \(position) of \(end) for 30 s")
            }
            for record in records where record.offset < end { try body(record) }
            position = last.offset + 1
        }
    }
}
