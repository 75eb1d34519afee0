/// How attempts ended within the last so many milliseconds, counted in ten slots: the oldest tenth drops out at once.
struct FailureWindow: Sendable, Equatable {
    private static let slots: Int64 = 10

    private struct Slot: Equatable {
        var calls = 0
        var failures = 0
    }

    private let slotLength: Int64
    private var slots = [Slot](repeating: Slot(), count: Int(slots))
    private var newest: Int64
    private(set) var consecutiveFailures = 0

    init(_ length: Int64, at now: Int64) {
        slotLength = max(length / Self.slots, 1)
        newest = now / slotLength
    }

    mutating func record(failed: Bool, at now: Int64) {
        advance(to: now / slotLength)
        let index = Int(newest % Self.slots)
        slots[index].calls += 1
        slots[index].failures += failed ? 1 : 0
        consecutiveFailures = failed ? consecutiveFailures + 1 : 0
    }

    /// Whether the rule opens the circuit, now that something has been recorded.
    func trips(_ rule: OutboundPolicy.BreakerRule) -> Bool {
        if let limit = rule.consecutiveFailures, consecutiveFailures >= limit { return true }
        guard let ratio = rule.failureRatio else { return false }
        let calls = slots.reduce(0) { $0 + $1.calls }
        return calls >= rule.minimumCalls && Double(slots.reduce(0) { $0 + $1.failures }) >= ratio * Double(calls)
    }

    private mutating func advance(to slot: Int64) {
        guard slot > newest else { return }
        for step in 1 ... min(slot - newest, Self.slots) { slots[Int((newest + step) % Self.slots)] = Slot() }
        newest = slot
    }
}
