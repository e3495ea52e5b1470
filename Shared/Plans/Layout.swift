import Domain

/// Where each sum of a plan lies among the cells of its state, and over which window it is kept. Only what a rule needs
/// has a cell: the state of a payee is kept many times over.
struct Layout: Sendable {
    private(set) var windows: [Plan.Window] = []
    private(set) var components: [Places] = []
    /// The cells of each window, by its code.
    private(set) var cells: [[Int]] = Array(repeating: [], count: Plan.Window.codes)

    /// Whether a sum begins anew with each deal.
    private(set) var keepsDeals = false

    struct Places: Sendable {
        /// A sum that the rule does not need.
        static let none = -1

        /// What the rule's rate is of, added up.
        var base = none
        /// The axis at the beginning of the deal.
        var start = none
        /// What the rule pays so far.
        var out = none
        /// A pair for each step: what went in, what came out.
        var steps = none
        /// The exact and the rounded pay, of what is paid.
        var rounding = none
        /// The pay of each component that is read.
        var inputs = none
    }

    init(_ measures: [Plan.Measure], _ components: [Plan.Component], pays: PeriodKind, rounding: Plan.RoundingPlace) {
        for measure in measures { add(measure.window) }
        for component in components {
            var places = rulePlaces(component)
            places.steps = windows.count
            for step in component.steps {
                add(step.window)
                add(step.window)
            }
            if rounding == .total, component.isPaid {
                let window = Layout.roundingWindow(component, pays)
                places.rounding = add(window)
                add(window)
            }
            places.inputs = windows.count
            for _ in component.inputs { add(component.window) }
            self.components.append(places)
        }
        for (cell, window) in windows.enumerated() { cells[window.code].append(cell) }
        keepsDeals = !cells[Plan.Window.deal.code].isEmpty
    }

    private mutating func rulePlaces(_ component: Plan.Component) -> Places {
        var places = Places()
        switch component.rule {
        case .rate, .table(_, _, .marginal): break
        case .table(_, _, .retroactive), .table(_, _, .overage):
            places.base = add(component.window)
            places.out = add(component.window)
        case .table(_, _, .byDealBefore), .table(_, _, .byDealAfter):
            // A deal is rated as a whole, whatever the component adds up.
            places.base = add(.deal)
            places.start = add(.deal)
            places.out = add(.deal)
        case .state: places.out = add(component.window)
        }
        return places
    }

    @discardableResult
    private mutating func add(_ window: Plan.Window) -> Int {
        windows.append(window)
        return windows.count - 1
    }

    /// A pay period, or the window where that is longer and paid at its end.
    private static func roundingWindow(_ component: Plan.Component, _ pays: PeriodKind) -> Plan.Window {
        let pays = Plan.Window.period(pays)
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

    var bit: UInt8 { 1 << UInt8(code) }
}
