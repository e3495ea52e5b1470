import Domain
import Plans

// One function a table: rows become entities, and what a row alone can be wrong about is reported.
extension FolderReader {
    mutating func readPayees() {
        let columns = FolderTable.Columns(
            required: ["id", "name", "currency"], optional: ["email", "channel", "start", "end", "crm_ids"])
        guard let table = FolderTable(folder, "payees.csv", columns, problems: &problems) else {
            arePayeesWhole = false
            return problems.add("payees.csv", "is missing; it lists who is paid: \(columns.all.joined(separator: ","))")
        }
        arePayeesWhole = table.isWhole
        var claims = Claims()
        for row in table.rows {
            guard let id = problems.text(row, "id") else { continue }
            if claims.claim(id, column: "id", of: id, row, &problems) { payeeLines[id] = row.line }
            if let payee = payee(row, PayeeID(id), &claims) { payees.append(payee) }
        }
    }

    private mutating func payee(_ row: FolderTable.Row, _ id: PayeeID, _ claims: inout Claims) -> Payee? {
        let before = problems.count
        let name = problems.text(row, "name")
        let currency = problems.currency(row, "currency")
        let channel = problems.choice(row, "channel", default: Payee.Channel.payroll)
        let starts = problems.optionalDate(row, "start")
        let ends = problems.optionalDate(row, "end")
        if let starts, let ends, ends < starts {
            problems.add(row, "end", "'\(ends)' is before the start, \(starts); correct one of them")
        }
        let email = row["email"]
        if !email.isEmpty { checkEmail(email, row) }
        let aliases = row["crm_ids"].split(separator: ";").map(\.trimmed).filter { !$0.isEmpty }
        for (column, text) in [("name", row["name"]), ("email", email)] + aliases.map({ ("crm_ids", $0) }) {
            _ = claims.claim(text, column: column, of: id.text, row, &problems)
        }
        guard problems.count == before, let name, let currency, let channel else { return nil }
        return Payee(
            id: id, name: name, email: email, currency: currency, channel: channel, starts: starts, ends: ends,
            aliases: aliases)
    }

    private mutating func checkEmail(_ email: String, _ row: FolderTable.Row) {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !email.contains(" ") else {
            return problems.add(row, "email", "'\(email)' is not an e-mail address such as ada@example.com")
        }
    }

    mutating func readContracts() {
        let columns = FolderTable.Columns(required: ["payee", "plan", "from"], optional: ["to"])
        guard let table = FolderTable(folder, "contracts.csv", columns, problems: &problems) else { return }
        var contracts: [(contract: Contract, line: Int)] = []
        for row in table.rows {
            let before = problems.count
            let payee = payeeReference(row, "payee")
            let plan = planReference(row, "plan")
            let from = problems.date(row, "from")
            let to = problems.optionalDate(row, "to")
            if let from, let to, to < from {
                problems.add(row, "to", "'\(to)' is before 'from', \(from); correct one of them")
            }
            guard problems.count == before, let payee, let plan, let from else { continue }
            contracts.append((Contract(payee: payee, plan: plan, from: from, to: to), row.line))
        }
        checkOverlaps(contracts, file: table.file)
        entities += contracts.map { .contract($0.contract) }
    }

    mutating func readQuotas() {
        let columns = FolderTable.Columns(required: ["payee", "measure", "period", "amount"])
        guard let table = FolderTable(folder, "quotas.csv", columns, problems: &problems) else { return }
        var seen = Duplicates(what: "quota")
        var rows: [PayeeID: [(quota: Quota, row: FolderTable.Row)]] = [:]
        for row in table.rows {
            let payee = payeeReference(row, "payee")
            let measure = problems.text(row, "measure")
            let period = problems.period(row, "period")
            let amount = problems.positiveNumber(row, "amount", orPercent: true)
            if let measure { checkMeasure(measure, row) }
            guard let payee, let measure, let period, let amount else { continue }
            let quota = Quota(payee: payee, measure: measure, period: period, amount: amount)
            guard seen.isNew(CompanyEntity.quota(quota).key.name, row, &problems) else { continue }
            entities.append(.quota(quota))
            rows[payee, default: []].append((quota, row))
        }
        checkRanges(rows)
    }

    /// A contract may have what its plan lets it have.
    private mutating func checkRanges(_ rows: [PayeeID: [(quota: Quota, row: FolderTable.Row)]]) {
        var reported: Set<Int> = []
        for case .contract(let contract) in entities {
            guard let plan = plans[contract.plan]?.plan, !plan.adjustables.isEmpty else { continue }
            let own = rows[contract.payee] ?? []
            for excess in plan.excesses(of: Terms(of: contract, own.map(\.quota))) {
                let (adjustable, item) = (excess.adjustable, excess.item)
                guard let row = own.first(where: { $0.quota.measure == item.name && $0.quota.period == item.period }),
                    contract.overlaps(row.quota.period), reported.insert(row.row.line).inserted
                else { continue }
                let whole =
                    excess.period == item.period ? "" : " in \(excess.period?.description ?? "all"), with its parts,"
                problems.add(
                    row.row, "amount",
                    "\(adjustable.text(excess.value))\(whole) is not between \(adjustable.text(adjustable.from)) and "
                        + "\(adjustable.text(adjustable.to)), which plan '\(plan.name)' allows for \(adjustable.key)")
            }
        }
    }

