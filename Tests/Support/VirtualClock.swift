import Synchronization

/// A clock that stands still unless it is told to move, so that no test waits for time to pass.
public final class VirtualClock: Sendable {
    private let milliseconds: Mutex<Int64>

    /// A Monday morning.
    public static let monday: Int64 = 1_767_600_000_000

    public init(_ start: Int64 = monday) { milliseconds = Mutex(start) }

    public var now: Int64 { milliseconds.withLock { $0 } }

    /// Back, too.
    public func set(_ now: Int64) { milliseconds.withLock { $0 = now } }

    public func advance(_ by: Int64) { milliseconds.withLock { $0 += by } }

    /// Forward only.
    public func reach(_ moment: Int64) { milliseconds.withLock { $0 = max($0, moment) } }
}
