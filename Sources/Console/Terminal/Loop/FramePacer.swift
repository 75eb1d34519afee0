// When to paint: at once for a key, seldom for data, never for nothing.

/// Decides whether a frame is due. The clock is the caller's.
struct FramePacer: Sendable {
    let interval: Duration
    /// When the next frame is due; nil when nothing has changed.
    private(set) var deadline: ContinuousClock.Instant?
    private var isUrgent = false
    private var last: ContinuousClock.Instant?

    init(interval: Duration) { self.interval = interval }

    mutating func paintNow() { isUrgent = true }

    /// At once if the last frame is long ago, else when the interval is over.
    mutating func paintSoon(at now: ContinuousClock.Instant) {
        let earliest = last.map { $0 + interval } ?? now
        deadline = min(deadline ?? max(earliest, now), max(earliest, now))
    }

    func isDue(at now: ContinuousClock.Instant) -> Bool { isUrgent || deadline.map { $0 <= now } ?? false }

    mutating func painted(at now: ContinuousClock.Instant) {
        isUrgent = false
        deadline = nil
        last = now
    }
}
