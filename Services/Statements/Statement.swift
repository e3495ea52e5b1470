import Domain

/// What a payee earned in a period and how it moved the balance: a function of the ledger's balances and nets, never
/// of the order in which documents came. So it holds no sequence number, cause, hash or count of documents.
struct Statement: Hashable, Sendable {
    let payee: PayeeID
    let period: Period
    /// One for each currency, in the order of their codes.
    let balances: [Balance]
    /// In the order of their names, then currencies.
    let components: [Component]

    /// opening + earned + transfers = closing
    struct Balance: Hashable, Sendable {
        let currency: Currency
        /// What was due from earlier periods.
        let opening: Number
        let earned: Number
        /// What the other accounts gave or took.
        let transfers: [Transfer]
        let closing: Number
    }

    struct Transfer: Hashable, Sendable {
        let account: Account
        /// As it changes what is due: negative when held back, recovered or paid out.
        let amount: Number
    }

    struct Component: Hashable, Sendable {
        let name: String
        let currency: Currency
        let subtotal: Number
        /// In canonical order: credit date, deal, line, role.
        let lines: [Line]
    }

    /// What a component pays for one credit in this period.
    struct Line: Hashable, Sendable {
        let credit: Credit
        /// The net of all that was posted for it in this period; never zero.
        let amount: Number
        /// Leads to what the credit pays now, over all periods.
        let explanation: Explanation
    }

    func component(_ name: String) -> Component? { components.first { $0.name == name } }
}

extension Statement {
    /// Where all its figures must agree; `nil` when they do.
    func contradiction() throws(ArithmeticError) -> String? {
        for balance in balances {
            var sum = try balance.opening + balance.earned
            for transfer in balance.transfers { try sum += transfer.amount }
            guard sum == balance.closing else {
                return "\(balance.currency): opening and movement come to \(sum), closing is \(balance.closing)"
            }
            var earned = Number.zero
            for component in components where component.currency == balance.currency {
                try earned += component.subtotal
            }
            guard earned == balance.earned else {
                return "\(balance.currency): the lines sum to \(earned), earned is \(balance.earned)"
            }
        }
        return nil
    }
}
