import Domain

/// What a payee earned in a period and how it moved the balance: a function of the ledger's balances and nets, never
/// of the order in which documents came. So it holds no sequence number, cause, hash or count of documents, but those
/// that its pages show beside it.
struct Statement: Hashable, Sendable {
    let payee: PayeeID
    let period: Period
    /// One for each currency, in the order of their codes.
    let balances: [Balance]
    /// By section, then in the order of their names, then currencies.
    let components: [Component]
    /// Adjustments by ID, then what the close of the period brought, in its order.
    let entries: [Entry]

    /// opening + movements = closing
    struct Balance: Hashable, Sendable {
        let currency: Currency
        /// What was due from earlier periods.
        let opening: Number
        /// In the order of their kinds; but for what was earned none is zero.
        let movements: [Movement]
        let closing: Number
        /// Earned and waiting for a release, at the end of the period.
        let held: Number
        /// Advanced and not recovered, at the end of the period: negative is owed by the payee.
        let draw: Number

        func amount(_ kind: Movement.Kind) -> Number { movements.first { $0.kind == kind }?.amount ?? .zero }

        var earned: Number { amount(.earned) }
    }

    struct Movement: Hashable, Sendable {
        let kind: Kind
        /// As it changes what is due: negative when held back, recovered or settled.
        let amount: Number

        enum Kind: String, Hashable, Sendable, CaseIterable {
            case earned, corrections, held, released, adjustments, draw, guarantee
            case writtenOff = "written-off"
            case settled
        }
    }

    struct Component: Hashable, Sendable {
        let section: Section
        let name: String
        let currency: Currency
        let subtotal: Number
        /// In canonical order: period it was earned in, credit date, deal, line, role.
        let lines: [Line]
    }

    enum Section: Int, Hashable, Sendable, CaseIterable {
        /// Earned in this period.
        case earned
        /// What was told otherwise on the statements of earlier periods.
        case corrections
        /// Earned earlier, due now.
        case releases
    }

    /// What a component pays for one credit in this period.
    struct Line: Hashable, Sendable {
        let credit: Credit
        /// What it was earned in.
        let earned: Period
        /// The net of all that was posted for it in this period.
        let amount: Number
        /// How much more of it is due; the rest is held, or comes out of what was.
        let released: Number
        /// The document that a correction corrects.
        let corrects: Int64?
        /// Leads to what the credit pays now, over all periods.
        let explanation: Explanation
    }

    /// What is no earning: an adjustment, a draw, a guarantee, a write-off, a settlement.
    struct Entry: Hashable, Sendable {
        let kind: Movement.Kind
        let currency: Currency
        /// As it changes what is due.
        let amount: Number
        /// In words: what a draw or a write-off came to, and why.
        let note: String
        let adjustment: Adjustment?
        let payout: Payout?
        /// The sequence of its document.
        let document: Int64
    }

    /// The component as it was earned in this period.
    func component(_ name: String) -> Component? { components.first { $0.section == .earned && $0.name == name } }

    /// What its settlements pay out.
    var payouts: [Payout] { entries.compactMap(\.payout) }
}

extension Statement.Line {
    /// What its section counts of it.
    var counted: Number { amount.isZero ? released : amount }

    /// What of a new earning is held back, or what of a smaller one no longer is: the part of the movement on `held` that
    /// the earning itself brings. The rest is a release.
    var held: Number {
        get throws(ArithmeticError) {
            let movement = try amount - released
            return amount.isNegative ? min(.zero, max(movement, amount)) : max(.zero, min(movement, amount))
        }
    }

    /// Due now though earned earlier; negative when a payment was refunded.
    var freed: Number {
        get throws(ArithmeticError) { try released - amount + held }
    }
}

extension Statement {
    /// Where all its figures must agree; `nil` when they do.
    func contradiction() throws(ArithmeticError) -> String? {
        for balance in balances {
            var sum = balance.opening
            for movement in balance.movements { try sum += movement.amount }
            guard sum == balance.closing else {
                return "\(balance.currency): opening and movement come to \(sum), closing is \(balance.closing)"
            }
            for kind in [(Section.earned, Movement.Kind.earned), (.corrections, .corrections)] {
                var subtotals = Number.zero
                for component in components where component.currency == balance.currency && component.section == kind.0
                {
                    try subtotals += component.subtotal
                }
                guard subtotals == balance.amount(kind.1) else {
                    return "\(balance.currency): the lines sum to \(subtotals), \(kind.1.rawValue) is "
                        + "\(balance.amount(kind.1))"
                }
            }
        }
        return nil
    }
}
