import Domain
import Records

/// All revisions of all deals as the CRM's exports have them: mostly by time, some late, some twice.
struct DealFile {
    private(set) var revisions: [Revision] = []

    /// What the CRM had in an export of these days.
    init(deals: Int, seed: UInt64, days: ClosedRange<CalendarDate> = DealFile.ever) {
        var random = SplitMix64(seed: seed)
        var rows: [Row] = []
        for story in DealStory.all(deals, seed: seed) {
            for revision in story.revisions {
                let delay = random.chance(100) ? random.below(4 * 1440) : 0
                rows.append(Row(minute: revision.modified + delay, revision: revision))
                guard random.chance(20) else { continue }
                rows.append(Row(minute: revision.modified + random.below(7 * 1440), revision: revision))
            }
        }
        rows.sort()
        DealFile.loseAnID(&rows, &random)
        revisions = rows.filter { days.contains(CalendarDate(day: Int32($0.minute / 1440))) }.map(\.revision)
    }

    static let ever = CalendarDate(day: 0)...CalendarDate(day: 30_000)

    private struct Row: Comparable {
        let minute: Int
        var revision: Revision

        private var place: (Int, String, Int) { (minute, revision.id, revision.modified) }
        static func < (left: Row, right: Row) -> Bool { left.place < right.place }
        static func == (left: Row, right: Row) -> Bool { left.place == right.place }
    }

    /// One row without an ID, as exports have them: it cannot be anybody's deal and must end in quarantine.
    private static func loseAnID(_ rows: inout [Row], _ random: inout SplitMix64) {
        let index = random.below(rows.count)
        var row = rows[index]
        row.revision.id = ""
        rows.insert(row, at: index)
    }

    static let columns = [
        "deal_id", "stage", "close_date", "amount", "currency", "owner", "product", "account", "deal_type", "splits",
        "cancelled_on", "cancel_reason", "modified",
    ]

    var csv: [UInt8] { CSVText.bytes(DealFile.columns, revisions.lazy.map(\.cells)) }

    var ndjson: [UInt8] {
        var bytes: [UInt8] = []
        for revision in revisions {
            bytes += revision.json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}

extension Revision {
    fileprivate var cells: [String] {
        [
            id, stage, close.description, lacksAmount ? "n/a" : CSVText.decimal(cents), currency, owner, product, account,
            kind, splits.map { "\($0.payee): \(CSVText.decimal($0.share))" }.joined(separator: "; "),
            cancelled?.description ?? "", reason, time,
        ]
    }

    fileprivate var json: JSON {
        var members = zip(DealFile.columns, cells).filter { $0.0 != "splits" }.map { JSON.Member($0, .string($1)) }
        let list = splits.map { split in
            JSON.object([
                JSON.Member("payee", .string(split.payee)),
                JSON.Member("share", .number(CSVText.decimal(split.share))),
            ])
        }
        members.append(JSON.Member("splits", .array(list)))
        return .object(members)
    }

    private var time: String {
        let day = CalendarDate(day: Int32(modified / 1440))
        return "\(day)T" + String(zeroPadded: modified / 60 % 24, to: 2) + ":"
            + String(zeroPadded: modified % 60, to: 2)
            + ":00Z"
    }
}
