import Domain

/// Where each sum of a plan lies among the cells of its state, and over which window it is kept.
struct Layout: Sendable {
    private(set) var windows: [Plan.Window] = []
    private(set) var components: [Places] = []
    /// The cells of each window, by its code.
    private(set) var cells: [[Int]] = Array(repeating: [], count: Plan.Window.codes)

    struct Places: Sendable {
        /// What the rule's rate is of, added up.
        var base = 0
        /// The axis at the beginning of the deal.
        var start = 0
        /// What the rule pays so far.
        var out = 0
        /// A pair for each step: what went in, what came out.
        var steps = 0
        /// The exact and the rounded pay.
        var rounding = 0
        /// The pay of each component that is read.
        var inputs = 0
    }

    init(_ plan: Plan) {
        for measure in plan.measures { add(measure.window) }
        for component in plan.components {
            let own = Layout.window(component)
            var places = Places()
            places.base = add(own)
            places.start = add(.deal)
            places.out = add(own)
            places.steps = windows.count
            for step in component.steps {
                add(step.window)
                add(step.window)
            }
            places.rounding = add(Layout.roundingWindow(component, plan))
            add(Layout.roundingWindow(component, plan))
            places.inputs = windows.count
            for _ in component.inputs { add(component.window) }
            components.append(places)
        }
        for (cell, window) in windows.enumerated() { cells[window.code].append(cell) }
    }

    @discardableResult
    private mutating func add(_ window: Plan.Window) -> Int {
        windows.append(window)
        return windows.count - 1
    }

    /// A deal is rated as a whole, whatever the component adds up.
    private static func window(_ component: Plan.Component) -> Plan.Window {
        if case .table(_, _, let method) = component.rule, method == .byDealBefore || method == .byDealAfter {
            return .deal
        }
        return component.window
    }

    /// A pay period, or the window where that is longer and paid at its end.
    private static func roundingWindow(_ component: Plan.Component, _ plan: Plan) -> Plan.Window {
        let pays = Plan.Window.period(plan.pays)
        guard component.isPaidAtEnd, component.window != .plan, component.window.rank > pays.rank else { return pays }
        return component.window
    }
}

extension Plan.Window {
    static let codes = 8

    var code: Int {
        switch self {
        case .deal: 6
        case .plan: 7
        case .period(let kind): kind.code
        }
    }
}

extension PeriodKind {
    static let inCodeOrder: [PeriodKind] = [.week, .semiMonth, .month, .quarter, .half, .year]

    var code: Int {
        switch self {
        case .week: 0
        case .semiMonth: 1
        case .month: 2
        case .quarter: 3
        case .half: 4
        case .year: 5
        }
    }
}
