/// A reply with its whole body.
public struct HTTPReply: Sendable, Equatable {
    public let status: Int
    public let headers: HTTPHeaders
    public let body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// What this status means as an error, whoever sent it.
    ///
    /// - Parameter now: milliseconds since 1970, for a `Retry-After` that names a date.
    public func error(from url: String, now: Int64) -> OutboundError {
        let kind: OutboundError.Kind =
            switch status {
            case 401, 403, 407: .auth
            case 408: .timeout
            case 429: .quota
            case 400 ..< 500: .client
            case 500 ..< 600: .server
            default: .protocol
            }
        return OutboundError(
            kind, .refused, "\(ReadableURL.text(url)) answers with status \(status)", mayHaveArrived: true,
            retryAfter: retryAfter(now: now),
            reply: self)
    }

    /// Milliseconds to wait, given as seconds or as a date (RFC 9110, 10.2.3).
    func retryAfter(now: Int64) -> Int64? {
        guard let text = headers["Retry-After"] else { return nil }
        // A number of any length is a long time.
        if !text.isEmpty, text.utf8.allSatisfy({ (48 ... 57).contains($0) }) { return min(Int64(text) ?? .max, 1_000_000_000) * 1000 }
        return CivilTime.fromHTTPDate(text).map { max($0 - now, 0) }
    }
}
