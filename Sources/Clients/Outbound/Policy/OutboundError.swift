/// Why a call has no answer: an error class for programs, a code for the exact reason, one sentence for people.
public struct OutboundError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The error classes that connectors, metrics and panes count by.
    public enum Kind: String, Sendable, CaseIterable {
        /// The other side knows us not, or does not let us (401, 403, 407, 535).
        case auth
        /// The name has no address.
        case dns
        /// Nobody listens there, or no way leads there.
        case connect
        /// No trusted, encrypted connection came about.
        case tls
        /// It took longer than allowed.
        case timeout
        /// What came back was cut off, garbled, too long or of the wrong kind.
        case `protocol`
        /// More was asked than is allowed: by the other side (429), or by our own bulkhead and rate limit.
        case quota
        /// The other side failed (5xx; SMTP 4xx), or its circuit is open.
        case server
        /// We asked for what cannot be had (4xx; SMTP 5xx); asking again would end the same way.
        case client
    }

    public enum Code: String, Sendable {
        /// Refused here, before anything was sent.
        case circuitOpen = "circuit-open"
        case bulkheadFull = "bulkhead-full"
        case bulkheadWait = "bulkhead-wait"
        case rateLimited = "rate-limited"
        case badRequest = "bad-request"
        /// The caller's task was cancelled.
        case cancelled
        /// No answer came about.
        case unreachable
        case tooSlow = "too-slow"
        case connectionLost = "connection-lost"
        case badReply = "bad-reply"
        case replyTooLarge = "reply-too-large"
        /// An answer came, with a status or a reply code that says no.
        case refused
    }

    public var kind: Kind
    public var code: Code
    public var message: String
    /// Whether the other side may have seen the request, and so may have acted on it.
    public var mayHaveArrived: Bool
    /// How long to wait before another try, in milliseconds, where somebody said so.
    public var retryAfter: Int64?
    /// The reply that says no, where there is one.
    public var reply: HTTPReply?

    public init(
        _ kind: Kind, _ code: Code, _ message: String, mayHaveArrived: Bool = false, retryAfter: Int64? = nil, reply: HTTPReply? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.mayHaveArrived = mayHaveArrived
        self.retryAfter = retryAfter
        self.reply = reply
    }

    public var description: String { message }

    /// Whether it tells of trouble on the other side or on the way there. This is what a circuit breaker counts.
    public var isOutage: Bool {
        switch kind {
        case .dns, .connect, .tls, .timeout, .protocol, .server: !isLocal
        case .auth, .quota, .client: false
        }
    }

    /// Whether it was refused here, by the policy or because the task was cancelled, and so says nothing about the other side.
    public var isLocal: Bool {
        switch code {
        case .circuitOpen, .bulkheadFull, .bulkheadWait, .rateLimited, .badRequest, .cancelled: true
        case .unreachable, .tooSlow, .connectionLost, .badReply, .replyTooLarge, .refused: false
        }
    }

    static let cancelled = OutboundError(.client, .cancelled, "the call was cancelled")
}
