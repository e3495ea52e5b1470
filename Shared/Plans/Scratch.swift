import Domain
import Expressions

/// Room to work in that an evaluation reuses from credit to credit. It holds nothing that a result depends on.
package struct Scratch: Sendable {
    var creditFrame: Frame
    var periodFrame: Frame
    /// What the last credit pays, by component.
    package var lines: [Evaluator.Line] = []
    /// Whether the last credit counts for each measure, and what it adds.
    var counted: [Bool]
    var moves: [Number]
    /// The windows that the last credit opened, by code.
    var opened: UInt8 = 0
    var spans: Spans
    var quotas: [CachedQuota]
    /// The limits of all tiers for the scales that were last looked at.
    private var limits: [Number]
    private var scales: [Number?]
    /// The keys of all lookups, as numbers.
    var keys: [Int]
    var roleNumbers = TextMemo()
    var keyNumbers: [TextMemo]
    /// Of which components an explanation is wanted.
    package var wanted = Wanted.none
    /// What they are made of, for the last credit.
    private(set) var parts: [Evaluator.Part] = []
    /// The component at hand, and whether its parts are kept.
    private var component = 0
    private(set) var isTracing = false
    /// Of what the component at hand is made, as a number: FNV-1a over words, the same on every machine.
    private(set) var trace: UInt64 = 0

    package enum Wanted: Equatable, Sendable {
        case none, allPaid
        case one(Int)
    }

    struct CachedQuota: Sendable {
        var start: Int32 = 1
        var end: Int32 = 0
        var value: Number?
    }

    init(_ plan: Plan) {
        let code = plan.code
        creditFrame = plan.frames.credit
        periodFrame = plan.frames.period
        counted = Array(repeating: false, count: code.measures.count)
        moves = Array(repeating: .zero, count: code.measures.count)
        spans = Spans(code.layout)
        quotas = Array(repeating: CachedQuota(), count: code.measures.count)
        limits = Array(repeating: .zero, count: code.tiers.count)
        scales = Array(repeating: nil, count: code.gridCount)
        keys = Array(repeating: 0, count: code.keyCount)
        keyNumbers = Array(repeating: TextMemo(), count: code.keyCount)
        lines.reserveCapacity(code.components.count)
    }

    /// What is another's from payee to payee.
    mutating func forgetQuotas() {
        for index in quotas.indices { quotas[index] = CachedQuota() }
        for index in scales.indices { scales[index] = nil }
    }

    // MARK: Tiers

    /// Says what the tiers are shares of, before `tier` and `overlap` are asked.
    @inline(__always)
    mutating func setLimits(_ grid: Code.Grid, _ tiers: [Plan.Tier], scale: Number) throws(ArithmeticError) {
        if let known = scales[grid.number], known == scale { return }
        // An overflow half way must not leave the new limits to the old scale.
        scales[grid.number] = nil
        for tier in grid.tiers { limits[tier] = try tiers[tier].from * scale }
        scales[grid.number] = scale
    }

    /// The tier that a position lies in, with the limits where the boundary says.
    func tier(at position: Number, _ grid: Code.Grid) -> Int {
        var tier = grid.tiers.upperBound - 1
        while tier > grid.tiers.lowerBound {
            if position > limits[tier] || (position == limits[tier] && grid.isLowerInclusive) { break }
            tier -= 1
        }
        return tier
    }

    /// How much of the way between two positions lies in a tier; negative on the way down. Below zero the first tier
    /// goes on.
    @inline(__always)
    func overlap(_ grid: Code.Grid, from start: Number, to end: Number, tier: Int) throws(ArithmeticError) -> Number {
        var (low, high) = (start, end)
        if tier > grid.tiers.lowerBound {
            low = max(low, limits[tier])
            high = max(high, limits[tier])
        }
        if tier + 1 < grid.tiers.upperBound {
            low = min(low, limits[tier + 1])
            high = min(high, limits[tier + 1])
        }
        return try high - low
    }

    // MARK: Tracing

    @inline(__always)
    mutating func beginTrace(_ component: Int, isPaid: Bool) {
        trace = 0xcbf2_9ce4_8422_2325
        switch wanted {
        case .none: isTracing = false
        case .allPaid: isTracing = isPaid
        case .one(let one): isTracing = one == component
        }
        self.component = component
    }

    mutating func forgetParts() {
        if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
    }

    mutating func add(_ part: Evaluator.Part) {
        parts.append(part)
        parts[parts.count - 1].component = component
    }

    @inline(__always)
    mutating func mix(_ word: UInt64) { trace = (trace ^ word) &* 0x0000_0100_0000_01b3 }

    @inline(__always)
    mutating func mix(_ number: Number) {
        mix(UInt64(truncatingIfNeeded: number.units))
        mix(UInt64(truncatingIfNeeded: number.units >> 64))
    }

    /// Takes a part of the pay into the trace, and into the explanation where one is wanted.
    @inline(__always)
    mutating func record(tier: Int, _ base: Number, _ amount: Number, _ part: () -> Evaluator.Part) {
        mix(UInt64(truncatingIfNeeded: tier))
        mix(base)
        mix(amount)
        if isTracing { add(part()) }
    }
}

/// The periods that were last looked at, as days: where the next credit lies in the same ones, no calendar is asked.
struct Spans: Sendable {
    private let kinds: [PeriodKind]
    private var starts: [Int32]
    private var ends: [Int32]
    /// The days on which no period begins or ends.
    private var start: Int32 = 1
    private var end: Int32 = 0

    init(_ layout: Layout) {
        kinds = PeriodKind.inCodeOrder.filter { !layout.cells[$0.code].isEmpty }
        starts = Array(repeating: 1, count: kinds.count)
        ends = Array(repeating: 0, count: kinds.count)
    }

    /// The kinds of period that end between two days, by code.
    @inline(__always)
    mutating func opened(from last: CalendarDate, to date: CalendarDate) -> UInt8 {
        if start <= last.day, last.day <= end, start <= date.day, date.day <= end { return 0 }
        return look(from: last, to: date)
    }

    private mutating func look(from last: CalendarDate, to date: CalendarDate) -> UInt8 {
        var opened: UInt8 = 0
        (start, end) = (.min, .max)
        for (index, kind) in kinds.enumerated() {
            if date.day < starts[index] || date.day > ends[index] {
                let period = Period(kind, containing: date)
                (starts[index], ends[index]) = (period.start.day, period.end.day)
            }
            if last.day < starts[index] || last.day > ends[index] { opened |= 1 << UInt8(kind.code) }
            (start, end) = (max(start, starts[index]), min(end, ends[index]))
        }
        return opened
    }
}
