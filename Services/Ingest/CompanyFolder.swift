import Domain
import Foundation

/// A company as files: what `ingest apply` reads, and what people keep under version control.
struct CompanyFolder: Sendable {
    /// In the order of their keys.
    let entities: [CompanyEntity]

    /// Reads all of the folder; throws every problem of every file at once, in the order of the files.
    init(at path: String) throws(FileProblems) {
        var reader = FolderReader(folder: URL(fileURLWithPath: path, isDirectory: true))
        reader.read()
        guard reader.problems.count == 0 else { throw FileProblems(all: reader.problems.all) }
        entities = reader.entities.sorted { $0.key < $1.key }
    }

    static let settingsFile = "company.yaml"
    static let files = [
        settingsFile, "payees.csv", "hierarchy.csv", "contracts.csv", "quotas.csv", "exchange-rates.csv",
        "products.csv",
    ]
    static let folders = ["plans", "mappings"]
    /// A plan or mapping goes to the log as one record.
    static let textLimit = 400_000
}

/// One pass over the folder's files, then over what they say about each other.
struct FolderReader {
    let folder: URL
    var problems = ProblemList()
    var entities: [CompanyEntity] = []
    /// IDs of all rows, also of those with a mistake in another column, so that one mistake is reported once.
    var payeeLines: [String: Int] = [:]
    var payees: [Payee] = []
    var plans: [String: PlanFile] = [:]
    /// Whether all payees and plans are known: else a reference to one that is not there is no mistake of its own.
    var arePayeesWhole = true
    var arePlansWhole = true
    var suggestionsLeft = 50

    mutating func read() {
        guard isFolder(folder.path) else {
            problems.add(folder.path, "there is no such folder; name the company folder, which holds company.yaml")
            return
        }
        readSettings()
        readPayees()
        readHierarchy()
        entities += payees.map(CompanyEntity.payee)
        readPlans()
        readContracts()
        readQuotas()
        readExchangeRates()
        readProducts()
        readMappings()
        checkNames()
    }

    /// A misspelt file would otherwise be passed over, and what it holds removed from the company.
    private mutating func checkNames() {
        let known = CompanyFolder.files + CompanyFolder.folders
        for name in names(in: folder) where !known.contains(name) {
            let isData = ["csv", "yaml", "yml"].contains { name.hasSuffix(".\($0)") }
            guard isData || isFolder(folder.appendingPathComponent(name).path) else { continue }
            problems.add(name, "is not part of a company folder\(suggestion(for: name, among: known))")
        }
    }

    /// Without hidden ones, in the order of their bytes. Of a folder that is not there, none; of one that cannot be read
    /// nobody knows, and what it holds would be removed from the company.
    mutating func names(in folder: URL) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        if names == nil, FileManager.default.fileExists(atPath: folder.path) {
            problems.add(folder.lastPathComponent, "cannot be read; check that it is a folder and its permissions")
        }
        return (names ?? []).filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func isFolder(_ path: String) -> Bool {
        var result: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &result) && result.boolValue
    }

    /// A text file as it is; `nil`, and reported, when it cannot be read or is not UTF-8.
    mutating func text(of file: String) -> String? {
        guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(file).path) else {
            problems.add(file, "cannot be read; check that it is a file and its permissions")
            return nil
        }
        guard data.count <= CompanyFolder.textLimit else {
            problems.add(file, "has \(data.count) bytes; the limit is \(CompanyFolder.textLimit)")
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            problems.add(file, line: FolderReader.lineOfBadUTF8(data), "is not UTF-8; save it as UTF-8")
            return nil
        }
        return text
    }

    private static func lineOfBadUTF8(_ data: Data) -> Int? {
        data.split(separator: .lineFeed, omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }
}
