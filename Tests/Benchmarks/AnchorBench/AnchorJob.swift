import Domain
import Foundation
import Records

/// The job as a plain program does it: what the three programs' figures and result are compared with.
struct AnchorJob {
    private(set) var deals = 0
    private(set) var reps: Set<Int> = []
    private(set) var sha = ""

    /// Cents by payee and month.
    struct Amounts {
        var credited: [Line: Int] = [:]
        var paid: [Line: Int] = [:]
    }

    struct Line: Hashable, Comparable {
        let payee: String
        let month: Int

        static func < (left: Self, right: Self) -> Bool { (left.payee, left.month) < (right.payee, right.month) }
    }

    private struct Deal {
        let id: String
        let closed: String
        let cents: Int
        let product: Int
        let splits: [(rep: Int, points: Int)]
    }

    /// Each deal once, in the order of closing, whatever the order and repetition in the file.
    mutating func read(_ path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        var known: Set<String> = []
        var deals: [Deal] = []
        bytes.withUnsafeBytes { raw in
            for line in raw.split(separator: 10) {
                let deal = Self.deal(UnsafeRawBufferPointer(rebasing: line))
                if known.insert(deal.id).inserted { deals.append(deal) }
            }
        }
        deals.sort { ($0.closed, $0.id) < ($1.closed, $1.id) }
        self.deals = deals.count
        calculate(deals)
    }

    private mutating func calculate(_ deals: [Deal]) {
        var (raw, year): ([Line: Int], [Int: Int]) = ([:], [:])
        var amounts = Amounts()
        for deal in deals {
            let month = Int(deal.closed.dropFirst(5).prefix(2)) ?? 0
            var left = deal.cents
            for (place, split) in deal.splits.enumerated() {
                let cents = place == deal.splits.count - 1 ? left : deal.cents * split.points / 10_000
                left -= cents
                reps.insert(split.rep)
                let before = year[split.rep, default: 0]
                year[split.rep] = before + cents
                let quota = Self.quota(split.rep)
                let pay = Self.tiers(before + cents, quota) - Self.tiers(before, quota)
                let line = Line(payee: Self.name(split.rep), month: month)
                raw[line, default: 0] += pay + cents * Self.bonus[deal.product]
                amounts.credited[line, default: 0] += cents
                amounts.credited[Line(payee: Self.manager(of: split.rep), month: month), default: 0] += cents
            }
        }
        for (line, cents) in amounts.credited {
            amounts.paid[line] =
                line.payee.hasPrefix("M")
                ? (cents * 50 + 5000) / 10_000 : min((raw[line, default: 0] + 5000) / 10_000, 2_500_000)
        }
        sha = Self.sha(of: amounts)
    }

    /// Of the lines as the job wants them.
    static func sha(of amounts: Amounts) -> String {
        var text = ""
        var year = (credited: 0, paid: 0)
        let lines = Set(amounts.credited.keys).union(amounts.paid.filter { $0.value != 0 }.keys).sorted()
        for (place, line) in lines.enumerated() {
            let (cents, pay) = (amounts.credited[line] ?? 0, amounts.paid[line] ?? 0)
            year = (year.credited + cents, year.paid + pay)
            let month = line.month < 10 ? "0\(line.month)" : "\(line.month)"
            text += "\(line.payee),\(month),\(cents),\(pay)\n"
            guard place == lines.count - 1 || lines[place + 1].payee != line.payee else { continue }
            text += "\(line.payee),YTD,\(year.credited),\(year.paid)\n"
            year = (0, 0)
        }
        return hexadecimal(digest(text.utf8))
    }

    // MARK: The rules

    static let bonus = [0, 25, 50, 75, 100, 0, 150, 200]
    static func quota(_ rep: Int) -> Int { 50_000_000 + rep % 7 * 10_000_000 }
    static func name(_ rep: Int) -> String { "R" + String(zeroPadded: rep, to: 5) }
    static func manager(of rep: Int) -> String { "M" + String(zeroPadded: rep % 200, to: 3) }

    private static func tiers(_ cents: Int, _ quota: Int) -> Int {
        let half = quota / 2
        if cents <= half { return cents * 300 }
        if cents <= quota { return half * 300 + (cents - half) * 500 }
        if cents <= quota + half { return half * 800 + (cents - quota) * 800 }
        return half * 1600 + (cents - quota - half) * 1000
    }

    // MARK: The file

    private static func deal(_ line: UnsafeRawBufferPointer) -> Deal {
        var splits: [(Int, Int)] = []
        var place = 0
        while let rep = number(after: #""rep_id":"R"#, in: line, from: &place),
            let points = number(after: #""bp":"#, in: line, from: &place)
        {
            splits.append((rep, points))
        }
        return Deal(
            id: text(after: #""deal_id":""#, in: line), closed: text(after: #""closed_at":""#, in: line),
            cents: number(after: #""amount_cents":"#, in: line) ?? 0,
            product: number(after: #""product":"P"#, in: line) ?? 0, splits: splits)
    }

    private static func text(after key: StaticString, in line: UnsafeRawBufferPointer) -> String {
        guard let start = end(of: key, in: line, from: 0) else { return "" }
        let rest = line[start...]
        return String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private static func number(after key: StaticString, in line: UnsafeRawBufferPointer) -> Int? {
        var place = 0
        return number(after: key, in: line, from: &place)
    }

    private static func number(
        after key: StaticString, in line: UnsafeRawBufferPointer, from place: inout Int
    ) -> Int? {
        guard var next = end(of: key, in: line, from: place) else { return nil }
        var value = 0
        while next < line.count, (48...57).contains(line[next]) {
            value = value * 10 + Int(line[next] - 48)
            next += 1
        }
        place = next
        return value
    }

    private static func end(of key: StaticString, in line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = line.baseAddress else { return nil }
        let length = key.utf8CodeUnitCount
        var place = start
        while place + length <= line.count {
            let last = line.count - length + 1 - place
            guard let found = memchr(base + place, Int32(key.utf8Start[0]), last) else { return nil }
            place = UnsafeRawPointer(found) - base
            if memcmp(found, key.utf8Start, length) == 0 { return place + length }
            place += 1
        }
        return nil
    }
}
