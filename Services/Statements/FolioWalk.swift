import Domain
import Foundation
import GRDB
import Records
import Streams

/// Goes through a store's folios as the log is read, and gives out each document at its offset.
final class FolioWalk {
    /// A document with what its folio's row says of it.
    struct Found {
        let payee: String?
        let period: String
        let document: StoredDocument
    }

    private struct Row {
        let id, first, last, corrects: Int64
        let payee: String?
        let period: String
        let documents: [UInt8]
    }

    private let rows: RowCursor
    private var next: Row?
    private var waiting: [Int64: Found] = [:]
    /// Folios whose rows are not what their documents say.
    private(set) var contradictions: [Int64] = []

    init(_ database: Database) throws {
        let sql = """
            SELECT folio.*, name FROM folio LEFT JOIN payee ON payee.id = folio.payee ORDER BY folio.id
            """
        rows = try GRDB.Row.fetchCursor(database, sql: sql)
        next = try nextRow()
    }

    /// Where documents lie that were not taken.
    var rest: [Int64] { waiting.keys.sorted() }

    /// The document that was taken from there; offsets are asked for in order.
    func take(_ offset: Int64) throws -> Found? {
        while let row = next, row.id <= offset { try open(row) }
        return waiting.removeValue(forKey: offset)
    }

    func finish() throws {
        while let row = next { try open(row) }
    }

    private func open(_ row: Row) throws {
        next = try nextRow()
        guard let documents = try? StoredDocument.all(in: row.documents), let first = documents.first,
            let last = documents.last
        else { return contradictions.append(row.id) }
        let corrects = documents.contains { (try? LedgerDocument(decoding: $0.value))?.corrects == true }
        let said = [row.id, row.first, row.last, row.corrects]
        if said != [first.offset, first.sequence, last.sequence, corrects ? 1 : 0] { contradictions.append(row.id) }
        for document in documents {
            waiting[document.offset] = Found(payee: row.payee, period: row.period, document: document)
        }
    }

    private func nextRow() throws -> Row? {
        try rows.next().map { row in
            Row(
                id: row["id"], first: row["first"], last: row["last"], corrects: row["corrects"], payee: row["name"],
                period: row["period"], documents: Array(row["documents"] as Data))
        }
    }
}
