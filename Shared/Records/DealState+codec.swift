import Domain

extension DealState {
    /// As `WireDealState` is encoded.
    package func encoded() throws(WireError) -> [UInt8] {
        var writer = WireWriter(capacity: 256)
        for revision in revisions { writer.message(1) { $0.revision(revision) } }
        for credit in credits { writer.message(2) { $0.assigned(credit) } }
        for problem in problems { writer.message(3, try problem.encoded()) }
        writer.integer(4, received)
        if frozenChanges { writer.flag(5, true) }
        if let creditedAmount { writer.number(6, creditedAmount) }
        writer.text(7, creditedCurrency)
        for payment in payments { writer.message(8, try payment.encoded()) }
        for decision in decisions { writer.message(9, try decision.encoded()) }
        writer.text(10, released)
        for change in changes { writer.message(11, try change.encoded()) }
        if let closed { writer.date(12, closed) }
        for payee in consulted { writer.member(13, payee) }
        for source in sources { writer.member(14, source) }
        writer.fixed(15, listed)
        if let earliest { writer.date(16, earliest) }
        for it in outdone { writer.message(17) { $0.outdone(it) } }
        for it in repetitions { writer.fixed(18, it) }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try WireReader.reading(bytes, "attain.v1.DealState") { reader throws(WireError) in
            try reader.dealState()
        }
    }
}

extension WireWriter {
    fileprivate mutating func revision(_ it: DealState.Revision) {
        integer(1, it.offset)
        integer(2, it.order)
        if it.isStated { flag(3, true) }
        data(4, it.hash[...])
        fixed(5, it.event)
        text(6, it.stage.rawValue)
        fixed(7, it.content)
        if let cancelled = it.cancelled { date(8, cancelled) }
        if it.isFlawed { flag(9, true) }
        integer(10, Int64(it.source))
    }

    fileprivate mutating func outdone(_ it: DealState.Outdone) {
        integer(1, it.trace.offset)
        fixed(2, it.trace.body)
        if it.isSetAside { flag(3, true) }
        fixed(4, it.trace.event)
        integer(5, Int64(it.trace.source))
    }

    fileprivate mutating func assigned(_ it: DealState.Assigned) {
        text(1, it.payee.text)
        text(2, it.line.text)
        text(3, it.role.text)
        fixed(4, it.digest)
    }
}

extension WireReader {
    fileprivate mutating func dealState() throws(WireError) -> DealState {
        var state = DealState()
        state.earliest = nil
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited):
                var inner = message(field)
                state.revisions.append(try inner.revision())
            case (2, .lengthDelimited):
                var inner = message(field)
                state.credits.append(try inner.assigned())
            case (3, .lengthDelimited): state.problems.append(try WireProblem(decoding: data(field)))
            case (4, .varint): state.received = integer(field)
            case (5, .varint): state.frozenChanges = integer(field) != 0
            case (6, .lengthDelimited): state.creditedAmount = try number(field, "deal.credited_amount")
            case (7, .lengthDelimited): state.creditedCurrency = try text(field)
            case (8, .lengthDelimited): state.payments.append(try .init(decoding: data(field)))
            case (9, .lengthDelimited): state.decisions.append(try WireDecision(decoding: data(field)))
            case (10, .lengthDelimited): state.released = try text(field)
            case (11, .lengthDelimited): state.changes.append(try WireDealChange(decoding: data(field)))
            case (12, .lengthDelimited): state.closed = try date(field, "deal.closed")
            case (13, .lengthDelimited): state.consulted.append(try text(field))
            case (14, .lengthDelimited): state.sources.append(try text(field))
            case (15, .fixed64): state.listed = UInt64(bitPattern: integer(field))
            case (16, .lengthDelimited): state.earliest = try date(field, "deal.earliest")
            case (17, .lengthDelimited):
                var inner = message(field)
                state.outdone.append(try inner.outdone())
            case (18, .fixed64): state.repetitions.append(UInt64(bitPattern: integer(field)))
            default: break
            }
        }
        return state
    }

    private mutating func revision() throws(WireError) -> DealState.Revision {
        var it = DealState.Revision(offset: 0, order: 0, isStated: false, hash: [], event: 0, stage: .open)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .varint): it.offset = integer(field)
            case (2, .varint): it.order = integer(field)
            case (3, .varint): it.isStated = integer(field) != 0
            case (4, .lengthDelimited): it.hash = data(field)
            case (5, .fixed64): it.event = UInt64(bitPattern: integer(field))
            case (6, .lengthDelimited): it.stage = try known(field, "revision.stage")
            case (7, .fixed64): it.content = UInt64(bitPattern: integer(field))
            case (8, .lengthDelimited): it.cancelled = try date(field, "revision.cancelled")
            case (9, .varint): it.isFlawed = integer(field) != 0
            case (10, .varint): it.source = Int(integer(field))
            default: break
            }
        }
        return it
    }

    private mutating func outdone() throws(WireError) -> DealState.Outdone {
        var it = DealState.Outdone(DealState.Trace(offset: 0, event: 0, body: 0, source: 0), isSetAside: false)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .varint): it.trace.offset = integer(field)
            case (2, .fixed64): it.trace.body = UInt64(bitPattern: integer(field))
            case (3, .varint): it.isSetAside = integer(field) != 0
            case (4, .fixed64): it.trace.event = UInt64(bitPattern: integer(field))
            case (5, .varint): it.trace.source = Int(integer(field))
            default: break
            }
        }
        return it
    }

    private mutating func assigned() throws(WireError) -> DealState.Assigned {
        var (payee, line, role, digest) = ("", "", "", UInt64.zero)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited): payee = try text(field)
            case (2, .lengthDelimited): line = try text(field)
            case (3, .lengthDelimited): role = try text(field)
            case (4, .fixed64): digest = UInt64(bitPattern: integer(field))
            default: break
            }
        }
        return DealState.Assigned(payee: PayeeID(payee), line: LineID(line), role: Role(role), digest: digest)
    }
}
