import Outbound
import Testing

/// Certificates that are trusted, and all those that are not.
@Suite struct TLSTests {
    private let ours: OpenSSL

    init() throws { ours = try OpenSSL() }

    private func ask(_ arguments: [String], _ tls: TLSSettings) async throws -> Result<Int, OutboundError> {
        let server = try ListeningChild("/usr/bin/openssl", ["s_server", "-accept", "127.0.0.1:0", "-www"] + arguments, mark: "ACCEPT")
        let client = HTTPClient(HTTPSettings(timeout: 10_000, tls: tls, proxy: .none))
        do throws(OutboundError) {
            return .success(try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")).status)
        } catch {
            return .failure(error)
        }
    }

    private func shown(_ name: String) -> [String] {
        ["-cert", ours.path("\(name).pem"), "-key", ours.path("\(name).key")]
    }

    @Test func ourOwnAuthorityIsTrusted() async throws {
        let tls = TLSSettings(authorities: ours.path("ca.pem"))
        try ours.certificate("good", for: "IP:127.0.0.1")
        #expect(try await ask(shown("good"), tls).get() == 200)
        #expect(try await kind(ask(shown("good"), TLSSettings())) == .tls)
    }

    @Test func aWrongNameAndAnOldCertificateAreNotTrusted() async throws {
        let tls = TLSSettings(authorities: ours.path("ca.pem"))
        try ours.certificate("elsewhere", for: "DNS:elsewhere.example")
        try ours.certificate("expired", for: "IP:127.0.0.1", days: "-1")
        #expect(try await kind(ask(shown("elsewhere"), tls)) == .tls)
        #expect(try await kind(ask(shown("expired"), tls)) == .tls)
        #expect(try await kind(ask(shown("ca"), TLSSettings())) == .tls)
    }

    @Test func nothingOlderThanTLS12() async throws {
        let tls = TLSSettings(authorities: ours.path("ca.pem"))
        try ours.certificate("old", for: "IP:127.0.0.1")
        #expect(try await kind(ask(shown("old") + ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"], tls)) == .tls)
        #expect(try await ask(shown("old") + ["-tls1_2"], tls).get() == 200)
    }

    @Test func aClientShowsItsCertificate() async throws {
        let authority = ours.path("ca.pem")
        try ours.certificate("server", for: "IP:127.0.0.1")
        try ours.certificate("client", for: "DNS:client.example")
        let strict = shown("server") + ["-Verify", "1", "-verify_return_error", "-CAfile", authority, "-tls1_2"]
        let known = TLSSettings(authorities: authority, certificate: ours.path("client.pem"), key: ours.path("client.key"))
        #expect(try await ask(strict, known).get() == 200)
        #expect(try await kind(ask(strict, TLSSettings(authorities: authority))) == .tls)
        let missing = TLSSettings(authorities: authority, certificate: "/nowhere/client.pem", key: "/nowhere/client.key")
        #expect(try await kind(ask(strict, missing)) == .tls)
    }

    private func kind(_ result: Result<Int, OutboundError>) -> OutboundError.Kind? {
        if case .failure(let error) = result {
            #expect(!error.mayHaveArrived)
            return error.kind
        }
        return nil
    }
}
