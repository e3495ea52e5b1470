/// A setting's value and where it was given, so that an error can point there.
package struct Setting: Hashable, Sendable {
    package let value: String
    /// `--partitions`, `ATTAIN_PARTITIONS`, `attain.conf line 3`
    package let origin: String
}

/// Where settings come from, in this order: the flag, the environment (`ATTAIN_LOG`), the file (`log: …`).
///
/// A setting may be given for one program only, which then wins over the general one of the same source:
/// `ATTAIN_STATEMENTS_HTTP` before `ATTAIN_HTTP`, `statements.http` before `http`.
package struct Configuration: Sendable {
    package let program: String
    private let environment: [String: String]
    private let file: ConfigurationFile?

    /// Settings of all programs; each adds its own.
    static let commonKeys: Set<String> = ["log", "application", "partitions", "state", "log-level", "http"]
    static let programs: Set<String> = ["ingest", "calculator", "statements"]

    /// Throws `Problems` for a file that cannot be understood.
    package init(
        program: String, keys: Set<String> = [], environment: [String: String],
        file: (path: String, text: String)? = nil
    ) throws {
        self.program = program
        self.environment = environment
        self.file = file.map { ConfigurationFile(path: $0.path, text: $0.text) }
        try self.file?.check(
            known: keys.union(Configuration.commonKeys), program: program, programs: Configuration.programs)
    }

    /// What was given for it; `nil` when nothing was. An empty environment variable counts as not given.
    package func setting(_ key: String, flag: String? = nil) -> Setting? {
        if let flag { return Setting(value: flag, origin: "--\(key)") }
        for name in [variable("\(program)-\(key)"), variable(key)] {
            if let value = environment[name], !value.isEmpty { return Setting(value: value, origin: name) }
        }
        for name in ["\(program).\(key)", key] {
            guard let file, let entry = file.entries[name] else { continue }
            return Setting(value: entry.value, origin: "\(file.path) line \(entry.line)")
        }
        return nil
    }

    /// The value as its type, or the default when nothing was given; a problem that names where it was given.
    package func value<Value>(
        _ key: String, flag: String? = nil, default fallback: String, expected: String, as parse: (String) -> Value?
    ) throws(Problem) -> Value {
        let given = setting(key, flag: flag) ?? Setting(value: fallback, origin: "the default of --\(key)")
        guard let value = parse(given.value) else {
            throw Problem(
                where: given.origin, "'\(given.value)' is not \(expected)", remedy: "Correct it, or leave it out.")
        }
        return value
    }

    /// librdkafka's properties: `ATTAIN_PROPERTY_SASL_PASSWORD`, `property.sasl.password: …`.
    func properties() -> [String: Setting] {
        var result: [String: Setting] = [:]
        for (name, entry) in file?.entries ?? [:] {
            guard let file, let range = name.range(ofPrefix: "property.") else { continue }
            result[String(name[range])] = Setting(value: entry.value, origin: "\(file.path) line \(entry.line)")
        }
        for (name, value) in environment {
            guard let range = name.range(ofPrefix: "ATTAIN_PROPERTY_") else { continue }
            let property = name[range].lowercased().split(separator: "_").joined(separator: ".")
            result[property] = Setting(value: value, origin: name)
        }
        return result
    }

    private func variable(_ key: String) -> String {
        "ATTAIN_" + key.uppercased().split(separator: "-").joined(separator: "_")
    }
}

extension String {
    /// What follows the prefix, if it has it and something follows.
    fileprivate func range(ofPrefix prefix: String) -> Range<String.Index>? {
        guard hasPrefix(prefix), count > prefix.count else { return nil }
        return index(startIndex, offsetBy: prefix.count)..<endIndex
    }
}
