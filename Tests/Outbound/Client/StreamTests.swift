import Testing
@testable import Outbound

/// Bodies that are read as they come.
@Suite struct StreamTests {
    @Test func aStreamComesWholeAndInOrder() async throws {
        let count = 3 << 20, server = try FaultServer { _ in .large(bytes: count) }
        let stream = try await ClientTests.client().stream(HTTPRequest(.get, server.url()), limit: nil)
        #expect(stream.status == 200 && stream.headers["content-length"] == "\(count)")
        var place = 0, isRight = true
        for try await portion in stream.body {
            isRight = isRight && portion.enumerated().allSatisfy { $1 == UInt8(truncatingIfNeeded: (place + $0) >> 8) }
            place += portion.count
        }
        #expect(place == count && isRight)
    }

    /// The other side cannot push more than fits into our buffer and the system's.
    @Test func whoReadsSlowlySlowsTheOtherSideDown() async throws {
        let server = try FaultServer { _ in .endlessBody }
        let stream = try await ClientTests.client().stream(HTTPRequest(.get, server.url()), limit: nil)
        var sent = -1
        // Stands still once the buffers are full.
        while sent != server.sent {
            sent = server.sent
            try await Task.sleep(for: .milliseconds(60))
        }
        var iterator = stream.body.makeAsyncIterator()
        let portion = try await iterator.next(isolation: nil)
        #expect(try #require(portion).count <= BodyPipe.capacity + 16_384)
        for _ in 1 ... 20 { #expect(try await iterator.next(isolation: nil)?.isEmpty == false) }
    }

    @Test func aLimitHoldsForStreamsToo() async throws {
        let server = try FaultServer { _ in .endlessBody }
        let stream = try await ClientTests.client().stream(HTTPRequest(.get, server.url()), limit: 100_000)
        let error = await #expect(throws: OutboundError.self) { for try await _ in stream.body {} }
        #expect(error?.code == .replyTooLarge)
    }

    @Test func lettingGoOfAStreamEndsItsTransfer() async throws {
        let server = try FaultServer { _ in .endlessBody }
        do {
            let stream = try await ClientTests.client().stream(HTTPRequest(.get, server.url()), limit: nil)
            #expect(stream.status == 200)
        }
        while server.closed == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test func aStreamThatBreaksSaysSo() async throws {
        let early = try FaultServer { _ in .early }
        let stream = try await ClientTests.client().stream(HTTPRequest(.get, early.url()), limit: nil)
        var bytes: [UInt8] = []
        let error = await #expect(throws: OutboundError.self) { for try await portion in stream.body { bytes += portion } }
        #expect(error?.code == .connectionLost && bytes == Array("half".utf8))
        let reset = try FaultServer { _ in .reset }
        await #expect(throws: OutboundError.self) { try await ClientTests.client().stream(HTTPRequest(.get, reset.url()), limit: nil) }
    }

    @Test func aCancelledReaderIsWoken() async throws {
        let server = try FaultServer { _ in .silence }
        let call = Task { try await ClientTests.client().stream(HTTPRequest(.get, server.url()), limit: nil).status }
        await server.received(1)
        call.cancel()
        let error = await #expect(throws: OutboundError.self) { try await call.value }
        #expect(error?.code == .cancelled)
    }
}
