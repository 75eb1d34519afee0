import Engine
import Foundation
import Outbound
import Settings

extension ConnectorType {
    /// A custom service that speaks interface B.
    ///
    ///     {type: http, url: "https://rates.example/ib", user: flow, password: env:RATES_PASSWORD, timeout: 10, policy: {…}}
    static let http = ConnectorType("http", .service) { section, _ in
        let url = section.text("url") ?? section.name
        let password = section.secret("password"), user = section.text("user")
        let timeout = section.duration("timeout") ?? 30_000
        // One attempt: the outbox tries again, and remembers that it does.
        let policy = section.policy(
            OutboundPolicy(
                timeouts: .init(call: timeout, attempt: timeout, connect: min(timeout, 10_000)), retry: .init(attempts: 1)))
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.utf8.contains(where: { $0 <= 32 }) else {
            section.report("url", "\(section.name) needs a url that begins with http:// or https://")
            return nil
        }
        guard (user == nil) == (password == nil) else {
            section.report("user", "user and password belong together; name both or none")
            return nil
        }
        if let line = PasswordInURL.replacement(for: url, named: section.name) {
            section.walk.report(
                section.value("url") ?? section.node, "a password in a URL is read by everybody who reads this file; write \(line)",
                .warning)
        }
        let service = InterfaceBService(
            url: url, policy: policy, login: user.flatMap { user in password.map { HTTPLogin(user: user, password: $0) } })
        return ConnectorParts(HTTPConnector(name: section.name, service: service), service: service)
    }
}

/// User and password of a service, the password by reference.
struct HTTPLogin: Sendable {
    let user: String
    let password: SecretReference

    /// The value of `Authorization`.
    func authorization() throws(SecretProblem) -> String {
        "Basic " + Data("\(user):\(try password.secret().revealed())".utf8).base64EncodedString()
    }
}

/// A service behind HTTP as a connector. The probe is HEAD to its own address: any answer below 500 is a sign of life.
private struct HTTPConnector: Connector {
    let name: String
    let system = "http"
    let service: InterfaceBService

    var endpoint: String { ReadableURL.text(service.url) }
    var secretSource: String? { service.login?.password.description }
    var slowAfter: Int64? { 2_000 }

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        do {
            if let login = service.login { _ = try login.password.secret() }
            var request = HTTPRequest(.head, service.url)
            request.timeout = patience
            request.connectTimeout = patience
            let reply = try await HTTPClient().send(request)
            guard reply.status < 500 else {
                return ProbeAnswer(version: reply.headers["Server"], trouble: "it answers with status \(reply.status)")
            }
            return ProbeAnswer(version: reply.headers["Server"], trouble: service.caller.trouble)
        } catch let error as SecretProblem {
            throw ConnectorFailure(error)
        } catch let error as OutboundError {
            throw ConnectorFailure(error)
        } catch {
            throw ConnectorFailure(.protocol, "\(error)")
        }
    }

    func figures() -> [ConnectorFigure] { service.caller.figures }
}

/// URLs of former files with a password in them.
enum PasswordInURL {
    /// The entry that does without; nil where there is no password.
    static func replacement(for url: String, named name: String) -> String? {
        guard let parts = URLComponents(string: url), let user = parts.user, parts.password != nil else { return nil }
        var bare = parts
        bare.user = nil
        bare.password = nil
        let variable = name.uppercased().filter { $0.isLetter && $0.isASCII } + "_PASSWORD"
        return "{type: http, url: \"\(bare.string ?? "")\", user: \(user), password: env:\(variable)}"
    }
}
