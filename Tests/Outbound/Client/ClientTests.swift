import Outbound
import Testing

/// Requests as they leave and replies as they come.
@Suite struct ClientTests {
    static func client(_ loop: TransferLoop = .shared, timeout: Int64 = 10_000, largestReply: Int = 1 << 20) -> HTTPClient {
        HTTPClient(HTTPSettings(timeout: timeout, largestReply: largestReply, proxy: .none), loop: loop)
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
    func everyMethodCarriesABodyAndHeaders(_ method: String) async throws {
        let server = try FaultServer { request in
            .reply(
                status: 201, headers: ["X-One: 1", "x-two:  2 "], body: "\(request.method) " + String(decoding: request.body, as: UTF8.self)
            )
        }
        let request = HTTPRequest(
            HTTPMethod(rawValue: method), server.url("/a?b=c"), headers: ["X-Ask": "Ä", "X-None": ""], body: Array("hällo".utf8))
        let reply = try await Self.client().send(request)
        #expect(reply.status == 201 && reply.body == Array("\(method) hällo".utf8))
        #expect(reply.headers["x-one"] == "1" && reply.headers["X-Two"] == "2")
        let seen = try #require(server.requests.first)
        #expect(seen.path == "/a?b=c" && seen.headers["x-ask"] == "Ä" && seen.headers["x-none"]?.isEmpty == true)
        #expect(seen.headers["content-type"] == nil && seen.headers["expect"] == nil && seen.headers["user-agent"] == "mizzen")
    }

    @Test func withoutABodyOnlyPostPutAndPatchSayALength() async throws {
        let server = try FaultServer { _ in .reply() }
        for method in [HTTPMethod.get, .delete, .post, .put] { _ = try await Self.client().send(HTTPRequest(method, server.url())) }
        #expect(try await Self.client().send(HTTPRequest(.head, server.url())).body.isEmpty)
        #expect(server.requests.map(\.method) == ["GET", "DELETE", "POST", "PUT", "HEAD"])
        #expect(server.requests.map { $0.headers["content-length"] } == [nil, nil, "0", "0", nil])
    }

    @Test func largeBodiesGoBothWays() async throws {
        let server = try FaultServer { .reply(body: String(decoding: $0.body, as: UTF8.self)) }
        let body = [UInt8](repeating: 97, count: 900_000)
        #expect(try await Self.client().send(HTTPRequest(.put, server.url(), body: body)).body == body)
    }

    @Test func oneConnectionServesAHundredCalls() async throws {
        let server = try FaultServer { _ in .reply() }, loop = TransferLoop()
        for _ in 1 ... 100 { _ = try await Self.client(loop).send(HTTPRequest(.post, server.url(), body: [1])) }
        #expect(server.requests.count == 100 && server.accepts == 1)
    }

    @Test func redirectsAreGivenNotFollowed() async throws {
        let server = try FaultServer { _ in .reply(status: 302, headers: ["Location: /elsewhere"]) }
        let reply = try await Self.client().send(HTTPRequest(.get, server.url()))
        #expect(reply.status == 302 && reply.headers["location"] == "/elsewhere" && server.requests.count == 1)
    }

    @Test func aProxyIsAskedInsteadWhoeverElseLooksTheNameUp() async throws {
        let proxy = try FaultServer { .reply(body: $0.path) }
        for number in 0 ..< 10 {
            // A loop that knows no address yet.
            let loop = TransferLoop(), direct = Self.client(loop)
            let proxied = HTTPClient(HTTPSettings(proxy: .server(url: proxy.url(""))), loop: loop)
            let request = HTTPRequest(.get, "http://nowhere\(number).invalid/x")
            let failed = (0 ..< 8).map { _ in Task { await #expect(throws: OutboundError.self) { try await direct.send(request) } } }
            #expect(try await proxied.send(request).body == Array(request.url.utf8))
            for task in failed { #expect(await task.value?.kind == .dns) }
        }
    }

    /// None of these leaves the house.
    @Test(arguments: [
        HTTPRequest(.get, "http://127.0.0.1:9/", headers: ["A": "x\r\nB: y"]),
        HTTPRequest(.get, "http://127.0.0.1:9/", headers: ["A\n": "x"]),
        HTTPRequest(.get, "http://127.0.0.1:9/", headers: ["A B": "x"]), HTTPRequest(.get, "http://127.0.0.1:9/", headers: ["": "x"]),
        HTTPRequest(.post, "http://127.0.0.1:9/", headers: ["Content-Length": "7"]),
        HTTPRequest(.post, "http://127.0.0.1:9/", headers: ["transfer-encoding": "chunked"]),
        HTTPRequest(HTTPMethod(rawValue: "GET / HTTP/1.1\r\n"), "http://127.0.0.1:9/"),
        HTTPRequest(HTTPMethod(rawValue: "CONNECT"), "http://127.0.0.1:9/"),
        HTTPRequest(.get, "http://127.0.0.1:9/a b"), HTTPRequest(.get, "http://127.0.0.1:9/\r\nX: y"),
        HTTPRequest(.get, "file:///etc/passwd"),
        HTTPRequest(.get, "ftp://127.0.0.1/"), HTTPRequest(.get, "smtp://127.0.0.1/"), HTTPRequest(.get, "http://"), HTTPRequest(.get, ""),
    ])
    func whatCannotBeAskedIsRefusedHere(_ request: HTTPRequest) async throws {
        let error = await #expect(throws: OutboundError.self) { try await Self.client().send(request) }
        #expect(error?.kind == .client && error?.code == .badRequest && error?.mayHaveArrived == false, "\(String(describing: error))")
    }

    @Test func aCancelledTaskEndsItsTransfer() async throws {
        let server = try FaultServer { _ in .silence }
        let call = Task { try await Self.client(timeout: 600_000).send(HTTPRequest(.get, server.url())) }
        await server.received(1)
        call.cancel()
        let error = await #expect(throws: OutboundError.self) { try await call.value }
        #expect(error?.code == .cancelled && error?.mayHaveArrived == true)
        let before = Task { try await Self.client().send(HTTPRequest(.get, server.url())) }
        before.cancel()
        await #expect(throws: OutboundError.self) { try await before.value }
    }
}
