import Foundation
import Synchronization
import Testing
@testable import Outbound

/// Mail to a server that is a strict stand-in (`strict_smtp_stand_in.py`), with and without TLS.
@Suite struct StrictMailStandInTests {
    private struct Mail: Decodable {
        let from: String
        let to: [String]
        let user: String?
        let secure: Bool
        let text: String
    }

    private let ours: OpenSSL
    private let tls: TLSSettings

    init() throws {
        ours = try OpenSSL()
        try ours.certificate("mail", for: "IP:127.0.0.1")
        tls = TLSSettings(authorities: ours.path("ca.pem"))
    }

    private func standIn(_ arguments: String...) throws -> ListeningChild {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("strict_smtp_stand_in.py").path
        return try ListeningChild(
            "/usr/bin/env", ["python3", script, arguments[0], ours.path("mail.pem"), ours.path("mail.key")] + arguments.dropFirst(),
            mark: "LISTENING")
    }

    private func send(
        to recipients: String..., by server: MailServer, _ message: MailMessage = MailMessageTests.message(), timeout: Int64 = 10_000
    ) async -> OutboundError? {
        do throws(OutboundError) {
            let bytes = try message.rendered()
            try await MailTransport().send(bytes, from: "noreply@example.org", to: recipients, by: server, timeout: timeout)
            return nil
        } catch {
            return error
        }
    }

    private func mail(_ server: ListeningChild) throws -> Mail {
        try JSONDecoder().decode(Mail.self, from: Data(try #require(server.line()).utf8))
    }

    @Test func aMailArrivesOverStartTLSWithUserAndPassword() async throws {
        let standIn = try standIn("starttls")
        let server = MailServer(url: "smtp://127.0.0.1:\(standIn.port)", user: "u", password: "right", ownName: "mizzen.test", tls: tls)
        let message = MailMessageTests.message(subject: "Grüße", text: ".\n..\n.dot\n" + String(repeating: "long ", count: 500))
        #expect(await send(to: "ada@example.org", "bob@example.org", by: server, message) == nil)
        let mail = try mail(standIn)
        #expect(mail.from == "noreply@example.org" && mail.to == ["ada@example.org", "bob@example.org"])
        let rendered = String(decoding: try message.rendered(), as: UTF8.self)
        #expect(mail.user == "u" && mail.secure && mail.text == rendered)
    }

    @Test func aMailArrivesOverTLSFromTheStart() async throws {
        let standIn = try standIn("tls")
        let server = MailServer(url: "smtps://127.0.0.1:\(standIn.port)", tls: tls)
        #expect(await send(to: "ada@example.org", by: server) == nil)
        #expect(await send(to: "ada@example.org", by: server) == nil)
        #expect(try mail(standIn).secure)
        #expect(try mail(standIn).secure)
        let untrusted = MailServer(url: "smtps://127.0.0.1:\(standIn.port)")
        #expect(await send(to: "ada@example.org", by: untrusted)?.kind == .tls)
    }

    @Test func replyCodesHaveTheirClasses() async throws {
        let standIn = try standIn("starttls"), url = "smtp://u:hidden@127.0.0.1:\(standIn.port)"
        let server = MailServer(url: "smtp://127.0.0.1:\(standIn.port)", tls: tls)
        let nobody = await send(to: "ada@example.org", "nouser@example.org", by: server)
        #expect(nobody?.kind == .client && nobody?.code == .refused && nobody?.mayHaveArrived == false)
        #expect(nobody?.message.hasSuffix("refuses the mail: 550 5.1.1 no such user") == true, "\(String(describing: nobody))")
        let busy = await send(to: "busy@example.org", by: server)
        #expect(busy?.kind == .server && busy?.isWorthAnotherTry == true)
        let stranger = await send(to: "ada@example.org", by: MailServer(url: url, user: "u", password: "wrong", tls: tls))
        #expect(stranger?.kind == .auth && stranger?.message.contains("535") == true && stranger?.message.contains("hidden") == false)
    }

    /// libcurl waits for the answer to QUIT; that may hold up other mails for a moment, but nothing else.
    @Test func aServerThatNeverAnswersQuitHoldsUpNobodyElse() async throws {
        let standIn = try standIn("plain", "deaf"), other = try FaultServer { _ in .reply() }
        let server = MailServer(url: "smtp://127.0.0.1:\(standIn.port)", requiresTLS: false)
        let refused = Atomic(false)
        async let refusal = {
            defer { refused.store(true, ordering: .relaxed) }
            return await send(to: "nouser@example.org", by: server, timeout: 2000)
        }()
        #expect(standIn.line() == #"{"quit": "unanswered"}"#)
        #expect(try await ClientTests.client().send(HTTPRequest(.get, other.url())).status == 200)
        let isOver = refused.load(ordering: .relaxed)
        #expect(!isOver)
        #expect(await refusal?.message.contains("550") == true)
    }

    @Test func noPasswordAndNoMailWithoutTheEncryptionAskedFor() async throws {
        let standIn = try standIn("plain"), url = "smtp://127.0.0.1:\(standIn.port)"
        #expect(await send(to: "ada@example.org", by: MailServer(url: url, tls: tls))?.kind == .tls)
        let bare = MailServer(url: url, requiresTLS: false, user: "u", password: "right")
        #expect(await send(to: "ada@example.org", by: bare)?.code == .badRequest)
        #expect(await send(to: "ada@example.org", by: MailServer(url: url, requiresTLS: false)) == nil)
        #expect(try mail(standIn).secure == false)
    }

    @Test func whatCannotBeSentIsRefusedHere() async throws {
        let server = MailServer(url: "smtp://127.0.0.1:9", tls: tls)
        for message in ["no end", "bare\nfeed\r\n", "bare\rreturn\r\n", "smuggled\n.\nx\r\n", ""] {
            let error = await #expect(throws: OutboundError.self) {
                try await MailTransport().send(Array(message.utf8), from: "a@b.c", to: ["d@e.f"], by: server)
            }
            #expect(error?.code == .badRequest)
        }
        #expect(await send(to: "a@b\r\nDATA", by: server)?.code == .badRequest)
        #expect(await send(by: server)?.code == .badRequest)
        #expect(await send(to: "a@b.c", by: MailServer(url: "http://127.0.0.1:9", tls: tls))?.code == .badRequest)
        #expect(await send(to: "a@b.c", by: MailServer(url: "smtp://127.0.0.1:1", tls: tls))?.kind == .connect)
    }
}
