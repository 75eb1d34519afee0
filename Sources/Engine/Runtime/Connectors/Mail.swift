import Platform

/// A mail in the store's mailbox: what goes nowhere else because no mail server is configured.
public struct Mail: Entity {
    /// The outbox's key: the same mail delivered twice is one.
    public var key: String
    public var to: [String]
    public var subject: String
    public var text: String
    /// Milliseconds since 1970.
    public var created: Int64
    /// `kept`; `sent` is for a relay that takes mails out of the mailbox later.
    public var state: String

    public enum Command: Codable, Sendable {
        case keep(key: String, MailOrder)
    }

    public enum Event: Codable, Sendable {
        case mailKept(Mail)
    }

    public static let kind = Kind<Mail>(
        "mail", plural: "mails",
        fields: [
            Field("to") { .text($0.to.joined(separator: ", ")) }, Field("subject") { .text($0.subject) },
            Field("created", "Created at", isIndexed: true) { .time($0.created) }, Field("state", isIndexed: true) { .text($0.state) },
        ],
        uniqueKeys: [UniqueKey("key") { $0.key }])

    public static func decide(_ command: Command, on state: Mail?, in context: DecisionContext) throws(Refusal) -> Decision<Mail> {
        guard case .keep(let key, let order) = command, state == nil else { return Decision([]) }
        return Decision([
            .mailKept(Mail(key: key, to: order.to, subject: order.subject, text: order.text, created: context.now, state: "kept"))
        ])
    }

    public static func apply(_ event: Event, to state: Mail?) -> Mail? {
        switch event {
        case .mailKept(let mail): mail
        }
    }

    public static func text(of event: Event) -> String? {
        switch event {
        case .mailKept(let mail): "a mail to \(mail.to.joined(separator: ", ")): \(mail.subject)"
        }
    }
}
