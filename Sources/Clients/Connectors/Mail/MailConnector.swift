import Engine
import Foundation
import Outbound
import Settings

extension ConnectorType {
    /// A mail server that takes our mails.
    ///
    ///     {type: smtp, url: "smtp://mail.example.org:587", from: flow@example.org, user: flow, password: file:/etc/mizzen/smtp,
    ///      require-tls: true, authorities: ca.pem, policy: {…}}
    static let smtp = ConnectorType("smtp", .mail) { section, surroundings in
        let password = section.secret("password"), user = section.text("user")
        let requiresTLS = section.flag("require-tls") ?? true
        let authorities = section.has("authorities") ? section.path("authorities", surroundings) : nil
        let name = section.text("own-name")
        let policy = section.policy(OutboundPolicy(timeouts: .init(call: 60_000, attempt: 60_000), retry: .init(attempts: 1)))
        guard let url = section.text("url", or: "a url is missing, such as smtp://mail.example.org:587") else { return nil }
        guard url.hasPrefix("smtp://") || url.hasPrefix("smtps://"), !url.contains("@") else {
            section.report("url", "a url of a mail server is smtp://HOST:PORT or smtps://HOST:PORT, without user and password")
            return nil
        }
        guard let from = section.text("from", or: "from is missing: the address that mails are sent from"), MailAddress(from).isValid else {
            if section.has("from") { section.report("from", "from is an address such as flow@example.org") }
            return nil
        }
        guard requiresTLS || url.hasPrefix("smtps:") || password == nil else {
            section.report("require-tls", "a password is only sent encrypted; leave require-tls out or use smtps://")
            return nil
        }
        let server = MailServer(
            url: url, requiresTLS: requiresTLS, user: user, ownName: name, tls: TLSSettings(authorities: authorities))
        let sender = MailSender(server: server, password: password, from: MailAddress(from), policy: policy)
        return ConnectorParts(SMTPConnector(name: section.name, sender: sender), topics: [MailOrder.topic: sender])
    }
}

/// Takes mails out over SMTP. A mail that comes again carries the same Message-ID, so that doubles can be recognised.
struct MailSender: EffectHandler {
    let kind = "smtp"
    let server: MailServer
    let password: SecretReference?
    let from: MailAddress
    let caller: OutboundCaller
    private let transport = MailTransport()

    init(server: MailServer, password: SecretReference?, from: MailAddress, policy: OutboundPolicy) {
        self.server = server
        self.password = password
        self.from = from
        caller = OutboundCaller(system: server.description, policy: policy)
    }

    var patience: Int64 { caller.policy.timeouts.call }

    func deliver(_ effect: OutboundEffect) async throws(ServiceError) {
        let order = try MailOrder.parse(effect.body)
        do {
            let message = MailMessage(
                from: from, to: order.to.map { MailAddress($0) }, subject: order.subject, text: order.text,
                messageID: Self.messageID(effect.key, domain: from.address.split(separator: "@").last.map(String.init) ?? "mizzen"),
                date: caller.wallTime, headers: ["Auto-Submitted": "auto-generated"])
            let bytes = try message.rendered()
            let server = try withPassword()
            try await caller.call("mail", isRepeatable: false) { attempt throws(OutboundError) in
                try await transport.send(
                    bytes, from: from.address, to: order.to, by: server, timeout: attempt.timeout, connectTimeout: attempt.connectTimeout)
            }
        } catch let error as OutboundError {
            throw ServiceError(error.message, isFinal: error.kind == .client && error.code != .cancelled)
        } catch {
            throw ServiceError("\(error)")
        }
    }

    /// The server with the password as it is now.
    func withPassword() throws(SecretProblem) -> MailServer {
        var server = server
        server.password = try password?.secret().revealed()
        return server
    }

    /// The same for the same key; at most 64 characters before the @.
    static func messageID(_ key: IdempotencyKey, domain: String) -> String {
        func hash(_ start: UInt64) -> String {
            let hash = key.description.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return String(repeating: "0", count: 16 - String(hash, radix: 16).count) + String(hash, radix: 16)
        }
        return "mizzen.\(hash(0xCBF2_9CE4_8422_2325))\(hash(0x9E37_79B9_7F4A_7C15))@\(domain)"
    }
}

private struct SMTPConnector: Connector {
    let name: String
    let system = "smtp"
    let sender: MailSender

    var endpoint: String { sender.server.description }
    var secretSource: String? { sender.password?.description }
    var slowAfter: Int64? { 3_000 }

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        do {
            try await MailTransport().probe(try sender.withPassword(), timeout: patience)
            return ProbeAnswer(trouble: sender.caller.trouble)
        } catch let error as SecretProblem {
            throw ConnectorFailure(error)
        } catch let error as OutboundError {
            throw ConnectorFailure(error)
        } catch {
            throw ConnectorFailure(.protocol, "\(error)")
        }
    }

    func figures() -> [ConnectorFigure] { sender.caller.figures }
}
