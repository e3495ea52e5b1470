import Domain

/// The rows of a lookup by the values that occur in them: as quick among ten thousand rows as among three.
struct Finder: Sendable {
    let keys: [Key]
    /// The place of its first key among the keys of all lookups.
    let firstKey: Int
    /// Of each key, the values that rows name, numbered from 1; 0 stands for any other and for none.
    private var numbers: [[FieldValue: Int]]
    private var sizes: [Int] = []
    /// Rows that leave the same keys open, most specific first.
    private var groups: [Group] = []
    /// The value for all combinations of numbers, where they are not too many.
    private var table: [Number] = []
    private static let tableSize = 4096

    /// What a key reads.
    enum Key: Sendable {
        case product, kind, account
        case formula(Int)
    }

    /// A tree of values by number, one level for each key that is not open.
    private struct Group: Sendable {
        let isOpen: [Bool]
        var branches: [Branch: Int] = [:]
        var values: [Int: Number] = [:]
    }

    private struct Branch: Hashable, Sendable {
        let node: Int
        let number: Int
    }

    init(_ lookup: Plan.Lookup, firstKey: Int, add: (Formula) -> Int) {
        keys = lookup.keys.map { Finder.key($0) ?? .formula(add($0)) }
        self.firstKey = firstKey
        numbers = Array(repeating: [:], count: lookup.keys.count)
        for row in lookup.rows { take(row) }
        fillTable()
    }

    private static func key(_ formula: Formula) -> Key? {
        guard let reference = formula.onlyName else { return nil }
        switch reference {
        case .product: return .product
        case .kind: return .kind
        case .account: return .account
        default: return nil
        }
    }

    /// Rows come most specific first, so that those with the same keys open follow each other; the first of equal ones
    /// holds.
    private mutating func take(_ row: Plan.Lookup.Row) {
        let isOpen = row.keys.map { $0 == nil }
        if groups.last?.isOpen != isOpen { groups.append(Group(isOpen: isOpen)) }
        let last = groups.count - 1
        var node = 0
        for (index, key) in row.keys.enumerated() {
            guard let key else { continue }
            let number = numbers[index][key] ?? numbers[index].count + 1
            numbers[index][key] = number
            let branch = Branch(node: node, number: number)
            let next = groups[last].branches[branch] ?? groups[last].branches.count + 1
            groups[last].branches[branch] = next
            node = next
        }
        if groups[last].values[node] == nil { groups[last].values[node] = row.value }
    }

    private mutating func fillTable() {
        sizes = numbers.map { $0.count + 1 }
        var count = 1
        for size in sizes {
            count *= size
            guard count <= Finder.tableSize else { return }
        }
        table = (0..<count).map { combination in
            var rest = combination
            let found = sizes.reversed().map { size in
                defer { rest /= size }
                return rest % size
            }
            return search(found.reversed())
        }
    }

    func number(of value: FieldValue?, at key: Int) -> Int { value.flatMap { numbers[key][$0] } ?? 0 }

    /// The value of the most specific row that fits the numbers of its keys, which lie among those of all lookups; zero
    /// where none does.
    func value(of all: [Int]) -> Number {
        guard !table.isEmpty else { return search(Array(all[firstKey..<firstKey + keys.count])) }
        var combination = 0
        for index in keys.indices { combination = combination * sizes[index] + all[firstKey + index] }
        return table[combination]
    }

    private func search(_ found: [Int]) -> Number {
        for group in groups {
            var node: Int? = 0
            for index in found.indices where !group.isOpen[index] {
                node = node.flatMap { group.branches[Branch(node: $0, number: found[index])] }
            }
            if let node, let value = group.values[node] { return value }
        }
        return .zero
    }
}
