import Synchronization

/// Counters and gauges in Prometheus text format. A hot path holds its `Counter` and adds to one atomic; nothing
/// else happens until somebody asks for `/metrics`.
package final class Metrics: Sendable {
    private struct Family: Sendable {
        let help: String
        let type: String
        var series: [(labels: String, read: @Sendable () -> Int64)] = []
    }

    private let families = Mutex<[String: Family]>([:])
    private let collectors = Mutex<[@Sendable () -> [Sample]]>([])

    package init() {}

    /// A sample that is read only when asked for.
    package struct Sample: Sendable {
        let name: String
        let help: String
        let type: Kind
        let labels: [(String, String)]
        let value: Int64

        package init(
            _ name: String, _ help: String, _ type: Kind = .gauge, labels: [(String, String)] = [], value: Int64
        ) {
            (self.name, self.help, self.type, self.labels, self.value) = (name, help, type, labels, value)
        }
    }

    package enum Kind: String, Sendable { case counter, gauge }

    /// Only grows. Names follow Prometheus: `attain_records_total`.
    package func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(name, help, "counter", labels) { counter.value }
        return counter
    }

    /// Read when asked for.
    package func gauge(
        _ name: String, _ help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Int64
    ) {
        add(name, help, "gauge", labels, read)
    }

    /// For series that come and go, such as one per assigned partition.
    package func collect(_ collector: @escaping @Sendable () -> [Sample]) {
        collectors.withLock { $0.append(collector) }
    }

    private func add(
        _ name: String, _ help: String, _ type: String, _ labels: [(String, String)],
        _ read: @escaping @Sendable () -> Int64
    ) {
        let written = Self.written(labels)
        families.withLock { families in
            families[name, default: Family(help: help, type: type)].series.append((written, read))
        }
    }

    /// What `/metrics` answers, in the order of names and labels.
    package func text() -> String {
        var all = families.withLock { $0 }
        for collector in collectors.withLock({ $0 }) {
            for sample in collector() {
                all[sample.name, default: Family(help: sample.help, type: sample.type.rawValue)].series
                    .append((Self.written(sample.labels), { sample.value }))
            }
        }
        var text = ""
        for (name, family) in all.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
            for series in family.series.sorted(by: { $0.labels < $1.labels }) {
                text += "\(name)\(series.labels) \(series.read())\n"
            }
        }
        return text
    }

    private static func written(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }
}

package final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    package init() {}

    @inline(__always) package func add(_ amount: Int64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }

    package var value: Int64 { count.load(ordering: .relaxed) }
}
