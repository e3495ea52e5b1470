import Domain
import Records

/// What the statements must say, worked out slowly and plainly from the whole set of revisions at once: whole cents and
/// basis points, no shared code with the services, no order of arrival.
struct Oracle {
    /// One line of a statement: what a component pays for a credit.
    struct Line: Hashable, Comparable, CustomStringConvertible {
        let payee: String
        let period: String
        let component: String
        let deal: String
        let role: String
        let cents: Int

        static func < (left: Self, right: Self) -> Bool { left.description < right.description }
        var description: String { "\(payee) \(period) \(component) \(deal) \(role) \(cents)" }
    }

    private struct Credit {
        let payee: String
        let role: String
        let date: CalendarDate
        let deal: String
        let cents: Int
    }

    let world: World

    var lines: [Line] {
        let all = standings.flatMap { $0.isCancelled || $0.paying.isFlawed ? [] : credits(of: $0.paying) }
        return Dictionary(grouping: all, by: \.payee).flatMap { payee, credits in
            lines(of: payee, credits.sorted { ($0.date, $0.deal, $0.role) < ($1.date, $1.deal, $1.role) })
        }.sorted()
    }

    /// Deals that were won and that nobody can credit.
    var skipped: Int { standings.count(where: \.paying.isFlawed) }

    // MARK: Which revision pays

    /// Of a deal that was won. No plan here has a clawback: what is cancelled pays nothing; won back, it is what it was.
    private struct Standing {
        let paying: World.Revision
        let isCancelled: Bool
    }

    private var standings: [Standing] {
        Dictionary(grouping: Set(world.revisions), by: \.deal).values.compactMap { standing($0) }
    }

    private func standing(_ revisions: [World.Revision]) -> Standing? {
        // Of two bodies under one revision, the one with the smaller SHA-256 counts.
        let unique = Dictionary(grouping: revisions, by: \.order).compactMapValues { rivals in
            rivals.min { digest($0.body.bytes).lexicographicallyPrecedes(digest($1.body.bytes)) }
        }
        var paying: World.Revision?
        var (isCancelled, isAmended) = (false, false)
        for (_, revision) in unique.sorted(by: { $0.key < $1.key }) {
            isCancelled = revision.stage == "cancelled"
            if !["won", "cancelled"].contains(revision.stage) {
                (paying, isAmended) = (nil, false)
            } else if isCancelled {
                continue
            } else if paying == nil || (paying?.isFlawed == true && !isAmended) {
                paying = revision
            } else if world.settings.postClose == .accept {
                (paying, isAmended) = (revision, true)
            }
        }
        return paying.map { Standing(paying: $0, isCancelled: isCancelled) }
    }

    // MARK: Who gets what of it

    private func credits(of revision: World.Revision) -> [Credit] {
        let shares = revision.splits.isEmpty ? [(payee: revision.owner, percent: 100)] : revision.splits
        let role = revision.splits.isEmpty ? "owner" : "split"
        let parts = parts(of: revision.cents, shares.map(\.percent))
        var team: [String: Int] = [:]
        var result: [Credit] = []
        for (share, cents) in zip(shares, parts) {
            team[World.reps.firstIndex(of: share.payee)! < 3 ? "max" : "mia", default: 0] += cents
            let paid = share.payee == "eve" ? euros(cents) : cents
            result.append(
                Credit(payee: share.payee, role: role, date: revision.closed, deal: revision.deal, cents: paid))
        }
        for (manager, cents) in team {
            result.append(
                Credit(payee: manager, role: "manager-1", date: revision.closed, deal: revision.deal, cents: cents))
        }
        result.append(
            Credit(payee: "vip", role: "manager-2", date: revision.closed, deal: revision.deal, cents: revision.cents))
        return result.filter { $0.role.hasPrefix("manager") ? $0.cents != 0 : true }
    }

    private func parts(of cents: Int, _ percents: [Int]) -> [Int] {
        var parts = percents.map { cents * $0 / 100 }
        var left = cents - parts.reduce(0, +)
        let order =
            world.settings.remainder == .last
            ? [parts.count - 1]
            : parts.indices.sorted { (-(cents * percents[$0] % 100), $0) < (-(cents * percents[$1] % 100), $1) }
        var next = 0
        while left > 0 {
            parts[order[next % order.count]] += 1
            left -= 1
            next += 1
        }
        return parts
    }

    /// At 0.9137, half to even.
    private func euros(_ cents: Int) -> Int { halfEven(cents * 9137, 10_000) }

    // MARK: What it pays

    private func lines(of payee: String, _ credits: [Credit]) -> [Line] {
        let plan = World.plan(of: payee, in: world)
        switch plan {
        case "tiers":
            return lines(payee, "commission", credits) { tiers($0) } + lines(payee, "spiff", credits, flat(25))
        case "override": return lines(payee, "override", credits, flat(50))
        default: return lines(payee, "commission", credits, flat(612, half: true))
        }
    }

    /// In cents × 100,000: exact for every rate used here.
    private func flat(_ basisPoints: Int, half: Bool = false) -> (Int) -> Int {
        { $0 * (basisPoints * 10 + (half ? 5 : 0)) }
    }

    /// From nothing to a year's total: 5% to half the quota, 7.5% to the quota, 12% beyond.
    private func tiers(_ total: Int) -> Int {
        let quota = World.quota * 100
        let low = min(total, quota / 2)
        let middle = min(max(total - quota / 2, 0), quota / 2)
        let high = max(total - quota, 0)
        return low * 5_000 + middle * 7_500 + high * 12_000
    }

    /// The year's running total through `earned`; rounded where a month's running total is rounded.
    private func lines(_ payee: String, _ component: String, _ credits: [Credit], _ earned: (Int) -> Int) -> [Line] {
        var year = 0
        var month = (label: "", total: 0)
        var result: [Line] = []
        for credit in credits {
            let label = String(credit.date.description.prefix(7))
            if month.label != label { month = (label, 0) }
            let exact = earned(year + credit.cents) - earned(year)
            year += credit.cents
            let before = halfEven(month.total, 100_000)
            month.total += exact
            let cents = halfEven(month.total, 100_000) - before
            guard cents != 0 else { continue }
            result.append(
                Line(
                    payee: payee, period: label, component: component, deal: credit.deal, role: credit.role,
                    cents: cents))
        }
        return result
    }

    private func halfEven(_ value: Int, _ divisor: Int) -> Int {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        if rest * 2 == divisor { return quotient + quotient % 2 }
        return rest * 2 > divisor ? quotient + 1 : quotient
    }
}

extension World {
    static func plan(of payee: String, in world: World) -> String {
        for case .contract(let contract) in world.entities where contract.payee.text == payee { return contract.plan }
        return ""
    }
}
