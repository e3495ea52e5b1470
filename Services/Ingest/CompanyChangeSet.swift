import Domain
import Plans
import Records
import SwiftProtobuf

/// The records of one atomic change of the company: as many parts as its size needs, in effect with the last one.
struct CompanyChangeSet {
    static let partLimit = 500_000

    let id: String
    let parts: [WireCompanyChanges]

    /// `base`: the commands before this offset were known. The same change on the same base has the same ID, so that
    /// doing it twice is doing it once.
    init(
        _ steps: [CompanyChange], base: Int64, by person: String, partLimit: Int = CompanyChangeSet.partLimit
    ) throws(WireError) {
        var groups: [[WireCompanyChange]] = [[]]
        var size = 0
        var everything: [UInt8] = Array("\(base)".utf8)
        for step in steps {
            let wire = WireCompanyChange(step)
            let bytes = try wire.encoded()
            // Each is framed by its tag and length, in six bytes at most.
            if size + bytes.count + 6 > partLimit, size > 0 {
                groups.append([])
                size = 0
            }
            groups[groups.count - 1].append(wire)
            size += bytes.count + 6
            everything += bytes
        }
        let id = String(hexadecimal(digest(everything)).prefix(32))
        self.id = id
        parts = groups.indices.map { index in
            .with {
                $0.id = id
                $0.baseOffset = base
                $0.part = Int32(index)
                $0.parts = Int32(groups.count)
                $0.changes = groups[index]
                $0.by = person
                $0.evaluation = Meaning.latest
            }
        }
    }
}
