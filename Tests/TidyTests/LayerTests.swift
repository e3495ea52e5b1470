import Testing

/// The layers of DESIGN, section 12: who may know whom.
@Suite("Layers")
struct LayerTests {
    /// Module, and all that it may import.
    private static let shared: [(module: String, imports: Set<String>)] = [
        ("Domain", []), ("Expressions", ["Domain"]), ("Plans", ["Domain", "Expressions", "Yams", "Synchronization"]),
        ("Records", ["Domain", "SwiftProtobuf", "Crypto", "Foundation", "FoundationEssentials"]),
        ("Calculation", ["Domain", "Plans", "Records"]),
        ("Streams", ["CRDKafka", "CSQLite", "GRDB", "GRDBSQLite", "Logging", "Glibc", "Synchronization"]),
        (
            "Runtime",
            [
                "Domain", "Records", "Streams", "ArgumentParser", "Crypto", "Dispatch", "Foundation", "Glibc",
                "Hummingbird", "HummingbirdCore", "NIOCore", "Logging", "ServiceLifecycle", "SwiftProtobuf",
                "Synchronization",
                "UnixSignals",
            ]
        ),
    ]

    @Test("a shared module knows only what lies below it", arguments: shared)
    func sharedModules(module: String, allowed: Set<String>) {
        let files = Repository.files(in: "Shared/\(module)")
        #expect(!files.isEmpty)
        for file in files { #expect(file.imports.subtracting(allowed).sorted() == [], "\(file.path)") }
    }

    @Test(
        "a service knows shared modules and libraries, never another service",
        arguments: ["Ingest", "Calculator", "Statements"])
    func services(name: String) {
        let files = Repository.files(in: "Services/\(name)")
        #expect(!files.isEmpty)
        for file in files {
            #expect(file.imports.isDisjoint(with: ["ingest", "calculator", "statements"]), "\(file.path)")
        }
    }

    @Test("nobody outside the modules that were chosen for it speaks SQL, HTTP or Kafka")
    func libraries() {
        let allowed: [String: [String]] = [
            "CRDKafka": ["Shared/Streams/", "Tests/KafkaMock/"], "CSQLite": ["Shared/Streams/", "Tests/StreamsTests/"],
            "Yams": ["Shared/Plans/", "Services/Ingest/", "Tests/"],
            "GRDB": ["Shared/Streams/", "Services/", "Tests/"],
            "Hummingbird": ["Shared/Runtime/", "Services/", "Tests/"],
        ]
        for file in Repository.files {
            for (library, folders) in allowed where file.imports.contains(library) {
                #expect(folders.contains { file.path.hasPrefix($0) }, "\(file.path) imports \(library)")
            }
        }
    }

    @Test("the names of topics stand in one file")
    func topics() {
        for topic in ["deal-events", "payee-events", "skipped-deals", "deal-commissions"] {
            #expect(
                Repository.places(of: "\"\(topic)\"", in: Repository.ours).map { $0.split(separator: ":")[0] } == [
                    "Shared/Records/Topics.swift"
                ])
        }
    }

    @Test("every service and every shared module says what it promises")
    func readmes() {
        for folder in ["Services", "Shared"] {
            for name in Repository.entries(of: folder) where !["CRDKafka", "CSQLite"].contains(name) {
                #expect(
                    Repository.entries(of: "\(folder)/\(name)").contains("README.md"),
                    "\(folder)/\(name)/README.md is missing")
            }
        }
    }

    @Test(
        "the first three files of a service are the same in all of them",
        arguments: ["Ingest", "Calculator", "Statements"])
    func entrances(name: String) {
        let entries = Repository.entries(of: "Services/\(name)")
        for file in ["\(name).swift", "\(name)+build.swift", "Topology.swift"] { #expect(entries.contains(file)) }
    }

    @Test("the root holds what was agreed")
    func root() {
        let agreed: Set = [
            "Package.swift", "Package.resolved", "Services", "Shared", "Tests", "deploy", "Makefile", "README.md",
            "LICENSE",
        ]
        // `data` is where the programs put it unless told otherwise.
        #expect(Repository.entries(of: "").filter { !$0.hasPrefix(".") && !agreed.contains($0) && $0 != "data" } == [])
    }
}
