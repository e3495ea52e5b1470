import Domain
import Yams

/// Checks that need a whole component.
extension PlanReader {
    mutating func check(_ component: Plan.Component, at node: Node) {
        for formula in component.creditFormulas { check(formula, in: nil, of: component) }
        for (formula, window) in component.stateFormulas { check(formula, in: window, of: component) }
        for step in component.steps { check(step, of: component, at: node) }
        for input in component.inputs { checkInput(input, of: component, at: node) }
        guard case .table(_, let table, let method) = component.rule else { return }
        let axis = table.measure
        guard method == .retroactive || method == .overage, let axis, let measure = known(axis) else { return }
        if measure.window.rank < component.window.rank {
            report(
                node,
                "'\(table.by.text)' begins again each \(measure.window.text), but the component adds up a "
                    + "\(component.window.text): say 'over: \(measure.window.text)'")
        }
    }

    private func known(_ measure: Int) -> Plan.Measure? {
        guard measureNames.indices.contains(measure) else { return nil }
        return measures.first { $0.name == measureNames[measure] }
    }

    private mutating func report(_ formula: Formula, _ message: String) {
        problems.append(FileProblem(file: file, line: formula.line, column: formula.column, message))
    }

    private mutating func check(_ formula: Formula, in window: Plan.Window?, of component: Plan.Component) {
        for binding in formula.bindings {
            let index: Int
            switch binding.reference {
            case .attainment(let measure), .quota(let measure):
                index = measure
                if let known = known(index), known.goal == nil {
                    report(formula, "measure '\(known.name)' has no quota, so it has no attainment")
                }
            case .total(let measure): index = measure
            default: continue
            }
            guard let window, let known = known(index), known.window.rank < window.rank else { continue }
            report(
                formula,
                "measure '\(known.name)' begins again each \(known.window.text), so at the end of a "
                    + "\(window.text) only its last \(known.window.text) would count")
        }
    }

    private mutating func checkInput(_ input: Int, of component: Plan.Component, at node: Node) {
        guard components.indices.contains(input) else {
            let name = componentNames.indices.contains(input) ? componentNames[input] : ""
            report(node, "'\(component.name)' reads earned(\(name)): move '\(name)' above it")
            return
        }
        let read = components[input]
        if read.isPeriodic, read.window.rank > component.window.rank {
            report(
                node,
                "'\(read.name)' is paid for a \(read.window.text); a \(component.window.text) of "
                    + "'\(component.name)' is too short to read it")
        }
    }

    private mutating func check(_ step: Plan.Adjustment, of component: Plan.Component, at node: Node) {
        guard component.isPeriodic, step.window.rank < component.window.rank else { return }
        report(
            node,
            "component '\(component.name)' is paid for a \(component.window.text); a step per "
                + "\(step.window.text) cannot hold it")
    }
}

extension Plan.Table {
    var measure: Int? {
        switch axis {
        case .attainment(let measure), .total(let measure): measure
        case .value: nil
        }
    }
}
