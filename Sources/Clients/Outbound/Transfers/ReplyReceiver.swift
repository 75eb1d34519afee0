/// Where a transfer puts what comes back. Called on the loop's thread, one call after another, and must not wait.
protocol ReplyReceiver: AnyObject {
    /// A line of the head (of the conversation, with SMTP), with its line break.
    func line(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict
    func body(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict
    /// The last call; nil: all came.
    func ended(_ error: OutboundError?)
}

enum ReceiverVerdict: Equatable {
    case taken
    /// The same bytes come again after `TransferLoop.resume`.
    case notNow
    case tooLong(limit: Int)
}
