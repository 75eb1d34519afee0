// Timers of a program: few, by number.

/// Deadlines by id.
struct TimerQueue: Sendable {
    private var deadlines: [Int: ContinuousClock.Instant] = [:]

    var next: ContinuousClock.Instant? { deadlines.values.min() }

    mutating func set(_ id: Int, at deadline: ContinuousClock.Instant) { deadlines[id] = deadline }

    mutating func cancel(_ id: Int) { deadlines[id] = nil }

    /// Removes and returns those that are over, earliest first.
    mutating func expired(at now: ContinuousClock.Instant) -> [Int] {
        let over = deadlines.filter { $0.value <= now }.sorted { $0.value < $1.value }.map(\.key)
        for id in over { deadlines[id] = nil }
        return over
    }
}
