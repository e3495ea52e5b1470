/// The standard environment: what Attain has of langdef's Standard Definitions, and its own.
enum Library {
    static let overloads: [String: [Overload]] = {
        var table: [String: [Overload]] = [:]
        for overload in operators + logic + numbers + strings + conversions + dates + lists {
            table[overload.name, default: []].append(overload)
        }
        return table
    }()

    /// langdef, Type Values: the names that stand for types.
    static let types: [String: Value.Kind] = {
        var table: [String: Value.Kind] = [
            "double": .decimal, "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        ]
        for kind in Value.Kind.allCases { table[kind.rawValue] = kind }
        return table
    }()
}
