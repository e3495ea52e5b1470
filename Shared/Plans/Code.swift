import Domain
import Expressions

/// A plan laid out flat: all that every credit passes through, as numbers in a row, so that nothing is compared by its
/// text, counted by reference or derived again. It says what the plan says; where it points back, the plan is read.
struct Code: Sendable {
    let layout: Layout
    private(set) var measures: [Measure] = []
    private(set) var components: [Component] = []
    private(set) var steps: [Step] = []
    private(set) var tiers: [Plan.Tier] = []
    private(set) var gridCount = 0
    private(set) var formulas: [Formula] = []
    private(set) var finders: [Finder] = []
    private(set) var keyCount = 0
    /// For each component, the cells of the components below that read what it pays.
    private(set) var readers: [Int] = []
    /// For each component, the components that it reads.
    private(set) var inputs: [Int] = []
    private(set) var roles: Roles
    /// Tells a plan from others, however many copies there are of it.
    let identity = Identity()

    final class Identity: Sendable {}

    struct Measure: Sendable {
        let of: Operand
        /// The place of the formula that says which credits count.
        let filter: Int?
    }

    struct Component: Sendable {
        /// The measure whose credits it pays for; `nil` when it pays for a period.
        let measure: Int?
        let filter: Int?
        let rule: Rule
        let places: Layout.Places
        let steps: Range<Int>
        let readers: Range<Int>
        let inputs: Range<Int>
        /// Whether its pay may change without a credit of its own.
        let isState: Bool
        let isPaid: Bool
        /// Its one step is its rule: what it makes of the sum of other components, less that sum.
        let isTotal: Bool
    }

    /// Where a number comes from.
    enum Operand: Sendable {
        case constant(Number)
        case amount
        /// What the credit adds to a measure.
        case move(Int)
        case formula(Int)
    }

    enum Rule: Sendable {
        case flat(Operand, Number)
        case lookup(Operand, Int)
        case bands(Operand, Grid)
        case formula(Operand, Int)
        case matrix(Operand)
        case marginal(Operand, Grid)
        case accumulated(Operand, Grid, isOverage: Bool)
        case byDeal(Operand, Grid, isBefore: Bool)
        case state(Grid?)
    }

    /// Tiers along an axis.
    struct Grid: Sendable {
        /// The measure along which they lie, and whether they are shares of its quota.
        let measure: Int?
        let isOfQuota: Bool
        let by: Int
        let isLowerInclusive: Bool
        let tiers: Range<Int>
        let number: Int
    }

    struct Step: Sendable {
        let action: Action
        let window: Plan.Window
        let when: Int?
    }

    enum Action: Sendable {
        case multiply(Operand), multiplyBy(Grid), add(Operand), cap(Operand), floor(Operand), requires(Int)
    }

    init(_ measures: [Plan.Measure], _ components: [Plan.Component], pays: PeriodKind, rounding: Plan.RoundingPlace) {
        layout = Layout(measures, components, pays: pays, rounding: rounding)
        roles = Roles(measures.map(\.roles))
        for measure in measures {
            self.measures.append(Measure(of: operand(measure.of, or: .amount), filter: measure.filter.map { add($0) }))
        }
        for index in components.indices { self.components.append(component(index, of: components)) }
    }
}

// MARK: Laying out

extension Code {
    private mutating func component(_ index: Int, of all: [Plan.Component]) -> Component {
        let component = all[index]
        let firstStep = steps.count
        let laidOut = component.steps.map { step($0) }
        steps += laidOut
        let firstReader = readers.count
        for (reader, other) in zip(layout.components, all) {
            for (offset, input) in other.inputs.enumerated() where input == index {
                readers.append(reader.inputs + offset)
            }
        }
        let firstInput = inputs.count
        inputs += component.inputs
        return Component(
            measure: component.measure, filter: component.filter.map { add($0) }, rule: rule(component),
            places: layout.components[index], steps: firstStep..<steps.count, readers: firstReader..<readers.count,
            inputs: firstInput..<inputs.count,
            isState: component.isPeriodic || component.steps.contains { !$0.isOfInputAlone },
            isPaid: component.isPaid, isTotal: component.rule.isTotal)
    }

