import Domain
import Expressions

/// Room to work in that an evaluation reuses from credit to credit. It holds nothing that a result depends on.
package struct Scratch: Sendable {
    var creditFrame: Frame
    var periodFrame: Frame
    /// What the last credit pays, by component.
    package var lines: [Evaluator.Line] = []
    /// What the last credit adds to each measure.
    var moves: [Number]
    /// The windows that the last credit opened, by code.
    var opened: UInt8 = 0
    /// The period of each kind that was last looked at, as days.
    private var starts: [Int32]
    private var ends: [Int32]
    var quotas: [CachedQuota]
    /// Of each component, the limits of its tiers for the quota that was last looked at.
    private(set) var limits: [[Number]]
    private var scales: [Number?]
    /// The component whose explanation is wanted.
    var traced = -1
    var parts: [Evaluator.Part] = []
    /// Of what the component at hand is made, as a number: FNV-1a over words, the same on every machine.
    private(set) var trace: UInt64 = 0

    struct CachedQuota: Sendable {
        var start: Int32 = 1
        var end: Int32 = 0
        var value: Number?
    }

    init(_ plan: Plan) {
        creditFrame = plan.frames.credit
        periodFrame = plan.frames.period
        moves = Array(repeating: .zero, count: plan.measures.count)
        starts = Array(repeating: 1, count: PeriodKind.inCodeOrder.count)
        ends = Array(repeating: 0, count: PeriodKind.inCodeOrder.count)
        quotas = Array(repeating: CachedQuota(), count: plan.measures.count)
        limits = Array(repeating: [], count: plan.components.count)
        scales = Array(repeating: nil, count: plan.components.count)
        lines.reserveCapacity(plan.components.count)
    }

    mutating func setLimits(_ component: Int, _ table: Plan.Table, scale: Number) throws(ArithmeticError) {
        guard scales[component] != scale else { return }
        limits[component].removeAll(keepingCapacity: true)
        for tier in table.tiers { limits[component].append(try tier.from * scale) }
        scales[component] = scale
    }

    /// How much of the way between two positions lies in a tier; negative on the way down. Below zero the first tier
    /// goes on.
    func overlap(_ component: Int, from start: Number, to end: Number, tier: Int) throws(ArithmeticError) -> Number {
        var (low, high) = (start, end)
        if tier > 0 {
            let limit = limits[component][tier]
            if low < limit { low = limit }
            if high < limit { high = limit }
        }
        if tier + 1 < limits[component].count {
            let limit = limits[component][tier + 1]
            if low > limit { low = limit }
            if high > limit { high = limit }
        }
        return try high - low
    }

    mutating func beginTrace() { trace = 0xcbf2_9ce4_8422_2325 }

    @inline(__always)
    mutating func mix(_ word: UInt64) { trace = (trace ^ word) &* 0x0000_0100_0000_01b3 }

    @inline(__always)
    mutating func mix(_ number: Number) {
        mix(UInt64(truncatingIfNeeded: number.units))
        mix(UInt64(truncatingIfNeeded: number.units >> 64))
    }

    /// Takes a part of the pay into the trace, and into the explanation where one is wanted.
    @inline(__always)
    mutating func record(_ component: Int, tier: Int, _ base: Number, _ amount: Number, _ part: () -> Evaluator.Part) {
        mix(UInt64(truncatingIfNeeded: tier))
        mix(base)
        mix(amount)
        if traced == component { parts.append(part()) }
    }

    /// Whether two days lie in the same period of a kind.
    mutating func areTogether(_ first: CalendarDate, _ second: CalendarDate, code: Int) -> Bool {
        if first.day >= starts[code], first.day <= ends[code] { return second.day >= starts[code] && second.day <= ends[code] }
        let period = Period(PeriodKind.inCodeOrder[code], containing: second)
        (starts[code], ends[code]) = (period.start.day, period.end.day)
        return first.day >= starts[code] && first.day <= ends[code]
    }
}
