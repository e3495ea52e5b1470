import Domain

extension FolderReader {
    /// Who manages whom from when; a row without a manager ends it.
    mutating func readHierarchy() {
        let columns = FolderTable.Columns(required: ["payee", "manager", "from"])
        guard let table = FolderTable(folder, "hierarchy.csv", columns, problems: &problems) else { return }
        var seen = Duplicates(what: "manager of")
        var steps: [HierarchyStep] = []
        for row in table.rows {
            let payee = payeeReference(row, "payee")
            let manager = row["manager"].isEmpty ? nil : payeeReference(row, "manager")
            let from = problems.date(row, "from")
            guard let payee, let from, manager != nil || row["manager"].isEmpty else { continue }
            guard seen.isNew("\(payee) from \(from)", row, &problems) else { continue }
            steps.append(HierarchyStep(payee: payee, manager: manager, from: from, line: row.line))
        }
        let timelines = managers(steps)
        checkCycles(steps, timelines, file: table.file)
        for index in payees.indices { payees[index].managers = timelines[payees[index].id] ?? Timeline() }
    }

    private func managers(_ steps: [HierarchyStep]) -> [PayeeID: Timeline<PayeeID?>] {
        var result: [PayeeID: Timeline<PayeeID?>] = [:]
        for step in steps { result[step.payee, default: Timeline()].set(step.manager, from: step.from) }
        return result
    }

    /// A circle exists first on the day its latest step begins, so walking up from every step on its own day finds all.
    private mutating func checkCycles(
        _ steps: [HierarchyStep], _ managers: [PayeeID: Timeline<PayeeID?>], file: String
    ) {
        var reported: Set<[PayeeID]> = []
        for step in steps {
            guard let circle = step.circle(managers), reported.insert(circle.sorted()).inserted else { continue }
            let way = (circle + [step.payee]).map(\.text).joined(separator: " → ")
            problems.add(
                file, line: step.line,
                circle.count == 1
                    ? "column 'manager': '\(step.payee)' cannot manage themselves; leave it empty if nobody does"
                    : "from \(step.from) on these manage each other in a circle: \(way); correct one of their rows")
        }
    }

    /// Sorted by their first day, each contract may only overlap the one before it that ends last.
    mutating func checkOverlaps(_ contracts: [(contract: Contract, line: Int)], file: String) {
        let ordered = contracts.sorted {
            ($0.contract.payee, $0.contract.from, $0.line) < ($1.contract.payee, $1.contract.from, $1.line)
        }
        var last: (contract: Contract, line: Int)?
        for entry in ordered {
            let (contract, line) = entry
            guard let before = last, before.contract.payee == contract.payee else {
                last = entry
                continue
            }
            if contract.from <= (before.contract.to ?? contract.from) {
                problems.add(
                    file, line: line,
                    "overlaps the contract on line \(before.line) (\(before.contract.plan), "
                        + "\(before.contract.from) to \(before.contract.to?.description ?? "open")): a payee has one plan "
                        + "a day; \(remedy(before.contract, contract))")
            }
            if let end = before.contract.to, (contract.to ?? end.adding(days: 1)) > end { last = entry }
        }
    }

    private func remedy(_ before: Contract, _ contract: Contract) -> String {
        before.from == contract.from
            ? "remove one of them" : "end that one on \(contract.from.adding(days: -1)), or begin this one later"
    }
}

/// A row of hierarchy.csv.
struct HierarchyStep {
    let payee: PayeeID
    let manager: PayeeID?
    let from: CalendarDate
    let line: Int

    /// Those from the payee up to the payee again, on the step's first day; `nil` when the way up ends.
    func circle(_ managers: [PayeeID: Timeline<PayeeID?>]) -> [PayeeID]? {
        var way = [payee]
        var next = manager
        while let current = next, current != payee {
            // A circle further up, without this payee, is found from its own steps.
            guard !way.contains(current) else { return nil }
            way.append(current)
            next = managers[current]?[on: from] ?? nil
        }
        return next == nil ? nil : way
    }
}
