import Domain
import GRDB
import Records

/// What payees and the company are called.
struct Names: Hashable, Sendable {
    var company: String?
    private var names: [PayeeID: String] = [:]

    init(company: String? = nil, names: [PayeeID: String] = [:]) {
        self.company = company
        self.names = names
    }

    subscript(payee: PayeeID) -> String? { names[payee] }
}

extension Names {
    static func read(_ shelf: Shelf) async throws -> Names {
        try await shelf.read(.commands, partition: 0) { database in
            var names: [PayeeID: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT payee, name FROM name") {
                names[PayeeID(row["payee"])] = row["name"]
            }
            let company = try String.fetchOne(database, sql: "SELECT name FROM company")
            return Names(company: company, names: names)
        } ?? Names()
    }
}
