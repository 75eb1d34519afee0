import Foundation
import Testing
@testable import Outbound

@Suite struct MailMessageTests {
    static func message(
        subject: String = "Hello", text: String = "Hi\n", to: [MailAddress] = [MailAddress("ada@example.org")], name: String = "mizzen",
        id: String = "1.a@example.org", headers: HTTPHeaders = [:]
    ) -> MailMessage {
        MailMessage(
            from: MailAddress("noreply@example.org", name: name), to: to, subject: subject, text: text, messageID: id,
            date: 1_767_600_000_000, headers: headers)
    }

    private func lines(_ message: MailMessage) throws -> [String] {
        String(decoding: try message.rendered(), as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test func aPlainMessage() throws {
        let message = Self.message(headers: ["Auto-Submitted": "auto-generated"])
        #expect(
            try lines(message) == [
                "Date: Mon, 05 Jan 2026 08:00:00 +0000", "From: mizzen <noreply@example.org>", "To: ada@example.org",
                "Message-ID: <1.a@example.org>", "Subject: Hello", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
                "Content-Transfer-Encoding: quoted-printable", "Auto-Submitted: auto-generated", "", "Hi", "", "",
            ])
    }

    @Test func whatIsNotASCIIIsEncodedAndNoLineIsLong() throws {
        let subject = String(repeating: "Zahlung über 5 € für “Größe” ", count: 6)
        let many = (1 ... 30).map { MailAddress("somebody.number.\($0)@example.org", name: "Somebody, Nr. \($0)") }
        let lines = try lines(Self.message(subject: subject, text: String(repeating: "Grüße, ", count: 40), to: many, name: "Bücher"))
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 127 } }, "\(lines)")
        #expect(lines[1] == "From: =?UTF-8?B?QsO8Y2hlcg==?= <noreply@example.org>")
        let words = lines.drop { !$0.hasPrefix("Subject:") }.prefix { !$0.hasPrefix("MIME") }.joined().split(separator: " ").dropFirst()
        #expect(words.count > 2 && words.allSatisfy { $0.utf8.count <= 64 })
        let decoded = words.map { Data(base64Encoded: String($0.dropFirst("=?UTF-8?B?".count).dropLast(2))) ?? Data() }
        #expect(decoded.allSatisfy { String(data: $0, encoding: .utf8) != nil }, "no word splits a character")
        #expect(String(decoding: decoded.reduce(Data(), +), as: UTF8.self) == subject)
    }

    @Test func quotedPrintable() {
        #expect(QuotedPrintable.text("a=b\nä \r\n.\rx\t") == "a=3Db\r\n=C3=A4=20\r\n.\r\nx=09")
        let long = QuotedPrintable.text(String(repeating: "=", count: 100)).components(separatedBy: "\r\n")
        #expect(long.count == 4 && long.dropLast().allSatisfy { $0.hasSuffix("=") && $0.utf8.count <= 76 })
        for text in ["", "f", "fo", "foo", "foob"] { #expect(Base64.text(Array(text.utf8)) == Data(text.utf8).base64EncodedString()) }
    }

    @Test(arguments: [
        message(subject: "a\r\nBcc: x@y.z"), message(subject: "a\nb"), message(subject: "a\u{2028}b"), message(name: "a\r\nb"),
        message(to: []), message(to: [MailAddress("a@b\r\nRCPT TO:<c@d>")]), message(to: [MailAddress("a b@c.d")]),
        message(to: [MailAddress("a@b>,<c@d")]), message(to: [MailAddress("@b")]), message(to: [MailAddress("ä@b.c")]),
        message(id: "a>\r\nX: y@b"), message(headers: ["X": "a\r\nb"]), message(headers: ["Bcc": "x@y.z"]),
        message(headers: ["From": "x@y.z"]),
    ])
    func whatWouldBecomeAHeaderIsRefused(_ message: MailMessage) {
        let error = #expect(throws: OutboundError.self) { try message.rendered() }
        #expect(error?.kind == .client && error?.code == .badRequest)
    }
}
