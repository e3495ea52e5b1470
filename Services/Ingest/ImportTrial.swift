import Domain
import Records
import Runtime

/// What would come of a file: every row is read, mapped and credited as if it were imported now, and nothing is kept.
struct ImportTrial {
    let mapping: Mapping
    let company: Company
    private(set) var rows = 0
    private(set) var faults: [String] = []
    private(set) var faultCount = 0
    private var columns: [String]?
    private var latest: [DealID: Latest] = [:]
    private var payments = PaymentTrial()

    /// The revision of a deal that would count.
    private struct Latest {
        let order: Int64
        let row: Int
        let deal: Deal
        let problems: [SkipReason]
    }

    init(mapping: Mapping, company: Company) {
        self.mapping = mapping
        self.company = company
    }

    mutating func read(_ file: FileBytes, _ format: DealFileFormat) throws(FileFault) {
        var reader = try DealRows(file, format)
        columns = reader.columns
        try mapping.checkColumns(columns, file: file.name)
        while let row = try reader.next() {
            rows += 1
            switch row.content.flatMap({ json in mapping.key(of: json.root).map { ($0, json.root) } }) {
            case .success(let (id, json)): take(id, json, row.number)
            case .failure(let fault):
                faultCount += 1
                if faults.count < ImportProgress.faultLimit {
                    faults.append("row \(row.number) (line \(row.line)): \(fault)")
                }
            }
        }
    }

    private mutating func take(_ id: DealID, _ json: JSONValue, _ row: Int) {
        guard mapping.payment == nil else {
            return payments.take(mapping.payment(from: json, event: "row \(row)"), for: id, row: row)
        }
        let (deal, problems) = mapping.deal(from: json)
        let order = deal.revision ?? Int64(row)
        if let known = latest[id], known.order > order { return }
        latest[id] = Latest(order: order, row: row, deal: deal, problems: problems)
    }
}

// MARK: In words

extension ImportTrial {
    private struct Finding {
        var deals = 0
        var row = Int.max
        var example = ""
        var remedy = ""
    }

    func report(file: String, mapping origin: String) -> String {
        var text = "\(file), read by \(origin); nothing was imported\n\n"
        let count = mapping.payment == nil ? latest.count : payments.deals
        text += "  \(rows) rows = \(rows - faultCount) about \(count) deals + \(faultCount) for quarantine\n"
        text += columnLines
        text += mapping.payment == nil ? outcomeLines : payments.text
        if !faults.isEmpty { text += "\nFor quarantine:\n" + faults.map { "  \($0)\n" }.joined() }
        if faultCount > faults.count { text += "  … and \(faultCount - faults.count) more\n" }
        return text
    }

    private var columnLines: String {
        guard let columns else { return "" }
        var text = ""
        for (name, column) in mapping.missingColumns(in: columns) {
            text +=
                "  There is no column '\(column)', which the mapping reads as '\(name)'\(suggestion(for: column, among: columns))\n"
        }
        let read = Set(mapping.fields.map(\.field.name))
        let unread = columns.filter { !read.contains($0) }
        if !unread.isEmpty { text += "  Columns that are kept but not read: \(unread.joined(separator: ", "))\n" }
        return text
    }

    /// Stages, won values by currency, and why deals would be skipped.
    private var outcomeLines: String {
        var stages: [Deal.Stage: Int] = [:]
        var values: [String: Number] = [:]
        var findings: [SkipReason.Code: Finding] = [:]
        let crediting = Crediting(company: company)
        for entry in latest.values {
            stages[entry.deal.stage, default: 0] += 1
            let outcome = crediting.outcome(of: entry.deal, source: "", provenance: "")
            let problems = entry.problems + outcome.problems
            if problems.isEmpty, entry.deal.stage == .won, let amount = entry.deal.amount {
                let sum = values[entry.deal.currency] ?? .zero
                values[entry.deal.currency] = (try? sum + amount) ?? sum
            }
            for code in Set(problems.map(\.code)) {
                note(problems, code, entry.row, &findings[code, default: Finding()])
            }
        }
        return lines(stages) + lines(values) + lines(findings)
    }

    private func note(_ problems: [SkipReason], _ code: SkipReason.Code, _ row: Int, _ finding: inout Finding) {
        finding.deals += 1
        guard row < finding.row, let problem = problems.first(where: { $0.code == code }) else { return }
        (finding.row, finding.example, finding.remedy) = (row, problem.message, problem.remedy)
    }

    private func lines(_ stages: [Deal.Stage: Int]) -> String {
        let parts = Deal.Stage.allCases.map { "\(stages[$0] ?? 0) \($0.rawValue)" }
        return "  Deals: \(parts.joined(separator: ", "))\n"
    }

    private func lines(_ values: [String: Number]) -> String {
        let parts = values.keys.sorted().map { "\(values[$0]?.formatted(places: 2) ?? "") \($0)" }
        return "  Credited: \(parts.isEmpty ? "nothing" : parts.joined(separator: ", "))\n"
    }

    private func lines(_ findings: [SkipReason.Code: Finding]) -> String {
        guard !findings.isEmpty else { return "" }
        var table = TextTable(
            ["Skipped for", "Deals", "First row", "What is wrong there, and what to do"], [.left, .right, .right])
        for code in SkipReason.Code.allCases {
            guard let finding = findings[code] else { continue }
            table.append([code.rawValue, "\(finding.deals)", "\(finding.row)", "\(finding.example): \(finding.remedy)"])
        }
        return "\n" + table.text
    }
}
