import Engine
import Support
import Synchronization
import Testing

/// Who is probed when, on a clock that only moves when somebody sleeps.
@Suite struct ConnectorBoardTests {
    /// Sleeping moves the clock; one that is told to stop is not moved any more.
    final class Clock: ConnectorClock {
        private let time = Mutex<Int64>(1000)
        static let alarm: Int64 = 4_321_000

        var now: Int64 { time.withLock { $0 } }
        var uptime: Int64 { now }

        func sleep(_ milliseconds: Int64) async {
            // Alarms of probes must not move time for the others.
            if milliseconds == Self.alarm { return await SystemConnectorClock().sleep(60_000) }
            time.withLock { $0 += milliseconds }
            await Task.yield()
        }
    }

    final class Probed: Connector {
        let name: String
        let system = "test"
        let endpoint = "here"
        let times = Mutex<[Int64]>([])
        let clock: any ConnectorClock
        let answer: @Sendable (Int) async throws(ConnectorFailure) -> ProbeAnswer
        let patience: Int64

        init(
            _ name: String, _ clock: any ConnectorClock, patience: Int64 = 5_000,
            answer: @escaping @Sendable (Int) async throws(ConnectorFailure) -> ProbeAnswer = { _ in ProbeAnswer() }
        ) {
            self.name = name
            self.clock = clock
            self.patience = patience
            self.answer = answer
        }

        func probe() async throws(ConnectorFailure) -> ProbeAnswer {
            let count = times.withLock { times in
                times.append(clock.now)
                return times.count
            }
            return try await answer(count)
        }
    }

    @Test func probesByHandSayWhatTheyFound() async throws {
        let clock = SystemConnectorClock()
        let connector = Probed("a", clock) { count throws(ConnectorFailure) in
            if count == 2 { throw ConnectorFailure(.auth, "no") }
            return ProbeAnswer(version: "1")
        }
        let board = ConnectorBoard([connector])
        #expect(board.row("a")?.health.state == nil && board.row("a")?.stateText == "not probed")
        #expect(try await board.probe("a").health.state == .up)
        #expect(try await board.probe("a").health.state == .down)
        #expect(try await board.probe("a").health.lastError?.failure.kind == .auth)
        let error = await #expect(throws: EngineError.self) { try await board.probe("b") }
        #expect(error?.kind == .notFound && error?.message.contains("there are a") == true)
    }

    @Test func nothingIsProbedWhileNobodyWatches() async throws {
        let connector = Probed("a", SystemConnectorClock())
        let board = ConnectorBoard([connector])
        try await Task.sleep(for: .milliseconds(50))
        #expect(connector.times.withLock { $0.isEmpty } && !board.isWatched)
        await board.probeUnknown()
        await board.probeUnknown()
        #expect(connector.times.withLock { $0.count } == 1)
    }

    @Test func theLoopProbesEach15To30SecondsWithJitter() async throws {
        let clock = Clock()
        let connectors = (0 ..< 4).map { Probed("c\($0)", clock, patience: Clock.alarm) }
        let board = ConnectorBoard(connectors, clock: clock, random: SeededRandom(7))
        let loop = Task { await board.run() }
        while connectors.contains(where: { $0.times.withLock { $0.count } < 12 }) { await Task.yield() }
        #expect(board.isWatched)
        loop.cancel()
        await loop.value
        #expect(!board.isWatched)
        var pauses: Set<Int64> = []
        for connector in connectors {
            let times = connector.times.withLock { $0 }
            for (earlier, later) in zip(times, times.dropFirst()) {
                // The loop looks again after 100 ms at the soonest.
                #expect((15_000 ... 30_200).contains(later - earlier), "\(later - earlier)")
                pauses.insert(later - earlier)
            }
        }
        #expect(pauses.count > 10, "they do not run in step")
    }

    @Test func oneThatHangsHoldsUpNobodyAndIsNotAskedTwice() async throws {
        let clock = SystemConnectorClock()
        let hanging = Probed("hangs", clock, patience: 50) { _ in
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                Task.detached {
                    try? await Task.sleep(for: .milliseconds(400))
                    continuation.resume()
                }
            }
            return ProbeAnswer()
        }
        let board = ConnectorBoard([hanging, Probed("quick", clock)])
        await board.probeUnknown()
        #expect(board.row("quick")?.health.state == .up)
        #expect(board.row("hangs")?.health.state == .down && board.row("hangs")?.health.lastError?.failure.kind == .timeout)
        _ = try await board.probe("hangs")
        #expect(hanging.times.withLock { $0.count } == 1)
    }

    @Test func theCacheInMemoryIsBoundedAndForgetsAfterAnHour() async {
        let clock = VirtualClock(0)
        struct Hand: ConnectorClock {
            let clock: VirtualClock
            var now: Int64 { clock.now }
            var uptime: Int64 { clock.now }
            func sleep(_ milliseconds: Int64) async {}
        }
        let cache = MemoryCache(capacity: 10, clock: Hand(clock: clock))
        func key(_ id: Int64, tenant: String = "1") -> SpecificationCacheKey { .init(store: "s", tenant: tenant, specification: id) }
        await cache.keep([1, 2, 3, 4], for: key(1))
        await cache.keep([5, 6, 7, 8], for: key(2))
        #expect(await cache.value(for: key(1)) == [1, 2, 3, 4])
        await cache.keep([9, 9, 9, 9], for: key(3))
        #expect(await cache.value(for: key(2)) == nil, "the least recently used went")
        #expect(await cache.value(for: key(1, tenant: "2")) == nil, "another tenant's")
        await cache.keep(Array(repeating: 0, count: 11), for: key(4))
        #expect(await cache.value(for: key(4)) == nil)
        clock.advance(3_600_000)
        #expect(await cache.value(for: key(3)) == nil)
        #expect(cache.figures().prefix(2).map(\.value) == [1, 4])
    }
}
