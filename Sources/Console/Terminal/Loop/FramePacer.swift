// When to paint: at once for a key, seldom for data, never for nothing, and on a slow line not before the frame before is through.

/// Decides whether a frame is due. The clock is the caller's.
struct FramePacer: Sendable {
    let interval: Duration
    /// What the line carries; nil where nothing is known or it is fast. The system takes bytes long before they are through, so frames
    /// that follow each other too quickly would pile up unseen.
    let bytesPerSecond: Int?
    /// When the next frame is due; nil when nothing has changed.
    private(set) var deadline: ContinuousClock.Instant?
    private var isUrgent = false
    private var last: ContinuousClock.Instant?
    /// Until when the line is at work on the last frame.
    private var busyUntil: ContinuousClock.Instant?

    init(interval: Duration, bytesPerSecond: Int? = nil) {
        self.interval = interval
        self.bytesPerSecond = bytesPerSecond.map { max($0, 1) }
    }

    /// At once, or as soon as the line is free.
    mutating func paintNow() {
        guard let busyUntil else {
            isUrgent = true
            return
        }
        deadline = min(deadline ?? busyUntil, busyUntil)
    }

    /// At once if the last frame is long ago, else when the interval is over.
    mutating func paintSoon(at now: ContinuousClock.Instant) {
        let earliest = max(last.map { $0 + interval } ?? now, busyUntil ?? now)
        deadline = min(deadline ?? max(earliest, now), max(earliest, now))
    }

    func isDue(at now: ContinuousClock.Instant) -> Bool { isUrgent || deadline.map { $0 <= now } ?? false }

    mutating func painted(_ bytes: Int, at now: ContinuousClock.Instant) {
        isUrgent = false
        deadline = nil
        last = now
        if let bytesPerSecond { busyUntil = max(busyUntil ?? now, now) + .milliseconds(bytes * 1000 / bytesPerSecond) }
    }
}
