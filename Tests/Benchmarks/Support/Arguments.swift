import ArgumentParser

/// What every number has to be that a benchmark takes; otherwise it says so, shows its usage and exits with 64.
package func atLeastOne(_ numbers: Int...) throws {
    guard numbers.allSatisfy({ $0 > 0 }) else { throw ValidationError("A number has to be at least 1.") }
}
