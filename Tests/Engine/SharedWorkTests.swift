@testable import Engine
import Platform
import SQLiteStore
import StoreSupport
import Support
import Synchronization
import Testing
import Workflow

/// What many ask at the same time is asked of the store together.
@Suite struct SharedWorkTests {
    /// Lets reads through only when told to, and keeps what was asked for.
    private final class GatedStore: ForwardingStore {
        private struct State {
            var isOpen = false
            var asked: [[Int64]] = []
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        let store: any Store
        /// A case whose rows cannot be read.
        let damaged: Int64?
        private let state = Mutex(State())
        let (news, tell) = AsyncStream.makeStream(of: Void.self)

        init(_ store: any Store, damaged: Int64? = nil) {
            self.store = store
            self.damaged = damaged
        }

        var asked: [[Int64]] { state.withLock { $0.asked } }

        func changes() -> AsyncStream<Void> { news }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                return state.waiting
            }
            for each in waiting { each.resume() }
        }

        func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    state.asked.append(numbers)
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
            if let damaged, numbers.contains(damaged) { throw StoreError(.unusable, "case \(damaged) is damaged") }
            return try await store.loadCases(tenant: tenant, numbers: numbers)
        }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(cases count: Int) async throws -> any Store {
        let store = try SQLiteStore(path: folder.path("shared.db")), engine = WorkflowEngine(store: store)
        let text = YAWLText.set("one", YAWLText.net(start: "T", YAWLText.task("T", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        _ = try await engine.local.perform(.loadSpecification(source: Array(text.utf8), file: "one.yawl"), request: RequestID("load"))
        for n in 1 ... count {
            _ = try await engine.local.perform(.startCase(SpecificationReference("one"), data: nil), request: RequestID("\(n)"))
        }
        return store
    }

    @Test(.timeLimit(.minutes(5))) func casesWantedAtOnceAreReadTogether() async throws {
        let store = GatedStore(try await file(cases: 20)), loader = CaseLoader(store: store)
        let numbers = Array(Int64(1) ... 20) + [99]
        let found = try await withThrowingTaskGroup(of: (Int64, Int64?).self) { group in
            for number in numbers { group.addTask { (number, try await loader.load(number, tenant: .local)?.summary.number) } }
            while await loader.waitingCount < numbers.count - 2 { await Task.yield() }
            store.open()
            return try await group.reduce(into: [Int64: Int64]()) { $0[$1.0] = $1.1 }
        }
        for number in numbers { #expect(found[number] == (number == 99 ? nil : number)) }
        #expect(
            store.asked.count == 3 && store.asked.prefix(2).allSatisfy { $0.count == 1 },
            "two went ahead, the others together: \(store.asked)")
    }

    @Test(.timeLimit(.minutes(5))) func aDamagedCaseIsNotTheOthersAffair() async throws {
        let store = GatedStore(try await file(cases: 5), damaged: 4), loader = CaseLoader(store: store)
        let failed = await withTaskGroup(of: Int64?.self) { group in
            for number in Int64(1) ... 5 {
                group.addTask {
                    do { return try await loader.load(number, tenant: .local) == nil ? number : nil } catch { return number }
                }
            }
            while await loader.waitingCount < 3 { await Task.yield() }
            store.open()
            return await group.reduce(into: [Int64]()) { if let number = $1 { $0.append(number) } }
        }
        #expect(failed == [4])
    }

    /// Of a timer that is due soon the case is known before.
    @Test(.timeLimit(.minutes(5))) func casesAreReadBeforeTheirTimersAreDue() async throws {
        let clock = VirtualClock(), file = try SQLiteStore(path: folder.path("soon.db")) { clock.now }
        let text = YAWLText.set(
            "timed",
            YAWLText.net(
                start: "T",
                YAWLText.task(
                    "T", to: ["o"],
                    extra: "<timer><trigger>OnEnabled</trigger><duration>PT4S</duration></timer>", does: "Work")), YAWLText.gateway("Work"))
        let other = WorkflowEngine(store: file)
        _ = try await other.local.perform(.loadSpecification(source: Array(text.utf8), file: "timed.yawl"), request: RequestID("load"))
        for n in 1 ... 3 {
            _ = try await other.local.perform(.startCase(SpecificationReference("timed"), data: nil), request: RequestID("\(n)"))
        }
        let store = GatedStore(file), (expiries, expired) = AsyncStream.makeStream(of: TimerService.Expiry.self)
        store.open()
        let service = Task { await TimerService(keeper: WorkflowEngine(store: store).keeper).run { expired.yield($0) } }
        defer { service.cancel() }
        while store.asked.isEmpty { await Task.yield() }
        clock.advance(5000)
        store.tell.yield()
        var iterator = expiries.makeAsyncIterator()
        for _ in 1 ... 3 { #expect(await iterator.next()?.failure == nil) }
        #expect(store.asked == [[1, 2, 3]])
    }

    /// One that has looked because of a commit sets its alarm anew; the old one, taken back, must not ring, or it would look for ever.
    @Test(.timeLimit(.minutes(5))) func betweenTimesBackgroundWorkRests() async throws {
        let store = GatedStore(try SQLiteStore(path: folder.path("rest.db")))
        let (looks, looked) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await BackgroundLoop(store: store).run {
                looked.yield()
                return 3_600_000
            }
        }
        defer { work.cancel() }
        var iterator = looks.makeAsyncIterator()
        await iterator.next()
        let start = ContinuousClock.now
        store.tell.yield()
        // At once, and twice more in case it was told too early: after 0.15 and 1.5 s.
        for _ in 1 ... 3 { await iterator.next() }
        #expect(ContinuousClock.now - start > .seconds(1))
    }
}
