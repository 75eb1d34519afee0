import CCurl

extension Transfer {
    /// The longest a mail server may take for one answer, in milliseconds.
    private static let longestAnswer: Int64 = 30_000

    convenience init(
        _ message: [UInt8], _ sender: String, _ recipients: [String], _ server: MailServer, _ receiver: any ReplyReceiver,
        _ timeout: Int64, _ connectTimeout: Int64
    ) throws(OutboundError) {
        guard !recipients.isEmpty, ([sender] + recipients).allSatisfy({ MailAddress($0).isValid }) else {
            throw OutboundError(.client, .badRequest, "an address of the mail is not valid")
        }
        guard Self.hasWholeLines(message) else {
            throw OutboundError(.client, .badRequest, "the mail has a line that does not end with CRLF")
        }
        try self.init(server, receiver, upload: message, timeout, connectTimeout)
        try set(CURLOPT_UPLOAD, 1)
        try setUploadSize()
        try set(CURLOPT_MAIL_FROM, "<\(sender)>")
        try set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
    }

    /// Says hello, logs in where there is a user, and NOOP; no mail.
    convenience init(
        greeting server: MailServer, _ receiver: any ReplyReceiver, _ timeout: Int64, _ connectTimeout: Int64
    ) throws(OutboundError) {
        try self.init(server, receiver, upload: [], timeout, connectTimeout)
        try set(CURLOPT_CUSTOMREQUEST, "NOOP")
        try set(CURLOPT_NOBODY, 1)
    }

    private convenience init(
        _ server: MailServer, _ receiver: any ReplyReceiver, upload: [UInt8], _ timeout: Int64, _ connectTimeout: Int64
    ) throws(OutboundError) {
        let isEncrypted = server.requiresTLS || server.url.lowercased().hasPrefix("smtps:")
        guard isEncrypted || server.password == nil else {
            throw OutboundError(.client, .badRequest, "\(ReadableURL.text(server.url)) would get a password without encryption")
        }
        var url = server.url
        if let name = server.ownName {
            // The path of the URL is the name in EHLO.
            while url.last == "/" { url.removeLast() }
            url += "/" + name
        }
        try self.init(
            to: url, over: "smtp,smtps", receiver: receiver, isRepeatable: false, upload: upload,
            timeouts: (timeout, min(connectTimeout, timeout)))
        // Proxies of the environment speak HTTP.
        try set(CURLOPT_PROXY, "")
        // Holds for the answer to QUIT too, for which libcurl waits.
        try set(CURLOPT_SERVER_RESPONSE_TIMEOUT, Int(max(min(timeout, Self.longestAnswer) / 1000, 1)))
        try set(CURLOPT_USE_SSL, Int((isEncrypted ? CURLUSESSL_ALL : CURLUSESSL_TRY).rawValue))
        if let user = server.user { try set(CURLOPT_USERNAME, user) }
        if let password = server.password { try set(CURLOPT_PASSWORD, password) }
        try set(server.tls)
    }

    /// A bare CR or LF may end a line for one server and not for another: that is how mails are smuggled in.
    private static func hasWholeLines(_ message: [UInt8]) -> Bool {
        var previous: UInt8 = 0
        for byte in message {
            if (byte == 10) != (previous == 13) { return false }
            previous = byte
        }
        return previous == 10
    }
}
