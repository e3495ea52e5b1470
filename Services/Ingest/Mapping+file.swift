import Domain
import Records

extension Mapping {
    /// The deal a row is about, or why it is nobody's.
    func key(of row: JSONValue) -> Result<DealID, RowFault> {
        if let id = dealID(in: row) { return .success(id) }
        guard text(id, in: row) != nil else { return .failure(RowFault("has no deal ID: '\(id.name)' is empty")) }
        return .failure(RowFault("has a deal ID of more than 200 bytes, or with a control character, in '\(id.name)'"))
    }

    /// What it reads and from where, in the order of the file format.
    var fields: [(name: String, field: Field)] {
        if let payment {
            let all: [(name: String, field: Field?)] = [
                ("id", payment.id), ("deal", id), ("date", payment.date.field), ("amount", payment.amount.field),
                ("currency", payment.currency),
            ]
            return all.compactMap { name, field in field.map { (name, $0) } }
        }
        let all: [(name: String, field: Field?)] = [
            ("id", id), ("stage", stage), ("closed", closed), ("amount", amount?.field), ("currency", currency),
            ("owner", owner), ("product", product), ("account", account), ("kind", kind), ("revision", revision),
            ("splits", splits?.list), ("lines", lines?.list), ("cancelled", progress?.cancelled?.field),
            ("reason", progress?.reason), ("invoiced", progress?.invoiced?.field),
            ("milestones", progress?.milestoneList),
            ("fields", own.list),
        ]
        var fields: [(name: String, field: Field)] = all.compactMap { name, field in field.map { (name, $0) } }
        for milestone in progress?.milestones ?? [] {
            fields.append(("milestones.\(milestone.name)", milestone.day.field))
        }
        for own in own.named { fields.append((own.name, own.field.field)) }
        return fields
    }

    /// The columns it reads that the file does not have.
    func missingColumns(in columns: [String]) -> [(name: String, column: String)] {
        fields.compactMap { name, field in
            guard case .path = field, !columns.contains(field.name) else { return nil }
            return (name, field.name)
        }
    }

    /// Without the column of the ID every row of the file would end in quarantine: it is the wrong file or mapping.
    func checkColumns(_ columns: [String]?, file: String) throws(FileFault) {
        let key = payment == nil ? "id" : "deal"
        guard let columns, let id = missingColumns(in: columns).first(where: { $0.name == key }) else { return }
        throw FileFault(
            file, line: 1,
            "there is no column '\(id.column)', which mapping '\(source)' reads the deal's ID from"
                + suggestion(for: id.column, among: columns))
    }
}
