package import Domain

/// What settlement asks of a plan's rules.
extension Evaluator {
    /// The windows at whose end something may be paid without a credit of its own.
    package var touchedWindows: [Plan.Window] {
        var windows: [Plan.Window] = []
        for (component, code) in zip(plan.components, code.components) where code.isState {
            windows += [component.window] + component.steps.map(\.window)
        }
        return windows.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// An amount as the plan rounds it.
    package func money(_ amount: Number) throws(ArithmeticError) -> Number { try rounded(amount) }
}
