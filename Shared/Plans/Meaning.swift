/// The meanings of evaluation that this code has. What is agreed with a payee names one, so that a log means tomorrow what it
/// means today; a change of meaning is a new number beside the others.
package enum Meaning {
    package static let latest: Int32 = 2

    /// A quota that is summed up from parts is prorated part by part.
    package static let proratedParts: Int32 = 2
    /// What is posted to a period that ends with a settled one is settled with it, though no plan pays by it any more.
    package static let settledRests: Int32 = 2
    /// What belongs to closed periods moves on with the first open one, whether anything else touches it or not.
    package static let movedCorrections: Int32 = 2
}
