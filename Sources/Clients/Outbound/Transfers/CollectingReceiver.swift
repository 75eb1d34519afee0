/// Collects a whole reply within a limit.
final class CollectingReceiver: ReplyReceiver {
    private var head = HeadParser()
    private var bytes: [UInt8] = []
    private let limit: Int

    var reply: HTTPReply { HTTPReply(status: head.status, headers: head.headers, body: bytes) }

    init(limit: Int) { self.limit = limit }

    func line(_ line: UnsafeRawBufferPointer) -> ReceiverVerdict {
        head.line(line) == .tooLong ? .tooLong(limit: HeadParser.limit) : .taken
    }

    func body(_ portion: UnsafeRawBufferPointer) -> ReceiverVerdict {
        guard portion.count <= limit - bytes.count else { return .tooLong(limit: limit) }
        bytes += portion
        return .taken
    }

    func ended(_ error: OutboundError?) {}
}
