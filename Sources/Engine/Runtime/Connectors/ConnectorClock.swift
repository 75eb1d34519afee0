import Foundation

/// Time as the board sees it.
public protocol ConnectorClock: Sendable {
    /// Milliseconds since 1970.
    var now: Int64 { get }
    /// Milliseconds that only ever grow, from any beginning; latencies and pauses are counted with these.
    var uptime: Int64 { get }
    /// Waits so many milliseconds, or until the task is cancelled.
    func sleep(_ milliseconds: Int64) async
}

public struct SystemConnectorClock: ConnectorClock {
    public init() {}

    public var now: Int64 { systemMilliseconds() }
    public var uptime: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }

    public func sleep(_ milliseconds: Int64) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }
}
