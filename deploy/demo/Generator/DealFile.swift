import Domain
import Records

/// All revisions of all deals as the CRM's export has them: mostly by time, some late, some twice.
struct DealFile {
    private(set) var revisions: [Revision] = []

    init(deals: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var rows: [(position: Int, revision: Revision)] = []
        for number in 1...max(1, deals) {
            for revision in DealStory(number: number, seed: seed).revisions {
                let delay = random.chance(100) ? random.below(4 * 1440) : 0
                rows.append((revision.modified + delay, revision))
                if random.chance(20) { rows.append((revision.modified + random.below(7 * 1440), revision)) }
            }
        }
        rows.sort {
            ($0.position, $0.revision.id, $0.revision.modified) < ($1.position, $1.revision.id, $1.revision.modified)
        }
        revisions = rows.map(\.revision)
        loseAnID(&random)
    }

    /// One row without an ID, as exports have them: it cannot be anybody's deal and must end in quarantine.
    private mutating func loseAnID(_ random: inout SplitMix64) {
        let index = random.below(revisions.count)
        var row = revisions[index]
        row.id = ""
        revisions.insert(row, at: index)
    }

    static let columns = [
        "deal_id", "stage", "close_date", "amount", "currency", "owner", "product", "account", "deal_type", "splits",
        "modified",
    ]

    var csv: [UInt8] {
        var bytes = Array((DealFile.columns.joined(separator: ",") + "\r\n").utf8)
        for revision in revisions {
            bytes += (revision.cells.map(DealFile.quoted).joined(separator: ",") + "\r\n").utf8
        }
        return bytes
    }

    var ndjson: [UInt8] {
        var bytes: [UInt8] = []
        for revision in revisions {
            bytes += revision.json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Revision {
    fileprivate var cells: [String] {
        [
            id, stage, close.description, amount, currency, owner, product, account, kind,
            splits.map { "\($0.payee): \(decimal($0.share))" }.joined(separator: "; "), time,
        ]
    }

    fileprivate var json: JSON {
        var members = zip(DealFile.columns, cells).filter { $0.0 != "splits" }.map { JSON.Member($0, .string($1)) }
        let list = splits.map { split in
            JSON.object([
                JSON.Member("payee", .string(split.payee)), JSON.Member("share", .number(decimal(split.share))),
            ])
        }
        members.append(JSON.Member("splits", .array(list)))
        return .object(members)
    }

    private var amount: String { lacksAmount ? "n/a" : decimal(cents) }

    private var time: String {
        let day = CalendarDate(day: Int32(modified / 1440))
        return "\(day)T" + String(zeroPadded: modified / 60 % 24, to: 2) + ":"
            + String(zeroPadded: modified % 60, to: 2)
            + ":00Z"
    }

    private func decimal(_ hundredths: Int) -> String {
        "\(hundredths / 100)." + String(zeroPadded: hundredths % 100, to: 2)
    }
}
