// swift-tools-version: 6.2
import PackageDescription

/// The house rules of the compiler: Swift 6 mode comes with the tools version.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

func shared(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: ["README.md"] + exclude,
        swiftSettings: strict)
}

/// Executables are lower case, so that module and main type differ and tests can import them.
func service(
    _ name: String, _ folder: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
    exclude: [String] = []
) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Domain", "Records", "Streams", "Runtime", argumentParser, grdb, lifecycle, logging, protobuf]
            + dependencies,
        path: "Services/\(folder)", exclude: ["README.md"] + exclude, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

/// A program that only the tests and benchmarks start.
func program(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

let package = Package(
    name: "attain",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        shared("Domain"),
        shared("Expressions", ["Domain"]),
        shared("Plans", ["Domain", "Expressions", yams]),
        shared("Records", ["Domain", protobuf, crypto], exclude: ["attain.proto", "generate.sh"]),
        shared("Calculation", ["Domain", "Plans", "Records"]),
        .systemLibrary(
            name: "CRDKafka", path: "Shared/CRDKafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "CSQLite", path: "Shared/CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        shared("Streams", ["CRDKafka", "CSQLite", grdb, sqlite, logging]),
        shared(
            "Runtime",
            [
                "Domain", "Records", "Streams", argumentParser, crypto, hummingbird, hummingbirdCore, lifecycle,
                logging, nio, protobuf, unixSignals,
            ]),

        service("ingest", "Ingest", ["Plans", crypto, hummingbird, yams]),
        service("calculator", "Calculator", ["Calculation", "Expressions", hummingbird]),
        service(
            "statements", "Statements", ["Calculation", crypto, hummingbird, mustache],
            exclude: ["statement.schema.json", "payout.schema.json"]),

        program("demo-deals", "deploy/demo/Generator", ["Domain", "Records", argumentParser]),

        .target(name: "TestSupport", dependencies: ["Streams"], path: "Tests/Support", swiftSettings: strict),
        program("kafka-mock", "Tests/KafkaMock", ["CRDKafka"]),
        program("log-writer", "Tests/LogWriter", ["Streams"]),
        .target(
            name: "BenchSupport", dependencies: ["Records", "Streams", "TestSupport", argumentParser, grdb, logging],
            path: "Tests/Benchmarks/Support", swiftSettings: strict),
        program(
            "evaluation-bench", "Tests/Benchmarks/EvaluationBench",
            ["BenchSupport", "Domain", "Plans", argumentParser]),
        program(
            "anchor-bench", "Tests/Benchmarks/AnchorBench",
            ["BenchSupport", "Domain", "Records", "Streams", "TestSupport", argumentParser, logging]),
        program("streams-bench", "Tests/Benchmarks/StreamsBench", ["BenchSupport", "Streams", argumentParser]),
        program(
            "latency-bench", "Tests/Benchmarks/LatencyBench",
            ["BenchSupport", "Streams", argumentParser, crypto, histogram]),
        program(
            "replay-bench", "Tests/Benchmarks/ReplayBench", ["BenchSupport", "Records", argumentParser]),
        program(
            "skew-bench", "Tests/Benchmarks/SkewBench", ["BenchSupport", "Records", "Streams", argumentParser]),
        program(
            "scale-bench", "Tests/Benchmarks/ScaleBench",
            ["BenchSupport", "Records", "Streams", "TestSupport", "kafka-mock", argumentParser]),
        .target(name: "FuzzSupport", path: "Tests/FuzzSupport", swiftSettings: strict),
        program("fuzz", "Tests/Fuzz", ["Domain", "Expressions", "Plans", "FuzzSupport"]),
        tests("ExpressionsTests", ["Domain", "Expressions", "FuzzSupport"]),
        tests("DomainTests", ["Domain", "TestSupport"]),
        tests("PlansTests", ["Domain", "Expressions", "Plans", "FuzzSupport", "TestSupport"]),
        tests(
            "WorkedExamples", ["Calculation", "Domain", "Plans", "Records", protobuf], exclude: ["worked-examples.json"]
        ),
        tests("RecordsTests", ["Domain", "Records", "TestSupport", protobuf]),
        tests("StreamsTests", ["Streams", "TestSupport", "kafka-mock", "log-writer", "CSQLite", grdb, logging]),
        .target(
            name: "LedgerSupport", dependencies: ["Domain", "Records", "Streams"], path: "Tests/LedgerSupport",
            swiftSettings: strict),
        .target(
            name: "RimSupport", dependencies: ["Runtime", hummingbird, hummingbirdCore, logging],
            path: "Tests/RimSupport",
            swiftSettings: strict),
        tests("RuntimeTests", ["RimSupport", "Runtime", argumentParser, hummingbird, lifecycle, logging, nio]),
        tests(
            "StatementsTests",
            [
                "statements", "Calculation", "Domain", "LedgerSupport", "Records", "RimSupport", "Runtime", "Streams",
                "TestSupport",
                grdb, hummingbird, logging, protobuf,
            ],
            exclude: ["Golden"]),
        tests(
            "CalculatorTests",
            [
                "calculator", "Calculation", "Domain", "Expressions", "Plans", "Records", "Runtime", "Streams",
                "TestSupport", grdb, protobuf,
            ],
            exclude: ["Golden"]),
        tests("TidyTests", []),
        tests(
            "IngestTests",
            [
                "ingest", "demo-deals", "Calculation", "Domain", "Plans", "Records", "RimSupport", "Runtime", "Streams",
                "TestSupport",
                argumentParser, crypto, grdb, hummingbird, logging, protobuf,
            ]),
        tests(
            "Simulation",
            [
                "ingest", "calculator", "statements", "Calculation", "Domain", "Plans", "Records", "Runtime", "Streams",
                "TestSupport", logging, grdb, protobuf,
            ]),
        tests(
            "Scenarios",
            [
                "ingest", "calculator", "statements", "Domain", "Records", "Runtime", "Streams", "TestSupport", logging,
                protobuf, yams,
            ],
            exclude: ["Files", "README.md"]),
        tests(
            "EndToEnd",
            [
                "ingest", "calculator", "statements", "demo-deals", "kafka-mock", "Domain", "Records", "Streams",
                "TestSupport", crypto, logging,
            ]),
    ]
)
