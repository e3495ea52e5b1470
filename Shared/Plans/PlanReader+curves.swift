import Domain
import Expressions
import Yams

extension PlanReader {
    mutating func curve(_ node: Node) -> Plan.Curve? {
        checkKeys(node, ["by", "interpolate", "points", "below", "above"], in: "a curve")
        guard let by = node["by"] else {
            report(node, "'by' is missing: what decides, such as attainment(\(measureNames.first ?? "bookings"))")
            return nil
        }
        return formula(by, as: .decimal, in: .period).flatMap { curve(node, by: $0) }
    }

    mutating func curve(_ node: Node, by: Formula) -> Plan.Curve? {
        if let interpolate = node["interpolate"], interpolate.string != "linear" {
            report(interpolate, "'interpolate' is linear")
        }
        guard let list = node["points"]?.sequence, list.count >= 2 else {
            report(node["points"] ?? node, "'points' lists at least two points such as [100%, 100%]")
            return nil
        }
        var points: [Plan.Curve.Point] = []
        for element in list {
            guard let pair = element.sequence, pair.count == 2 else {
                report(element, "a point is a pair such as [100%, 100%]")
                continue
            }
            guard let x = limit(pair[0], along: by), let y = number(pair[1]) else { continue }
            if let last = points.last, x <= last.x {
                report(element, "points rise: \(Rate(x)) is not above \(Rate(last.x))")
            }
            points.append(Plan.Curve.Point(x: x, y: y))
        }
        guard points.count == list.count else { return nil }
        let below: Plan.Curve.Edge? = node["below"].flatMap { choice($0, "below") }
        let above: Plan.Curve.Edge? = node["above"].flatMap { choice($0, "above") }
        if node["above"] == nil { report(node, "'above' must be said: flat (capped), extend or zero") }
        return Plan.Curve(by: by, points: points, below: below ?? .flat, above: above ?? .flat)
    }

    mutating func milestones(_ node: Node) -> Plan.Milestones? {
        checkKeys(node, ["by", "boundary", "pays", "steps"], in: "milestones")
        let boundary = boundary(node)
        if let pays = node["pays"], !["highest", "each"].contains(pays.string) {
            report(pays, "'pays' is highest or each")
        }
        if node["pays"] == nil { report(node, "'pays' must be said: highest or each") }
        guard let by = node["by"] else {
            report(node, "'by' is missing: what decides, such as attainment(\(measureNames.first ?? "bookings"))")
            return nil
        }
        let axis = formula(by, as: .decimal, in: .period)
        var steps: [Plan.Tier] = []
        for element in node["steps"]?.sequence ?? [] {
            checkKeys(element, ["at", "amount"], in: "a milestone")
            guard let at = element["at"].flatMap({ limit($0, along: axis) }),
                let amount = element["amount"].flatMap({ number($0) })
            else {
                if element["at"] == nil || element["amount"] == nil {
                    report(element, "a milestone has 'at' and 'amount'")
                }
                continue
            }
            if let last = steps.last, at <= last.from {
                report(element, "milestones rise: \(at) is not above \(last.from)")
            }
            steps.append(Plan.Tier(from: at, value: amount))
        }
        if steps.isEmpty { report(node["steps"] ?? node, "'steps' lists at least one milestone") }
        guard let axis else { return nil }
        return Plan.Milestones(by: axis, boundary: boundary, paysEach: node["pays"]?.string == "each", steps: steps)
    }
}
