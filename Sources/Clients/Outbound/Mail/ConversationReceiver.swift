/// Keeps the last no that an SMTP server said; after one the client still says goodbye.
final class ConversationReceiver: ReplyReceiver {
    private static let limit = 64 << 10

    private var refusal = ""
    private var length = 0

    func line(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict {
        length += bytes.count
        guard length <= Self.limit else { return .tooLong(limit: Self.limit) }
        guard let first = bytes.first, first == UInt8(ascii: "4") || first == UInt8(ascii: "5") else { return .taken }
        let line = String(decoding: bytes.prefix(300), as: UTF8.self)
        refusal = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        return .taken
    }

    func body(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict { .taken }

    func ended(_ error: OutboundError?) {}

    /// What a reply code says, where the server's answer is what ended the transfer.
    func refusal(by transfer: Transfer) -> OutboundError? {
        let code = transfer.status
        guard code >= 400, let failure = transfer.failure, [.auth, .protocol].contains(failure.kind), failure.code != .replyTooLarge else {
            return nil
        }
        let kind: OutboundError.Kind =
            switch code {
            case 530, 534, 535, 538: .auth
            case 500...: .client
            default: .server
            }
        return OutboundError(kind, .refused, "\(transfer.target) refuses the mail: \(refusal)")
    }
}
