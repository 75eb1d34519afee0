import Glibc

/// Time as policies see it.
public protocol OutboundClock: Sendable {
    /// Milliseconds that only ever grow, from any beginning. Policies count with these.
    var now: Int64 { get }
    /// Milliseconds since 1970, for people and for dates in replies.
    var wallTime: Int64 { get }
    /// Waits so many milliseconds, or until the task is cancelled.
    func sleep(_ milliseconds: Int64) async
}

public struct SystemClock: OutboundClock {
    public init() {}

    public var now: Int64 { Self.read(CLOCK_MONOTONIC) }
    public var wallTime: Int64 { Self.read(CLOCK_REALTIME) }

    public func sleep(_ milliseconds: Int64) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
