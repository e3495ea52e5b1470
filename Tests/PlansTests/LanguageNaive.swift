import Domain

/// A second evaluator, slow and obvious, written from the reference: every prefix of the credits is evaluated from
/// nothing, window by window, from lists of credits; what a credit earns is the difference to the prefix before.
struct Naive {
    let spec: Spec
    let credits: [Credit]

    /// What each component pays for each credit, exactly.
    private func deltas(_ component: Spec.Component) throws -> [Number] {
        var stage = try differences { try rulePay(component, upTo: $0) }
        for step in component.steps {
            let input = stage
            stage = try differences { count in try stepPay(step, component, input, upTo: count) }
        }
        return stage
    }

    /// The lines: rounded so that each pay period sums to its rounded total. What is not paid has none.
    func lines(_ component: Spec.Component) throws -> [Number] {
        component.isPaid ? try earned(component) : credits.map { _ in .zero }
    }

    /// What a step adds to all that is paid, by component.
    func lines(_ total: Spec.Step, of paid: [[Number]]) throws -> [Number] {
        let input = try credits.indices.map { index in try paid.reduce(Number.zero) { try $0 + $1[index] } }
        let output = try differences { count in try stepPay(total, spec.components[0], input, upTo: count) }
        return try zip(output, input).map { try $0 - $1 }
    }

    /// What others read of it: exact where it is not paid.
    private func earned(_ component: Spec.Component) throws -> [Number] {
        let exact = try deltas(component)
        guard component.isPaid else { return exact }
        let kind = component.isState ? longer(of: spec.pays, kind(component.window)) : spec.pays
        return try differences { count in
            var total = Number.zero
            for period in periods(kind, upTo: count) {
                let sum = try members(of: period, upTo: count).reduce(Number.zero) { try $0 + exact[$1] }
                total = try total + sum.rounded(to: 2, spec.mode)
            }
            return total
        }
    }

    private func differences(_ total: (Int) throws -> Number) throws -> [Number] {
        try (0..<credits.count).map { try total($0 + 1) - total($0) }
    }

    // MARK: Windows

    private func kind(_ name: String) -> PeriodKind { PeriodKind(rawValue: name) ?? .year }

    private func longer(of first: PeriodKind, _ second: PeriodKind) -> PeriodKind {
        let order: [PeriodKind] = [.week, .month, .quarter, .year]
        return (order.firstIndex(of: first) ?? 0) > (order.firstIndex(of: second) ?? 0) ? first : second
    }

    private func periods(_ kind: PeriodKind, upTo count: Int) -> [Period] {
        Set(credits.prefix(count).map { Period(kind, containing: $0.date) }).sorted()
    }

    private func members(of period: Period, upTo count: Int) -> [Int] {
        (0..<count).filter { period.contains(credits[$0].date) }
    }

    private func counts(_ measure: Spec.Measure, _ credit: Credit) -> Bool {
        (measure.roles.isEmpty || measure.roles.contains(credit.key.role.text))
            && (measure.product == nil || measure.product == credit.product)
    }

    private func sum(_ measure: Int, _ members: [Int]) throws -> Number {
        try members.filter { counts(spec.measures[measure], credits[$0]) }.reduce(Number.zero) {
            try $0 + credits[$1].amount.amount
        }
    }

    /// In its first windows a contract has a part of the quota.
    private func quota(_ index: Int, on date: CalendarDate) throws -> Number {
        let measure = spec.measures[index]
        var window = Period(kind(measure.window), containing: Spec.starts)
        for share in measure.ramp {
            if window.contains(date) { return try Number(measure.quota) * share / 100 }
            window = window.next
        }
        return Number(measure.quota)
    }

    // MARK: Rules

    private func rulePay(_ component: Spec.Component, upTo count: Int) throws -> Number {
        var total = Number.zero
        for period in periods(kind(component.window), upTo: count) {
            total = try total + windowPay(component, members(of: period, upTo: count))
        }
        return total
    }