    private mutating func rule(_ component: Plan.Component) -> Rule {
        let move = Operand.move(component.measure ?? 0)
        switch component.rule {
        case .rate(let of, .flat(let rate)): return .flat(operand(of, or: move), rate.value)
        case .rate(let of, .formula(let formula)): return .formula(operand(of, or: move), add(formula))
        case .rate(let of, .lookup(let lookup)):
            finders.append(Finder(lookup, firstKey: keyCount) { add($0) })
            keyCount += lookup.keys.count
            return .lookup(operand(of, or: move), finders.count - 1)
        case .rate(let of, .matrix): return .matrix(operand(of, or: move))
        case .rate(let of, .bands(let table)): return .bands(operand(of, or: move), grid(table))
        case .table(let of, let table, let method):
            let (base, grid) = (operand(of, or: move), grid(table))
            switch method {
            case .marginal: return .marginal(base, grid)
            case .retroactive, .overage: return .accumulated(base, grid, isOverage: method == .overage)
            case .byDealBefore, .byDealAfter: return .byDeal(base, grid, isBefore: method == .byDealBefore)
            }
        case .state(.table(_, let table, _)): return .state(grid(table))
        case .state: return .state(nil)
        }
    }

    private mutating func grid(_ table: Plan.Table) -> Grid {
        let first = tiers.count
        tiers += table.tiers
        gridCount += 1
        var isOfQuota = false
        if case .attainment = table.axis { isOfQuota = true }
        return Grid(
            measure: table.measure, isOfQuota: isOfQuota, by: add(table.by),
            isLowerInclusive: table.boundary == .lower, tiers: first..<tiers.count, number: gridCount - 1)
    }

    private mutating func step(_ step: Plan.Adjustment) -> Step {
        let action: Action =
            switch step.kind {
            case .multiply(let factor): .multiply(operand(factor))
            case .multiplyBy(let table): .multiplyBy(grid(table))
            case .add(let amount): .add(operand(amount))
            case .cap(let limit): .cap(operand(limit))
            case .floor(let limit): .floor(operand(limit))
            case .requires(let wanted): .requires(add(wanted))
            }
        return Step(action: action, window: step.window, when: step.when.map { add($0) })
    }

    private mutating func operand(_ formula: Formula?, or other: Operand) -> Operand {
        formula.map { operand($0) } ?? other
    }

    private mutating func operand(_ formula: Formula) -> Operand {
        formula.constant.map { .constant($0) } ?? .formula(add(formula))
    }

    private mutating func add(_ formula: Formula) -> Int {
        formulas.append(formula)
        return formulas.count - 1
    }
}

extension Plan.Rule {
    fileprivate var isTotal: Bool {
        if case .state(.total) = self { true } else { false }
    }
}

/// It is made of the plan that holds it, and tells no two plans apart.
extension Code: Hashable {
    static func == (left: Code, right: Code) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

/// Which measures count which roles.
struct Roles: Sendable {
    private var numbers: [Role: Int] = [:]
    /// A row of all measures for each role that is named; the first is for all others.
    private var counting: [Bool] = []
    private let width: Int

    init(_ measures: [[Role]]) {
        width = measures.count
        counting = measures.map(\.isEmpty)
        for role in measures.flatMap({ $0 }) where numbers[role] == nil {
            numbers[role] = numbers.count + 1
            counting += measures.map { $0.isEmpty || $0.contains(role) }
        }
    }

    func number(_ role: Role) -> Int { numbers[role] ?? 0 }

    func counts(_ measure: Int, _ number: Int) -> Bool { counting[number * width + measure] }
}
