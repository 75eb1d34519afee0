/// A reply whose body is still coming.
public struct HTTPStream: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    public let body: HTTPBody
}

/// A body as it comes, in portions: to be read once, by one reader. Who reads slowly slows the other side down; no more than
/// `BodyPipe.capacity` bytes wait here. Letting go of it ends the transfer.
public final class HTTPBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = OutboundError

    private let pipe: BodyPipe
    private let transfer: Transfer
    private let loop: TransferLoop

    init(_ pipe: BodyPipe, _ transfer: Transfer, _ loop: TransferLoop) {
        self.pipe = pipe
        self.transfer = transfer
        self.loop = loop
    }

    deinit { loop.cancel(transfer) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let body: HTTPBody

        public mutating func next() async throws -> [UInt8]? { try await body.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(OutboundError) -> [UInt8]? {
            try await body.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    func head() async throws(OutboundError) -> HeadParser {
        await wait { $0.head != nil }
        return try pipe.takeHead()
    }

    private func next() async throws(OutboundError) -> [UInt8]? {
        await wait { !$0.bytes.isEmpty }
        let (bytes, isPaused) = try pipe.take()
        if isPaused { loop.resume(transfer) }
        return bytes
    }

    /// Until there is such a thing, or there never will be.
    private func wait(_ isThere: @escaping @Sendable (BodyPipe.State) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in pipe.wait(isThere, continuation) }
        } onCancel: {
            loop.cancel(transfer)
        }
    }
}
