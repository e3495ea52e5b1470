extension WireSkippedDeal {
    /// A record of `skipped-deals`; `nil` for a tombstone, by which its deal waits for nothing any more.
    package static func decoding(key: [UInt8]?, value: [UInt8]?) throws(WireError) -> WireSkippedDeal? {
        guard let key else { throw WireError("the record has no key") }
        guard let value else { return nil }
        let listed = try WireSkippedDeal(decoding: value)
        guard listed.deal.utf8.elementsEqual(key) else {
            throw WireError("the record's key is not the deal's ID '\(listed.deal)'")
        }
        return listed
    }
}
