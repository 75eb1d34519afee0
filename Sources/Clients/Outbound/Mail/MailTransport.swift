/// How mail leaves: a server to submit it to.
public struct MailServer: Sendable, Equatable, CustomStringConvertible {
    /// `smtp://host:587` or `smtps://host:465`.
    public var url: String
    /// Whether `smtp://` has to become encrypted before anything is said (STARTTLS). A password is never sent without.
    public var requiresTLS: Bool
    public var user: String?
    public var password: String?
    /// How we introduce ourselves (EHLO); nil: by the host's name.
    public var ownName: String?
    public var tls: TLSSettings

    public init(
        url: String, requiresTLS: Bool = true, user: String? = nil, password: String? = nil, ownName: String? = nil,
        tls: TLSSettings = TLSSettings()
    ) {
        self.url = url
        self.requiresTLS = requiresTLS
        self.user = user
        self.password = password
        self.ownName = ownName
        self.tls = tls
    }

    /// Without user and password.
    public var description: String { ReadableURL.text(url) }
}

/// Hands messages to a mail server over SMTP. A reply code of 4xx is an error of class server and may be tried again, 5xx is of class
/// client and final, 530, 534, 535 and 538 are of class auth. One refused recipient refuses the message: nobody gets it.
///
/// Mail has a loop of its own: where libcurl closes an SMTP connection it waits for the answer to QUIT, and a server that gives none
/// would hold up everything else on that thread.
public struct MailTransport: Sendable {
    public static let sharedLoop = TransferLoop()

    private let loop: TransferLoop

    public init(loop: TransferLoop = sharedLoop) { self.loop = loop }

    /// - Parameters:
    ///   - message: as RFC 5322 has it, every line ended by CRLF.
    ///   - timeout: the longest all of it may take, in milliseconds; `connectTimeout` until there is a connection.
    public func send(
        _ message: [UInt8], from sender: String, to recipients: [String], by server: MailServer, timeout: Int64 = 60_000,
        connectTimeout: Int64 = 10_000
    ) async throws(OutboundError) {
        let receiver = ConversationReceiver()
        let transfer = try Transfer(message, sender, recipients, server, receiver, timeout, connectTimeout)
        await loop.run(transfer)
        guard let failure = transfer.failure else { return }
        throw receiver.refusal(by: transfer) ?? failure
    }

    /// Asks a server for a sign of life: connection, encryption, log in, and nothing else.
    public func probe(_ server: MailServer, timeout: Int64 = 5_000) async throws(OutboundError) {
        let receiver = ConversationReceiver()
        let transfer = try Transfer(greeting: server, receiver, timeout, timeout)
        await loop.run(transfer)
        guard let failure = transfer.failure else { return }
        throw receiver.refusal(by: transfer) ?? failure
    }
}
