extension WireSkippedDeal {
    /// A record of `skipped-deals`; `nil` for a tombstone, by which its deal waits for nothing any more.
    package static func decoding(key: [UInt8]?, value: [UInt8]?) throws(WireError) -> WireSkippedDeal? {
        guard let key else { throw WireError("the record has no key") }
        guard let value else { return nil }
        let listed = try WireSkippedDeal(decoding: value)
        guard listed.key == key else {
            throw WireError("the record's key is not the deal's ID '\(listed.deal)'")
        }
        return listed
    }

    /// The deal's ID; with a payee's behind a tab, which no ID has, where it is about that payee's credits. What a span pays
    /// by itself is of no deal: behind the payee's comes its last day.
    package var key: [UInt8] {
        Array((payee.isEmpty ? deal : deal.isEmpty ? "\t\(payee)\t\(closed)" : "\(deal)\t\(payee)").utf8)
    }

    /// As people are told: the deal, and the payee where it is about one.
    package var title: String {
        payee.isEmpty ? deal : deal.isEmpty ? "\(payee) on \(closed)" : "\(deal) of \(payee)"
    }

    /// The code of a problem with a payee's credits, which the calculator finds. The others are of ingest.
    package static let uncalculated = "cannot-be-calculated"
}
