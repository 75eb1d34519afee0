/// Sends requests over HTTP and HTTPS, within bounds of time and size. Redirects are not followed: whoever configured an address meant
/// that one. Waiting for an answer costs no thread; all clients share the thread and the open connections of their `TransferLoop`.
public struct HTTPClient: Sendable {
    public let settings: HTTPSettings
    private let loop: TransferLoop

    public init(_ settings: HTTPSettings = HTTPSettings(), loop: TransferLoop = .shared) {
        self.settings = settings
        self.loop = loop
    }

    /// Gives the whole reply, whatever its status. Cancelling the task cancels the exchange.
    public func send(_ request: HTTPRequest) async throws(OutboundError) -> HTTPReply {
        let receiver = CollectingReceiver(limit: request.largestReply ?? settings.largestReply)
        let transfer = try Transfer(request, settings, receiver: receiver)
        await loop.run(transfer)
        if let failure = transfer.failure { throw failure }
        return receiver.reply
    }

    /// Gives the reply as soon as its head is there, whatever its status; the body is read as it comes.
    ///
    /// - Parameters:
    ///   - request: its `timeout`, where it has one, holds until the end of the body; the client's does not.
    ///   - limit: a body with more bytes is cut off with an error; nil: no limit.
    ///   - silence: the longest the other side may send nothing, in milliseconds, counted in whole seconds; nil: as long as it likes.
    public func stream(_ request: HTTPRequest, limit: Int?, silence: Int64? = 30_000) async throws(OutboundError) -> HTTPStream {
        let pipe = BodyPipe(limit: limit)
        let transfer = try Transfer(request, settings, receiver: pipe, hasTimeout: false)
        if let silence { try transfer.limitSilence(silence) }
        // Should nobody take the stream, it ends the transfer when it goes.
        let body = HTTPBody(pipe, transfer, loop)
        loop.start(transfer)
        let head = try await body.head()
        return HTTPStream(status: head.status, headers: head.headers, body: body)
    }
}
