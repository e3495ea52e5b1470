import Domain
import Records
import Runtime
import Streams
import SwiftProtobuf

/// Brings the rows of one file into the log: to `deal-events` under their deal's ID, or to `quarantine` with the reason.
///
/// It may be killed at any moment and run again: it goes on after the last row that is durable.
struct Importing {
    /// Rows a flush: enough to make its cost small, few enough that a kill repeats next to nothing.
    static let batch = 2000
    static let batchBytes = 4 << 20
    /// What a broker takes as one record, less room for keys and headers.
    static let recordLimit = 900_000

    let application: Application
    let mapping: Mapping
    let file: FileBytes
    let format: DealFileFormat
    /// SHA-256 of the file, in hexadecimal.
    let digest: String
    private let eventPrefix: String
    let progressPath: String
    let producer: any Producer
    let reader: any PartitionReader
    let now: () -> Instant

    private(set) var progress: ImportProgress
    private(set) var blankLines = 0
    private var stamp: Stamp
    private var pending = 0
    private var pendingBytes = 0

    /// What all records of a millisecond share: that rows lie in many partitions does not hide the order they came in.
    private struct Stamp {
        let now: Instant
        let commands: Int64
        let records: DealEventRecord

        init(now: Instant, commands: Int64, _ mapping: Mapping) {
            self.now = now
            self.commands = commands
            records = DealEventRecord(payments: mapping.payment != nil, received: now.milliseconds)
        }
    }

    init(
        _ file: FileBytes, _ format: DealFileFormat, mapping: Mapping, mappingText: String, application: Application,
        log: any Log, stateFolder: String, now: @escaping () -> Instant
    ) throws {
        self.application = application
        self.mapping = mapping
        stamp = Stamp(now: Instant(milliseconds: 0), commands: 0, mapping)
        self.file = file
        self.format = format
        self.now = now
        digest = hexadecimal(try file.digest())
        eventPrefix = "\(Importing.eventPrefix)\(digest.prefix(16))/"
        // By the digest of the source's name too, which may have characters that no file name may.
        let name = "\(digest.prefix(16))-\(hexadecimal(Records.digest(mapping.source.utf8)).prefix(8))"
        progressPath = "\(stateFolder)/imports/\(name).json"
        producer = try log.makeProducer()
        reader = try log.makeReader()
        let fresh = ImportProgress(
            file: file.name, source: mapping.source, log: try log.identity(),
            mapping: hexadecimal(Records.digest(mappingText.utf8)))
        let known = ImportProgress(at: progressPath)
        progress = known.map { $0.continues(fresh) ? $0 : fresh } ?? fresh
    }

    /// Reads the file to its end; tells after every batch how many rows are through and how many bytes were read.
    mutating func run(onBatch: (_ rows: Int, _ bytes: Int) -> Void = { _, _ in }) throws {
        var rows = try DealRows(file, format)
        try mapping.checkColumns(rows.columns, file: file.name)
        let done = progress.row
        while let row = try rows.next() {
            guard row.number > done else { continue }
            try take(row)
            guard pending >= Importing.batch || pendingBytes >= Importing.batchBytes else { continue }
            try flush()
            onBatch(progress.received, file.position)
        }
        blankLines = rows.blankLines
        try file.checkUnchanged()
        progress.isComplete = true
        try flush()
        onBatch(progress.received, file.position)
    }

    private mutating func take(_ row: FileRow<JSONText>) throws {
        let now = now()
        if pending == 0 {
            stamp = Stamp(now: now, commands: try commandsOffset(), mapping)
        } else if now.milliseconds != stamp.now.milliseconds {
            stamp = Stamp(now: now, commands: stamp.commands, mapping)
        }
        switch dealEvent(row) {
        case .success(let (id, record)):
            try producer.append(record, to: DealEventRecord.destination(of: id, application))
            progress.countAppended(row: row.number)
        case .failure(let fault):
            try producer.append(quarantined(row, fault), to: TopicPartition(application.topic(.quarantine), 0))
            progress.countQuarantined(
                ImportProgress.Fault(row: row.number, line: row.line, reason: fault.description))
        }
        pending += 1
        pendingBytes += row.raw.count
    }

    private func commandsOffset() throws -> Int64 {
        try reader.endOffset(of: TopicPartition(application.topic(.commands), 0))
    }

    /// First the log, then what is remembered of it.
    private mutating func flush() throws {
        try producer.flush()
        (pending, pendingBytes) = (0, 0)
        try progress.save(at: progressPath)
    }
}

// MARK: A row

extension Importing {
    private static let eventPrefix = "import/"

    private func event(_ row: FileRow<JSONText>) -> String { eventPrefix + String(row.number) }

    /// The row of a file that an event came from; `nil` of one that came otherwise.
    static func row(ofEvent id: UnsafeRawBufferPointer) -> Int64? {
        guard id.starts(with: eventPrefix.utf8) else { return nil }
        var (row, scale) = (Int64.zero, Int64(1))
        for byte in id.reversed() {
            guard byte != UInt8(ascii: "/") else { return scale > 1 ? row : nil }
            guard (48...57).contains(byte), scale < 1_000_000_000_000_000 else { return nil }
            row += Int64(byte - 48) * scale
            scale *= 10
        }
        return nil
    }

    private func place(_ row: FileRow<JSONText>) -> String { "\(file.name) row \(row.number)" }

    private func dealEvent(_ row: FileRow<JSONText>) -> Result<(DealID, Record), RowFault> {
        row.content.flatMap { json in
            mapping.key(of: json.root).flatMap { id in
                // NDJSON goes on as it was received; of a CSV row an object was made, by column.
                guard json.bytes.count <= Importing.recordLimit else {
                    return .failure(
                        RowFault("makes a record of \(json.bytes.count) bytes; the limit is \(Importing.recordLimit)"))
                }
                return record(row, id, json.bytes).map { (id, $0) }
            }
        }
    }

    private func record(_ row: FileRow<JSONText>, _ id: DealID, _ body: ArraySlice<UInt8>) -> Result<Record, RowFault> {
        var value = DealEvent(mapping.payment == nil ? .received : .payment)
        value.source = mapping.source
        value.deal = id.text
        value.body = body
        value.event = event(row)
        value.received = stamp.now.milliseconds
        value.commandsOffset = stamp.commands
        value.provenance = place(row)
        do { return .success(try stamp.records.make(value)) } catch { return .failure(RowFault("\(error)")) }
    }

    private func quarantined(_ row: FileRow<JSONText>, _ fault: RowFault) throws -> Record {
        let value = WireQuarantined.with {
            $0.coordinate = place(row)
            $0.reason = fault.description
            $0.value = .init(row.raw)
            $0.source = mapping.source
        }
        return try RimRecord.record(
            key: Array(place(row).utf8), value: value, type: EventType.quarantined, id: event(row), now: stamp.now)
    }
}