    /// A quota that no plan asks for would never count, and the one that was meant would be missing.
    private mutating func checkMeasure(_ name: String, _ row: FolderTable.Row) {
        // A plan with mistakes may well ask for it.
        guard arePlansWhole, !plans.values.contains(where: { $0.plan == nil }) else { return }
        let known = Set(plans.values.flatMap { $0.plan?.contractNames ?? [] }).sorted()
        guard !known.contains(name) else { return }
        problems.add(
            row, "measure",
            "no plan has a quota '\(name)'\(known.isEmpty ? "; remove the row" : suggestion(for: name, among: known))")
    }

    mutating func readExchangeRates() {
        let columns = FolderTable.Columns(required: ["from", "to", "date", "rate"])
        guard let table = FolderTable(folder, "exchange-rates.csv", columns, problems: &problems) else { return }
        var seen = Duplicates(what: "exchange rate")
        for row in table.rows {
            let from = problems.currency(row, "from")
            let to = problems.currency(row, "to")
            let date = problems.date(row, "date")
            let rate = problems.positiveNumber(row, "rate")
            guard let from, let to, let date, let rate else { continue }
            guard from != to else {
                problems.add(
                    row, "to", "is the same currency as 'from'; one \(from) is always one \(from), remove the row")
                continue
            }
            let entity = CompanyEntity.exchangeRate(ExchangeRate(from: from, to: to, date: date, rate: rate))
            if seen.isNew(entity.key.name, row, &problems) { entities.append(entity) }
        }
    }

    mutating func readProducts() {
        let columns = FolderTable.Columns(required: ["name"], allowsOthers: true)
        guard let table = FolderTable(folder, "products.csv", columns, problems: &problems) else { return }
        var seen = Duplicates(what: "product")
        for row in table.rows {
            guard let name = problems.text(row, "name") else { continue }
            if seen.isNew(name, row, &problems) { entities.append(.product(name: name)) }
        }
    }

    // MARK: references

    mutating func payeeReference(_ row: FolderTable.Row, _ column: String) -> PayeeID? {
        guard let id = problems.text(row, column) else { return nil }
        guard payeeLines[id] != nil || !arePayeesWhole else {
            let hint = nearest(id, payeeLines.keys)
            problems.add(row, column, "there is no payee '\(id)' in payees.csv\(hint)")
            return nil
        }
        return PayeeID(id)
    }

    private mutating func planReference(_ row: FolderTable.Row, _ column: String) -> String? {
        guard let name = problems.text(row, column) else { return nil }
        guard plans[name] != nil || !arePlansWhole else {
            let hint = nearest(name, plans.keys)
            problems.add(row, column, "there is no plan '\(name)' in plans/\(hint)")
            return nil
        }
        return name
    }

    /// A suggestion only when something is near: hundreds of payees are no help. To look for it takes time, so only the
    /// first mistakes of a folder get one: a wrong column makes thousands of them.
    private mutating func nearest(_ name: String, _ known: some Collection<String>) -> String {
        suggestionsLeft -= 1
        guard suggestionsLeft >= 0 else { return "; add it there or correct the name" }
        let text = suggestion(for: name, among: known.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        return text.hasPrefix("; known") && known.count > 10 ? "; add it there or correct the name" : text
    }
}

/// Keys of one table that must not repeat.
struct Duplicates {
    let what: String
    private var lines: [String: Int] = [:]

    init(what: String) { self.what = what }

    mutating func isNew(_ key: String, _ row: FolderTable.Row, _ problems: inout ProblemList) -> Bool {
        if let first = lines[key] {
            problems.add(
                row.file, line: row.line, "the \(what) '\(key)' is there already, on line \(first); keep one of them")
            return false
        }
        lines[key] = row.line
        return true
    }
}

/// What a deal's owner may be called by, whatever the case. A name that means two payees would pay the wrong one.
struct Claims {
    private var owners: [String: (payee: String, line: Int)] = [:]

    /// Whether the name is the payee's alone; reported when not.
    mutating func claim(
        _ name: String, column: String, of payee: String, _ row: FolderTable.Row, _ problems: inout ProblemList
    ) -> Bool {
        guard !name.isEmpty, let owner = owners[name.lowercased()] else {
            owners[name.lowercased()] = (payee, row.line)
            return true
        }
        guard owner.payee != payee || column == "id" else { return true }
        let remedy =
            column == "id"
            ? "give each payee an ID of their own" : "a deal that names it must mean one payee, so tell them apart"
        problems.add(
            row, column, "'\(name)' is already what '\(owner.payee)' on line \(owner.line) is called; \(remedy)")
        return false
    }
}
