import Domain
import Plans
import Records

/// Where payees are worked out, one after the other. It holds nothing that a result depends on.
package final class Workroom {
    var benches = Benches()
    /// Of the credit that was asked for last.
    var lastIndex = 0
    /// Sums before the credit at hand.
    var before: Evaluator.Sums?
    /// What has been done since the event began.
    var undo: [PayeeState.Undo] = []
    /// The credits of which something else is posted than before it.
    var changed: [CreditKey] = []
    /// Those that cannot be calculated since, or can again.
    var faulty: [PayeeState.Place] = []

    var writer = WireWriter(capacity: 1024)

    package init() {}

    func clear() {
        undo.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
        if !faulty.isEmpty { faulty.removeAll() }
    }
}
