/// One call of an outside system, for spans and metrics.
public struct OutboundCall: Sendable, Equatable {
    /// Known from all others of its system.
    public let id: UInt64
    public let system: String
    /// One word for what is asked: `GET`, `charge`, `mail`.
    public let operation: String
}

/// One attempt of a call, and what it may cost.
public struct OutboundAttempt: Sendable, Equatable {
    public let call: OutboundCall
    /// From 1.
    public let number: Int
    /// The longest it may take, in milliseconds. Whoever makes the attempt keeps to it.
    public let timeout: Int64
    /// The longest until there is a connection, in milliseconds.
    public let connectTimeout: Int64
    /// What the observer wants sent along, such as `traceparent`.
    public internal(set) var headers = HTTPHeaders()
}

/// Hears of every call and every attempt: where spans are opened and metrics counted. Called in the caller's task, and must not wait.
public protocol OutboundObserver: Sendable {
    func callBegins(_ call: OutboundCall)
    /// - Returns: headers to be sent along.
    func attemptBegins(_ attempt: OutboundAttempt) -> HTTPHeaders
    /// - Parameters:
    ///   - took: milliseconds.
    ///   - error: nil: it succeeded.
    func attemptEnded(_ attempt: OutboundAttempt, took: Int64, error: OutboundError?)
    /// - Parameter attempts: 0 where the call was refused before the first.
    func callEnded(_ call: OutboundCall, attempts: Int, took: Int64, error: OutboundError?)
}

extension OutboundObserver {
    public func callBegins(_ call: OutboundCall) {}
    public func attemptBegins(_ attempt: OutboundAttempt) -> HTTPHeaders { [:] }
    public func attemptEnded(_ attempt: OutboundAttempt, took: Int64, error: OutboundError?) {}
    public func callEnded(_ call: OutboundCall, attempts: Int, took: Int64, error: OutboundError?) {}
}
