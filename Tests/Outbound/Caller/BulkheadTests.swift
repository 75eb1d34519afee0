import Outbound
import Testing

/// Calls that wait for each other.
@Suite struct BulkheadTests {
    /// Lets calls in until they are told to end.
    private actor Gate {
        private var entered = 0
        private var inside: [CheckedContinuation<Void, Never>] = []
        private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        func stay() async {
            entered += 1
            for watcher in watchers where entered >= watcher.count { watcher.continuation.resume() }
            watchers.removeAll { entered >= $0.count }
            await withCheckedContinuation { inside.append($0) }
        }

        func entered(_ count: Int) async {
            if entered < count { await withCheckedContinuation { watchers.append((count, $0)) } }
        }

        func letOneGo() { if !inside.isEmpty { inside.removeFirst().resume() } }
    }

    private let gate = Gate()

    private func start(_ caller: OutboundCaller) -> Task<Void, any Error> {
        Task { [gate] in try await caller.call("ask", isRepeatable: true) { _ throws(OutboundError) in await gate.stay() } }
    }

    /// Waits for others' steps, not for time.
    private func until(_ isTrue: () -> Bool) async {
        while !isTrue() { await Task.yield() }
    }

    @Test func soManyAreInFlightSoManyWaitAndTheRestIsRefused() async throws {
        let caller = OutboundCaller(
            system: "bank", policy: OutboundPolicy(bulkhead: .init(inFlight: 2, waiting: 1)), clock: StandingClock())
        let first = start(caller), second = start(caller)
        await gate.entered(2)
        let third = start(caller)
        await until { caller.snapshot.waiting == 1 }
        #expect(caller.snapshot.inFlight == 2)
        let error = await #expect(throws: OutboundError.self) { try await start(caller).value }
        #expect(error?.code == .bulkheadFull && error?.kind == .quota && caller.snapshot.counts.refused == 1)
        await gate.letOneGo()
        await gate.entered(3)
        #expect(caller.snapshot.inFlight == 2 && caller.snapshot.waiting == 0)
        await gate.letOneGo()
        await gate.letOneGo()
        for call in [first, second, third] { try await call.value }
        #expect(caller.snapshot.inFlight == 0 && caller.snapshot.counts.calls == 4)
    }

    @Test func whoWaitsTooLongIsRefused() async throws {
        let clock = TestClock()
        let caller = OutboundCaller(
            system: "bank", policy: OutboundPolicy(bulkhead: .init(inFlight: 1, longestWait: 700)), clock: clock)
        let first = start(caller)
        await gate.entered(1)
        let error = await #expect(throws: OutboundError.self) { try await start(caller).value }
        #expect(error?.code == .bulkheadWait && clock.pauses == [700] && caller.snapshot.waiting == 0)
        await gate.letOneGo()
        try await first.value
    }

    @Test func whoIsCancelledWaitsNoLonger() async throws {
        let caller = OutboundCaller(system: "bank", policy: OutboundPolicy(bulkhead: .init(inFlight: 1)), clock: StandingClock())
        let first = start(caller)
        await gate.entered(1)
        let second = start(caller)
        await until { caller.snapshot.waiting == 1 }
        second.cancel()
        let error = await #expect(throws: OutboundError.self) { try await second.value }
        #expect(error?.code == .cancelled && caller.snapshot.waiting == 0)
        await gate.letOneGo()
        try await first.value
    }

    @Test func aRaisedLimitLetsThoseInWhoWait() async throws {
        let caller = OutboundCaller(system: "bank", policy: OutboundPolicy(bulkhead: .init(inFlight: 1)), clock: StandingClock())
        let calls = [start(caller), start(caller), start(caller)]
        await until { caller.snapshot.waiting == 2 }
        caller.apply(OutboundPolicy(bulkhead: .init(inFlight: 3)))
        await gate.entered(3)
        for _ in calls { await gate.letOneGo() }
        for call in calls { try await call.value }
    }
}
