/// A record of `deal-events`. What comes from outside, which nearly all is, is written and read by hand; the rest by the
/// generated code.
package struct DealEvent: Sendable {
    package var act: Act
    /// Names the mapping that reads the body.
    package var source = ""
    package var deal = ""
    /// A JSON object, as received.
    package var body: ArraySlice<UInt8> = []
    /// The same for every delivery of the same event.
    package var event = ""
    /// Milliseconds since 1970, by the rim's clock.
    package var received: Int64 = 0
    /// The commands before this offset were known when it was appended.
    package var commandsOffset: Int64 = 0
    /// `deals.csv row 17`, `POST /v1/sources/api/deals`.
    package var provenance = ""

    package enum Act: Sendable {
        /// The body is what the source said of the deal.
        case received
        /// The body is what the source said of a payment for the deal.
        case payment
        case decided(WireDecision)
        case released(WireDealRelease)
        /// Look at deals again; those after one, where it goes on.
        case retry(WireAffected, after: String)
    }

    package init(_ act: Act) { self.act = act }

    /// Whether a source sent it; else people or the company's changes led to it.
    package var isOfSource: Bool {
        switch act {
        case .received, .payment: true
        case .decided, .released, .retry: false
        }
    }
}

extension DealEvent {
    package func encoded() throws(WireError) -> [UInt8] {
        var writer = WireWriter(capacity: body.count + 128)
        switch act {
        case .received: break
        case .retry: writer.integer(1, Int64(WireDealEvent.Kind.retry.rawValue))
        case .payment: writer.integer(1, Int64(WireDealEvent.Kind.payment.rawValue))
        case .decided: writer.integer(1, Int64(WireDealEvent.Kind.decided.rawValue))
        case .released: writer.integer(1, Int64(WireDealEvent.Kind.released.rawValue))
        }
        writer.text(2, source)
        writer.text(3, deal)
        writer.data(4, body)
        writer.text(5, event)
        writer.integer(6, received)
        writer.integer(7, commandsOffset)
        writer.text(8, provenance)
        switch act {
        case .received, .payment: break
        case .decided(let decision): writer.message(9, try decision.encoded())
        case .released(let release): writer.message(10, try release.encoded())
        case .retry(let affected, let after):
            if affected != WireAffected() { writer.message(11, try affected.encoded()) }
            writer.text(12, after)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]?) throws(WireError) {
        guard let bytes else { throw WireError("the record has no value") }
        let event = try WireReader.reading(bytes, "attain.v1.DealEvent") { reader throws(WireError) in
            try reader.dealEvent(in: bytes)
        }
        if let event { self = event } else { try self.init(WireDealEvent(decoding: bytes)) }
    }

    package init(_ wire: WireDealEvent) throws(WireError) {
        switch wire.kind {
        case .received: act = .received
        case .payment: act = .payment
        case .decided: act = .decided(wire.decision)
        case .released: act = .released(wire.release)
        case .retry: act = .retry(wire.affected, after: wire.after)
        case .UNRECOGNIZED(let kind): throw WireError("kind \(kind) of deal event is not known to this version")
        }
        (source, deal, event, provenance) = (wire.source, wire.deal, wire.event, wire.provenance)
        (received, commandsOffset) = (wire.received, wire.commandsOffset)
        body = Array(wire.body)[...]
    }
}

extension WireReader {
    /// `nil` where it did not come from a source.
    fileprivate mutating func dealEvent(in bytes: [UInt8]) throws(WireError) -> DealEvent? {
        var result = DealEvent(.received)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .varint):
                switch WireDealEvent.Kind(rawValue: Int(truncatingIfNeeded: integer(field))) {
                case .received: result.act = .received
                case .payment: result.act = .payment
                default: return nil
                }
            case (2, .lengthDelimited): result.source = try text(field)
            case (3, .lengthDelimited): result.deal = try text(field)
            case (4, .lengthDelimited): result.body = bytes[place(field)]
            case (5, .lengthDelimited): result.event = try text(field)
            case (6, .varint): result.received = integer(field)
            case (7, .varint): result.commandsOffset = integer(field)
            case (8, .lengthDelimited): result.provenance = try text(field)
            case (9...12, .lengthDelimited): return nil
            default: break
            }
        }
        return result
    }
}
