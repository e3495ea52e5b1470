import ArgumentParser
import Domain
import Records
import Runtime
import Testing

@testable import ingest

@Suite("A wrong flag is answered with what would be right")
struct FlagTests {
    static let cases: [(line: String, message: String)] = [
        ("apply", "Missing expected argument '<folder>'"),
        ("apply company --yes --dry-run", "--yes and --dry-run contradict each other; give one of them"),
        ("apply company --force", "Unknown option '--force'"),
        ("apply one two", "Unexpected argument 'two'"),
        ("import", "Missing expected argument '<file>'"),
        ("import deals.csv", "Missing expected argument '--source <name>'"),
        (
            "import deals.csv --source crm --mapping new.yaml",
            "--mapping only goes with --try; to import with it, put it into the company folder's mappings/ and run "
                + "'ingest apply'"
        ),
        (
            "import deals.csv --source crm --format xlsx",
            "The value 'xlsx' is invalid for '--format <format>'. Please provide one of 'csv' and 'ndjson'."
        ),
        ("import deals.csv --source crm --formatt csv", "Unknown option '--formatt'. Did you mean '--format'?"),
        ("topics read", "Missing expected argument '<name>'"),
        ("topics read deal-events --from -1", "Missing value for '--from <offset>'"),
        ("topics read deal-events --from=-1", "--from takes an offset, which is 0 or more"),
        ("topics read deal-events --partition x", "The value 'x' is invalid for '--partition <partition>'"),
        ("skipped --deals=-1", "--deals takes a number from 0 on"),
        ("skiped", "Unexpected argument 'skiped'"),
    ]

    @Test("on the command line", arguments: cases.indices)
    func flags(index: Int) {
        let (line, message) = FlagTests.cases[index]
        do {
            _ = try Ingest.parseAsRoot(line.split(separator: " ").map(String.init))
            Issue.record("'ingest \(line)' was taken")
        } catch { #expect(Ingest.message(for: error) == message) }
    }

    @Test("an unknown source names the ones there are")
    func unknownSource() throws {
        #expect(
            throws: Problem(
                where: "--source", "there is no mapping for the source 'cmr' (did you mean 'crm'?)",
                remedy: "Add mappings/cmr.yaml to the company folder and run 'ingest apply'.")
        ) {
            let tiny = try TinyLog()
            try tiny.apply(TinyCompany.folder([String: String]()))
            _ = try AppliedMapping(source: "cmr", file: nil, company: tiny.company())
        }
    }

    @Test("a mapping to be tried that is wrong, or not there")
    func triedMapping() throws {
        let scratch = try Scratch()
        let path = try scratch.write("new.yaml", "source: crm\nid: id\nstage: stage\nammount: value\n")
        #expect(
            throws: Problem(
                where: "--mapping", "\(path):4:1: 'ammount' is not a key of a mapping (did you mean 'amount'?)",
                remedy: "Mend the mapping and try again.")
        ) { _ = try AppliedMapping(source: "crm", file: path, company: Company()) }
        #expect(
            throws: Problem(
                where: "--mapping", "the file nowhere.yaml cannot be read", remedy: "Check that it exists and is UTF-8."
            )
        ) { _ = try AppliedMapping(source: "crm", file: "nowhere.yaml", company: Company()) }
    }

    @Test("a file that is none")
    func files() throws {
        let scratch = try Scratch()
        #expect(throws: FileFault("nowhere.csv", "there is no such file")) { _ = try FileBytes(path: "nowhere.csv") }
        #expect(throws: FileFault(scratch.path, "is a folder; name a CSV or NDJSON file in it")) {
            _ = try FileBytes(path: scratch.path)
        }
    }
}
