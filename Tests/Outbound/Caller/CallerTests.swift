import Outbound
import Support
import Synchronization
import Testing

/// A call's way through its policy, on a clock that only sleeping moves.
@Suite struct CallerTests {
    private let clock = TestClock()

    private func caller(_ policy: OutboundPolicy, _ observer: Notes? = nil) -> OutboundCaller {
        OutboundCaller(system: "bank", policy: policy, clock: clock, observer: observer, random: SeededRandom(7))
    }

    /// Answers of attempts, one after the other; the last one again and again.
    private func call(
        _ caller: OutboundCaller, isRepeatable: Bool = true, taking: Int64 = 10, _ answers: OutboundError?...
    ) async -> Result<Int, OutboundError> {
        do throws(OutboundError) {
            return .success(
                try await caller.call("ask", isRepeatable: isRepeatable) { attempt throws(OutboundError) in
                    clock.advance(taking)
                    if let error = answers[min(attempt.number, answers.count) - 1] { throw error }
                    return attempt.number
                })
        } catch {
            return .failure(error)
        }
    }

    private let down = OutboundError(.server, .refused, "down", mayHaveArrived: true)

    @Test func aFailureIsRepeatedWhereThatDoesNoHarm() async {
        let caller = caller(OutboundPolicy(retry: .init(attempts: 3, backOff: .init(base: 100, factor: 2))))
        #expect(await call(caller, down, down, nil) == .success(3))
        #expect(clock.pauses.count == 2 && clock.pauses[0] <= 100 && clock.pauses[1] <= 200)
        #expect(await call(caller, down) == .failure(down))
        #expect(await call(caller, isRepeatable: false, down, nil) == .failure(down))
        let snapshot = caller.snapshot
        #expect(snapshot.counts.calls == 3 && snapshot.counts.failures == 2 && snapshot.counts.retries == 4)
        #expect(snapshot.lastError?.error == down && snapshot.lastError?.at == clock.wallTime && snapshot.latency == 10)
    }

