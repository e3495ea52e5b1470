import Domain
import Plans

/// The second step of crediting: who has a part in the deal.
extension Crediting {
    struct Participant: Sendable {
        let payee: PayeeFile
        let role: Role
        var share: Rate
    }

    /// Direct participants: the splits where there are any, else the owner.
    func participants(of deal: Deal, problems: inout [SkipReason]) -> [Participant] {
        guard !deal.splits.isEmpty else {
            guard let owner = payee(deal.owner, as: "owner", &problems) else { return [] }
            return [Participant(payee: owner, role: .owner, share: .whole)]
        }
        var participants: [Participant] = []
        for split in deal.splits {
            guard let payee = payee(split.payee, as: "split", &problems) else { continue }
            add(Participant(payee: payee, role: .split, share: split.share), to: &participants)
        }
        return participants
    }

    /// A payee named twice in the splits has one credit, of both shares.
    private func add(_ new: Participant, to participants: inout [Participant]) {
        guard let index = participants.firstIndex(where: { $0.payee === new.payee }) else {
            return participants.append(new)
        }
        participants[index].share = Rate((try? participants[index].share.value + new.share.value) ?? new.share.value)
    }

    private func payee(_ name: String, as part: String, _ problems: inout [SkipReason]) -> PayeeFile? {
        if let payee = company.file(called: name) { return payee }
        // Without a name the deal is flawed, which is said already.
        guard !name.isEmpty else { return nil }
        problems.append(
            SkipReason(
                .unknownOwner, "\(part) '\(name)' is nobody among the payees",
                remedy: "add the payee to payees.csv, or the name to the payee's crm_ids, and apply"))
        return nil
    }

    struct Indirect {
        let payee: PayeeID
        let role: Role
        var amount: Money
        var share: Rate
    }

    /// The managers of the direct participants, level by level, as of the close date. One who manages several of them
    /// gets one credit a level, and never more than the line's amount in all: what would be counted twice is not.
    func indirectParticipants(
        of origin: Origin, _ direct: [Participant], _ parts: [Money]
    ) throws(ArithmeticError) -> [Indirect] {
        var result: [Indirect] = []
        for level in stride(from: 1, through: company.settings.managerLevels, by: 1) {
            let role = Role.manager(level: level)
            var isTop = true
            for (place, it) in direct.enumerated() {
                guard let manager = manager(of: it.payee, level: level, on: origin.closed) else { continue }
                isTop = false
                let new = Indirect(payee: manager, role: role, amount: parts[place], share: it.share)
                try add(new, to: &result, atMost: origin.amount)
            }
            if isTop { break }
        }
        return result
    }

    private func add(_ new: Indirect, to result: inout [Indirect], atMost limit: Money) throws(ArithmeticError) {
        var taken = Number.zero
        for other in result where other.payee == new.payee { try taken += other.amount.amount }
        let room = try limit.amount - taken
        let amount = new.amount.amount.isNegative ? max(new.amount.amount, room) : min(new.amount.amount, room)
        guard !amount.isZero else { return }
        guard let index = result.firstIndex(where: { $0.payee == new.payee && $0.role == new.role }) else {
            result.append(
                Indirect(payee: new.payee, role: new.role, amount: Money(amount, limit.currency), share: new.share))
            return
        }
        result[index].amount = Money(try result[index].amount.amount + amount, limit.currency)
        result[index].share = min(.whole, Rate(try result[index].share.value + new.share.value))
    }

    private func manager(of payee: PayeeFile, level: Int, on date: CalendarDate) -> PayeeID? {
        guard var current = payee.manager(on: date), current != payee.id else { return nil }
        if level == 1 { return current }
        var seen: Set<PayeeID> = [payee.id, current]
        for _ in 1..<level {
            guard let next = company.file(of: current)?.manager(on: date), seen.insert(next).inserted else {
                return nil
            }
            current = next
        }
        return current
    }
}