    private func windowPay(_ component: Spec.Component, _ members: [Int]) throws -> Number {
        let measure = spec.measures[component.measure]
        guard let any = members.first else { return .zero }
        let own = members.filter { counts(measure, credits[$0]) }
        let all = try sum(component.measure, members)
        let quota = try quota(component.measure, on: credits[any].date)
        switch component.rule {
        case .flat(let rate), .individual(let rate): return try all * percent(rate)
        case .lookup(let rows):
            return try own.reduce(Number.zero) { sum, index in
                let row = rows.first { $0.product == credits[index].product } ?? rows.first { $0.product == nil }
                return try sum + credits[index].amount.amount * percent(row?.rate ?? 0)
            }
        case .matrix(let rows, let columns, let values):
            return try own.reduce(Number.zero) { sum, index in
                let amount = credits[index].amount.amount
                let attainment = try self.sum(component.measure, members.filter { $0 <= index }) / quota
                let row = try rows.indices.last { try attainment >= percent(rows[$0] * 100) } ?? 0
                let column = columns.indices.last { amount >= Number(columns[$0]) } ?? 0
                return try sum + amount * percent(values[row][column])
            }
        case .milestones(let each, let upper, let steps):
            let reached = try steps.filter { step in
                let limit = try percent(step.at * 100)
                return try upper ? all / quota > limit : all / quota >= limit
            }
            return Number(each ? reached.reduce(0) { $0 + $1.amount } : reached.last?.amount ?? 0)
        case .scorecard(let target, let weight):
            let sales = try percent(weight * 100) * (all / quota)
            return try Number(target) * (sales + percent((100 - weight) * 100) * percent(Spec.satisfaction * 100))
        case .curve(let target, let points): return try Number(target) * curve(points, try all / quota)
        case .share(let read, let share):
            let earned = try earned(spec.components[read])
            return try members.reduce(Number.zero) { try $0 + earned[$1] } * percent(share)
        case .tiers(let method, let upper, let tiers):
            let limits = try tiers.map { try quota * $0.from / 100 }
            func reached(_ position: Number) -> Int {
                limits.indices.last { $0 == 0 || (upper ? position > limits[$0] : position >= limits[$0]) } ?? 0
            }
            let rates = try tiers.map { try percent($0.rate) }
            switch method {
            case "marginal": return try marginal(all, limits, rates)
            case "retroactive": return try all * rates[reached(all)]
            case "overage":
                guard limits.count > 1, all > limits[1] else { return try all * rates[reached(all)] }
                return try limits[1] * rates[0] + (all - limits[1]) * rates[reached(all)]
            default: return try byDeal(method, own, members) { rates[reached($0)] }
            }
        }
    }

    private func percent(_ hundredths: Int) throws -> Number { try Number(hundredths) / 10_000 }

    private func marginal(_ all: Number, _ limits: [Number], _ rates: [Number]) throws -> Number {
        guard all > .zero else { return try all * rates[0] }
        var total = Number.zero
        for (index, low) in limits.enumerated() where all > low {
            let high = index + 1 < limits.count ? min(all, limits[index + 1]) : all
            total = try total + (high - low) * rates[index]
        }
        return total
    }

    /// Deals in order; each as a whole at the rate of where it begins or of what it reaches.
    private func byDeal(_ method: String, _ own: [Int], _ members: [Int], _ rate: (Number) throws -> Number) throws
        -> Number
    {
        var total = Number.zero
        var before = Number.zero
        var deals: [DealID] = []
        for index in members where !deals.contains(credits[index].key.deal) { deals.append(credits[index].key.deal) }
        for deal in deals {
            let amount = try own.filter { credits[$0].key.deal == deal }.reduce(Number.zero) {
                try $0 + credits[$1].amount.amount
            }
            total = try total + amount * rate(method.contains("before") ? before : before + amount)
            before = try before + amount
        }
        return total
    }

    private func curve(_ points: [(x: Int, y: Int)], _ position: Number) throws -> Number {
        let points = try points.map { (x: try Number($0.x) / 100, y: try Number($0.y) / 100) }
        if position <= points[0].x { return points[0].y }
        for (low, high) in zip(points, points.dropFirst()) where position <= high.x {
            return try low.y + (high.y - low.y).multiplied(by: position - low.x, dividedBy: high.x - low.x)
        }
        return points[points.count - 1].y
    }

    // MARK: Steps

    private func stepPay(_ step: Spec.Step, _ component: Spec.Component, _ input: [Number], upTo count: Int) throws
        -> Number
    {
        var window = component.window
        switch step {
        case .cap(_, let own), .floor(_, let own): window = own
        case .multiply, .requires: break
        }
        var total = Number.zero
        for period in periods(kind(window), upTo: count) {
            let members = members(of: period, upTo: count)
            let given = try members.reduce(Number.zero) { try $0 + input[$1] }
            switch step {
            case .multiply(let factor): total = try total + given * percent(factor * 100)
            case .cap(let amount, _): total = try total + min(given, Number(amount))
            case .floor(let amount, _): total = try total + max(given, Number(amount))
            case .requires(let share):
                guard let any = members.first else { continue }
                let quota = try quota(component.measure, on: credits[any].date)
                let attainment = try sum(component.measure, members) / quota
                total = try total + (attainment >= percent(share * 100) ? given : .zero)
            }
        }
        return total
    }
}

extension Number {
    fileprivate static func * (left: Number, right: Int) throws -> Number { try left * Number(right) }
    fileprivate static func / (left: Number, right: Int) throws -> Number { try left / Number(right) }
}
