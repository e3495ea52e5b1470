package import Domain
import Synchronization

extension Plan {
    /// Parses a plan file, once for each content: thousands of payees and every partition share a plan. A cache by
    /// content leaves no trace in any result.
    package static func shared(parsing text: String, file: String) throws(FileProblems) -> Plan {
        if let plan = parsed.withLock({ $0[text] }) { return plan }
        let plan = try Plan(parsing: text, file: file)
        parsed.withLock { $0[text] = plan }
        return plan
    }

    private static let parsed = Mutex<[String: Plan]>([:])
}
