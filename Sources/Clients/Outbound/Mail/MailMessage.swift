/// A message of plain text, as a value; `rendered` gives it as RFC 5322 wants it. Clock and randomness stay outside.
public struct MailMessage: Sendable, Equatable {
    public var from: MailAddress
    public var to: [MailAddress]
    public var subject: String
    public var text: String
    /// Without the angle brackets, such as `4711.payout@example.org`. The same for every attempt, so that doubles can be told.
    public var messageID: String
    /// Milliseconds since 1970.
    public var date: Int64
    /// Further headers, such as `Auto-Submitted: auto-generated`.
    public var headers: HTTPHeaders

    public init(
        from: MailAddress, to: [MailAddress], subject: String, text: String, messageID: String, date: Int64, headers: HTTPHeaders = [:]
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.messageID = messageID
        self.date = date
        self.headers = headers
    }

    private static let ownHeaders = [
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding", "bcc",
    ]

    /// The whole message with CRLF at every line's end. What would become a header of its own is refused.
    public func rendered() throws(OutboundError) -> [UInt8] {
        guard !to.isEmpty, ([from] + to).allSatisfy(\.isValid) else { throw Self.refusal("an address of the mail is not valid") }
        guard Self.isOneLine(subject), ([from] + to).allSatisfy({ Self.isOneLine($0.name) }) else {
            throw Self.refusal("a header of the mail has a line break or other control character")
        }
        guard MailAddress(messageID).isValid else { throw Self.refusal("the mail's message id is not of the form left@right") }
        if let problem = headers.problem { throw Self.refusal(problem) }
        for field in headers where Self.ownHeaders.contains(field.name.lowercased()) || !field.value.utf8.allSatisfy({ $0 < 127 }) {
            throw Self.refusal("the header \(field.name) is set by the mail itself or is not ASCII")
        }
        var lines = [
            "Date: \(CivilTime.mailDate(date))",
            Self.folded("From", [from.headerText]),
            Self.folded("To", to.enumerated().map { $1.headerText + ($0 < to.count - 1 ? "," : "") }),
            "Message-ID: <\(messageID)>",
            Self.folded("Subject", [subject.utf8.allSatisfy { $0 < 127 } && !subject.contains("=?") ? subject : EncodedWord.text(subject)]),
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: quoted-printable",
        ]
        lines += headers.map { Self.folded($0.name, [$0.value]) }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + QuotedPrintable.text(text) + "\r\n").utf8)
    }

    private static func refusal(_ message: String) -> OutboundError { OutboundError(.client, .badRequest, message) }

    private static func isOneLine(_ text: String) -> Bool {
        !text.unicodeScalars.contains { $0.value < 32 || (127 ... 159).contains($0.value) || $0 == "\u{2028}" || $0 == "\u{2029}" }
    }

    /// Breaks lines at spaces, so that none is longer than 78 characters where that can be.
    private static func folded(_ name: String, _ parts: [String]) -> String {
        var text = name + ":", column = text.utf8.count
        for word in parts.joined(separator: " ").split(separator: " ", omittingEmptySubsequences: false) {
            // A line of white space alone would end the header.
            if column > name.utf8.count + 1, !word.isEmpty, column + 1 + word.utf8.count > 78 {
                text += "\r\n"
                column = 0
            }
            text += " " + word
            column += 1 + word.utf8.count
        }
        return text
    }
}
