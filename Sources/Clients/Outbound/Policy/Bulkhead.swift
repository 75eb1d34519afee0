/// The counting part of a bulkhead, as a pure value: who is in, who waits. Whoever came first goes in first.
public struct Bulkhead: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable { case entered, queued, full }

    public var limits: OutboundPolicy.BulkheadLimits
    public private(set) var inFlight = 0
    private var queue: [UInt64] = []

    public var waiting: Int { queue.count }

    public init(_ limits: OutboundPolicy.BulkheadLimits) { self.limits = limits }

    public mutating func enter(_ id: UInt64) -> Verdict {
        if inFlight < limits.inFlight, queue.isEmpty {
            inFlight += 1
            return .entered
        }
        guard queue.count < limits.waiting else { return .full }
        queue.append(id)
        return .queued
    }

    /// Leaves the place to whoever waits longest; gives those who are in now (several where the limit has been raised).
    public mutating func leave() -> [UInt64] {
        inFlight -= 1
        return admit()
    }

    /// Lets in who waits while there is room.
    public mutating func admit() -> [UInt64] {
        let admitted = Array(queue.prefix(max(limits.inFlight - inFlight, 0)))
        queue.removeFirst(admitted.count)
        inFlight += admitted.count
        return admitted
    }

    /// Waits no longer. Gives false where it does not wait any more.
    public mutating func giveUp(_ id: UInt64) -> Bool {
        guard let place = queue.firstIndex(of: id) else { return false }
        queue.remove(at: place)
        return true
    }
}