    @Test func theWholeCallHasItsTime() async {
        let policy = OutboundPolicy(
            timeouts: .init(call: 1000, attempt: 400, connect: 100), breaker: nil, retry: .init(attempts: 9, backOff: .init(base: 0)))
        var timeouts: [Int64] = []
        let start = clock.now
        let error = await #expect(throws: OutboundError.self) {
            try await caller(policy).call("ask", isRepeatable: true) { attempt throws(OutboundError) in
                timeouts.append(attempt.timeout)
                clock.advance(attempt.timeout)
                throw OutboundError(.timeout, .tooSlow, "slow")
            }
        }
        #expect(error?.message == "slow" && timeouts == [400, 400, 200] && clock.now - start == 1000)
    }

    @Test func theCircuitOpensAndClosesAgain() async {
        let caller = caller(
            OutboundPolicy(breaker: .init(consecutiveFailures: 3, openTime: 5000), retry: .init(attempts: 1)))
        for _ in 1 ... 3 { _ = await call(caller, down) }
        #expect(caller.snapshot.circuit == .open)
        let opened = clock.wallTime
        clock.advance(1000)
        let refused = await call(caller, nil)
        guard case .failure(let error) = refused else { return #expect(Bool(false)) }
        #expect(error.code == .circuitOpen && error.kind == .server && error.retryAfter == 4000 && !error.mayHaveArrived)
        #expect(error.message == "bank is not called: its circuit is open")
        #expect(caller.snapshot.counts.refused == 1 && caller.snapshot.circuitSince == opened)
        #expect(caller.snapshot.lastError?.error == down && caller.snapshot.lastError?.at == opened)
        clock.advance(4000)
        #expect(caller.snapshot.circuit == .halfOpen)
        #expect(await call(caller, nil) == .success(1))
        #expect(caller.snapshot.circuit == .closed && !caller.snapshot.isHeld)
    }

    @Test func whatSaysNothingOfTheOtherSideOpensNoCircuit() async {
        let caller = caller(OutboundPolicy(breaker: .init(consecutiveFailures: 1), retry: .init(attempts: 1)))
        for kind in [OutboundError.Kind.auth, .quota, .client] { _ = await call(caller, OutboundError(kind, .refused, "no")) }
        _ = await call(caller, OutboundError(.client, .cancelled, "cancelled"))
        #expect(caller.snapshot.circuit == .closed && caller.snapshot.counts.failures == 4)
        _ = await call(caller, OutboundError(.dns, .unreachable, "no such host"))
        #expect(caller.snapshot.circuit == .open)
    }

    @Test func aCircuitIsHeldByHand() async {
        let caller = caller(OutboundPolicy())
        caller.force(.open)
        #expect(caller.snapshot.circuit == .open && caller.snapshot.isHeld)
        guard case .failure(let error) = await call(caller, nil) else { return #expect(Bool(false)) }
        #expect(error.code == .circuitOpen && error.retryAfter == nil)
        caller.release()
        #expect(await call(caller, nil) == .success(1))
    }

    @Test func anOpeningCircuitEndsTheRetries() async {
        let caller = caller(OutboundPolicy(breaker: .init(consecutiveFailures: 2), retry: .init(attempts: 5)))
        guard case .failure(let error) = await call(caller, down) else { return #expect(Bool(false)) }
        #expect(error.code == .circuitOpen && caller.snapshot.counts.retries == 1)
    }

    @Test func everyAttemptTakesATokenAndWaitsForIt() async {
        let caller = caller(
            OutboundPolicy(rateLimit: .init(perSecond: 10, burst: 2, longestWait: 250), retry: .init(attempts: 1)))
        let start = clock.now
        for _ in 1 ... 5 { #expect(await call(caller, taking: 0, nil) == .success(1)) }
        #expect(clock.pauses == [100, 100, 100] && clock.now - start == 300)
        caller.apply(OutboundPolicy(rateLimit: .init(perSecond: 10, burst: 1, longestWait: 50), retry: .init(attempts: 1)))
        #expect(await call(caller, taking: 0, nil) == .success(1))
        guard case .failure(let error) = await call(caller, taking: 0, nil) else { return #expect(Bool(false)) }
        #expect(error.code == .rateLimited && error.kind == .quota && error.retryAfter == 50)
    }

    @Test func theObserverHearsOfEverything() async throws {
        let notes = Notes(), caller = caller(OutboundPolicy(retry: .init(attempts: 2)), notes)
        _ = await call(caller, down, nil)
        caller.force(.open)
        _ = await call(caller, nil)
        #expect(
            notes.lines == [
                "call 1 bank ask", "attempt 1", "attempt 1 ended server 10", "attempt 2", "attempt 2 ended - 10", "call 1 ended 2 -",
                "call \(notes.last) bank ask", "call \(notes.last) ended 0 server",
            ])
        let server = try FaultServer { _ in .reply() }
        caller.release()
        _ = try await caller.send(HTTPRequest(.get, server.url()), through: ClientTests.client())
        #expect(server.requests.first?.headers["traceparent"] == "00-1")
    }

    final class Notes: OutboundObserver {
        private let state = Mutex<(lines: [String], last: UInt64)>(([], 0))
        var lines: [String] { state.withLock(\.lines) }
        var last: UInt64 { state.withLock(\.last) }

        private func note(_ line: String) { state.withLock { $0.lines.append(line) } }

        func callBegins(_ call: OutboundCall) {
            state.withLock { $0.last = call.id }
            note("call \(call.id) \(call.system) \(call.operation)")
        }

        func attemptBegins(_ attempt: OutboundAttempt) -> HTTPHeaders {
            note("attempt \(attempt.number)")
            return ["traceparent": "00-\(attempt.number)"]
        }

        func attemptEnded(_ attempt: OutboundAttempt, took: Int64, error: OutboundError?) {
            note("attempt \(attempt.number) ended \(error?.kind.rawValue ?? "-") \(took)")
        }

        func callEnded(_ call: OutboundCall, attempts: Int, took: Int64, error: OutboundError?) {
            note("call \(call.id) ended \(attempts) \(error?.kind.rawValue ?? "-")")
        }
    }
}
