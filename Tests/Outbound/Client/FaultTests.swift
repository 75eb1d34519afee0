import Outbound
import Testing

/// What goes wrong on the other side, and what is said of it here.
@Suite struct FaultTests {
    private func failure(
        _ fault: FaultServer.Fault, timeout: Int64 = 10_000, _ request: HTTPRequest = HTTPRequest(.post, "")
    ) async throws -> OutboundError {
        let server = try FaultServer { _ in fault }
        var request = request
        request.url = server.url()
        let error = await #expect(throws: OutboundError.self) {
            try await ClientTests.client(timeout: timeout, largestReply: 100_000).send(request)
        }
        return try #require(error)
    }

    @Test func eachFaultHasItsClass() async throws {
        for (fault, code) in [
            (FaultServer.Fault.reset, OutboundError.Code.connectionLost), (.close, .connectionLost), (.early, .connectionLost),
            (.garbage, .badReply), (.endlessBody, .replyTooLarge), (.endlessHead, .replyTooLarge),
        ] {
            let error = try await failure(fault)
            #expect(error.kind == .protocol && error.code == code && error.mayHaveArrived, "\(fault): \(error)")
        }
        let slow = try await failure(.silence, timeout: 100)
        #expect(slow.kind == .timeout && slow.code == .tooSlow && slow.mayHaveArrived)
        #expect(slow.message.hasSuffix("did not answer in time (100 ms)"))
    }

    @Test func whoIsNotThereWasNotReached() async throws {
        let nobody = await #expect(throws: OutboundError.self) {
            try await ClientTests.client().send(HTTPRequest(.get, "http://user:pass@127.0.0.1:1/?token=abc&a=b"))
        }
        #expect(nobody?.kind == .connect && nobody?.mayHaveArrived == false)
        #expect(nobody?.message.hasPrefix("http://***@127.0.0.1:1/?token=***&a=b cannot be reached: ") == true)
        let nameless = await #expect(throws: OutboundError.self) {
            try await ClientTests.client().send(HTTPRequest(.get, "http://nowhere.invalid/"))
        }
        #expect(nameless?.kind == .dns && nameless?.mayHaveArrived == false)
    }

    /// libcurl sends again by itself when a connection that was kept breaks; not so where that might do the work twice.
    @Test func aKeptConnectionThatBreaksRepeatsOnlyWhatMayBeRepeated() async throws {
        for (request, expected) in [
            (HTTPRequest(.post, "", body: [1]), 2), (HTTPRequest(.post, ""), 2), (HTTPRequest(.put, "", body: [1]), 3),
            (HTTPRequest(.post, "", headers: ["Idempotency-Key": "k"], body: [1]), 3),
        ] {
            let server = try FaultServer { $0.path == "/first" || $0.connection == 2 ? .reply() : .close }
            let client = ClientTests.client(TransferLoop())
            _ = try await client.send(HTTPRequest(.get, server.url("/first")))
            var request = request
            request.url = server.url("/second")
            let reply = try? await client.send(request)
            #expect(server.requests.count == expected && (reply != nil) == (expected == 3), "\(request.method.rawValue)")
        }
    }

    @Test func aStatusIsAnErrorOfItsClass() {
        for (status, kind) in [
            (401, OutboundError.Kind.auth), (403, .auth), (404, .client), (408, .timeout), (429, .quota), (500, .server), (503, .server),
            (302, .protocol),
        ] {
            #expect(HTTPReply(status: status).error(from: "http://h/", now: 0).kind == kind)
        }
        let date = HTTPReply(status: 503, headers: ["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"])
        #expect(date.error(from: "http://h/", now: 784_111_770_000).retryAfter == 7000)
        #expect(HTTPReply(status: 429, headers: ["Retry-After": "2"]).error(from: "http://h/", now: 0).retryAfter == 2000)
        #expect(HTTPReply(status: 429, headers: ["Retry-After": "soon"]).error(from: "http://h/", now: 0).retryAfter == nil)
    }
}
