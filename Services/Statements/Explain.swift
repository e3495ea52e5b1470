import ArgumentParser
import Domain
import Records
import Runtime
import Streams

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints how a document came about, down to what the CRM said.",
        discussion: """
            statements explain ada/17

            Documents are named by payee and number, as corrections, payouts and 'statements why' name them. The tree \
            leads from the amount to component, tier, rate, credit, plan version, the payee's event and the deal event, \
            with its body as it was received; the log itself is read for it.
            """)

    @Argument(help: ArgumentHelp("The document: the payee's ID, a slash, its number.", valueName: "document"))
    var document: String
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let (payee, sequence) = try name()
        let place = try Workplace(common)
        try await place.catchUp().warn()
        guard let found = try await place.shelf.document(sequence, of: payee) else {
            throw Problem(
                where: document, "there is no such document",
                remedy: "See 'statements why \(payee) PERIOD' for the documents behind a statement.")
        }
        let documents = try await place.shelf.documents(of: payee)
        let tree = try await OSThread.run(named: "explain") { [log = place.log, application = place.application] in
            let trail = try Trail(log, application)
            return try Explaining(
                document: found.document, hash: found.hash, documents: documents, trail: trail
            ).tree()
        }
        Terminal.writeOutput(tree.lines)
    }

    private func name() throws -> (PayeeID, Int64) {
        // A payee's ID may hold slashes itself.
        guard let slash = document.lastIndex(of: "/"), slash > document.startIndex,
            let sequence = Int64(document[document.index(after: slash)...]), sequence > 0
        else {
            throw Problem(
                where: "DOCUMENT", "'\(document)' is not a document",
                remedy: "Write the payee's ID, a slash and the document's number: ada/17.")
        }
        return (PayeeID(String(document[..<slash])), sequence)
    }
}

extension Shelf {
    /// A document with the hash of its bytes; `nil` when there is none of that number.
    func document(_ sequence: Int64, of payee: PayeeID) async throws -> (document: LedgerDocument, hash: [UInt8])? {
        try await read(.ledger, partition: partition(of: payee.text)) { database in
            guard let stored = try LedgerStore.payee(payee, database),
                let found = try LedgerStore.document(sequence, of: stored, database)
            else { return nil }
            return (try LedgerDocument(decoding: found.value), found.hash)
        } ?? nil
    }
}
