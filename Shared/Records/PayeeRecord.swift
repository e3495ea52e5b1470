package import Domain

/// What happened to one payee: a record of `payee-events`. Credits, which nearly all are, are written and read by hand;
/// the rest by the generated code.
package struct PayeeRecord {
    package let payee: PayeeID
    package let act: Act
    /// Of a credit: none of its deal was ever dated before this day; `nil`: that is not known.
    package let since: CalendarDate?

    package enum Act {
        /// Replaces the credit of the same deal, line and role.
        case assigned(Credit)
        case withdrawn(CreditKey)
        /// Replaces all that was agreed.
        case agreed(WireContractsChanged)
        case closed(PeriodClosed)
        case adjusted(Adjustment)
        case approved(StatementApproved)
    }

    package init(payee: PayeeID, _ act: Act, since: CalendarDate? = nil) {
        self.payee = payee
        self.act = act
        self.since = since
    }

    package func encoded() throws(WireError) -> [UInt8] {
        switch act {
        case .assigned(let credit):
            return PayeeRecord.assigned(credit, to: payee, since: since).value
        case .withdrawn(let key):
            return try wire { $0.creditWithdrawn = WireCreditKey(key) }
        case .agreed(let terms):
            return try wire { $0.contractsChanged = terms }
        case .closed(let closed):
            return try wire { $0.periodClosed = WirePeriodClosed(closed) }
        case .adjusted(let adjustment):
            return try wire { $0.adjustment = WireAdjustment(adjustment) }
        case .approved(let approved):
            return try wire { $0.statementApproved = WireStatementApproved(approved) }
        }
    }

    /// The record of a credit, and the credit alone in it.
    package static func assigned(
        _ credit: Credit, to payee: PayeeID, since: CalendarDate?
    ) -> (value: [UInt8], credit: ArraySlice<UInt8>) {
        var writer = WireWriter(capacity: 384)
        writer.text(1, payee.text)
        let length = writer.message(2) { $0.credit(credit) }
        let end = writer.count
        if let since { writer.date(8, since) }
        let bytes = writer.bytes
        return (bytes, bytes[end - length..<end])
    }

    private func wire(_ body: (inout WirePayeeEvent) -> Void) throws(WireError) -> [UInt8] {
        var event = WirePayeeEvent()
        event.payee = payee.text
        if let since { event.since = since.description }
        body(&event)
        return try event.encoded()
    }

    package init(decoding bytes: [UInt8]?) throws(WireError) {
        guard let bytes else { throw WireError("the record has no value") }
        let assigned = try WireReader.reading(bytes, "attain.v1.PayeeEvent") { reader throws(WireError) in
            try reader.assigned()
        }
        if let assigned {
            self = assigned
        } else {
            self = try PayeeRecord(WirePayeeEvent(decoding: bytes))
        }
    }

    private init(_ wire: WirePayeeEvent) throws(WireError) {
        payee = PayeeID(wire.payee)
        since = wire.since.isEmpty ? nil : try date(wire.since, "since")
        act =
            switch wire.event {
            case .creditAssigned(let credit): .assigned(try credit.domain())
            case .creditWithdrawn(let key): .withdrawn(key.domain)
            case .contractsChanged(let terms): .agreed(terms)
            case .periodClosed(let closed): .closed(try closed.domain())
            case .adjustment(let adjustment): .adjusted(try adjustment.domain())
            case .statementApproved(let approved): .approved(try approved.domain())
            case nil: throw WireError("the payee event says nothing that this version knows")
            }
    }
}

extension WireReader {
    /// `nil` where it is no assigned credit.
    fileprivate mutating func assigned() throws(WireError) -> PayeeRecord? {
        var (payee, credit, since) = ("", Credit?.none, CalendarDate?.none)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited): payee = try text(field)
            case (2, .lengthDelimited):
                guard credit == nil else { throw broken }
                var inner = message(field)
                credit = try inner.credit()
            case (3...7, .lengthDelimited): return nil
            case (8, .lengthDelimited): since = try date(field, "since")
            default: break
            }
        }
        return credit.map { PayeeRecord(payee: PayeeID(payee), .assigned($0), since: since) }
    }
}
