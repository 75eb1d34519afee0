import Foundation

/// What an effect of the topic `mail` asks for: JSON with these keys.
public struct MailOrder: Codable, Sendable, Equatable {
    public static let topic = "mail"

    public var to: [String]
    public var subject: String
    public var text: String

    public init(to: [String], subject: String, text: String) {
        self.to = to
        self.subject = subject
        self.text = text
    }

    /// The body of the outbox's message.
    public var body: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    public static func parse(_ body: String) throws(ServiceError) -> MailOrder {
        guard let order = try? JSONDecoder().decode(MailOrder.self, from: Data(body.utf8)), !order.to.isEmpty else {
            throw ServiceError("the mail cannot be read: it is JSON with to, subject and text", isFinal: true)
        }
        return order
    }
}
