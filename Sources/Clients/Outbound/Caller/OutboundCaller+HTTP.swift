extension OutboundCaller {
    /// Sends a request through the policy. A status that was not expected is an error, with the reply in it.
    ///
    /// - Parameter isExpected: which statuses are answers; without it, 200 to 299.
    public nonisolated(nonsending) func send(
        _ request: HTTPRequest, through client: HTTPClient, expecting isExpected: (Int) -> Bool = { (200 ..< 300).contains($0) }
    ) async throws(OutboundError) -> HTTPReply {
        try await call(request.method.rawValue, isRepeatable: request.isRepeatable) { attempt throws(OutboundError) in
            var request = request
            request.timeout = min(request.timeout ?? attempt.timeout, attempt.timeout)
            request.connectTimeout = min(request.connectTimeout ?? attempt.connectTimeout, attempt.connectTimeout)
            for field in attempt.headers { request.headers[field.name] = field.value }
            let reply = try await client.send(request)
            guard isExpected(reply.status) else { throw reply.error(from: request.url, now: clock.wallTime) }
            return reply
        }
    }
}
