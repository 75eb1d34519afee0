import Engine
import StoreSupport
import Synchronization
import Workflow

/// A store that fails at one call, counted from when it was armed, before or after carrying it out.
final class FailingStore: ForwardingStore {
    enum Moment: CaseIterable, Sendable { case before, after }

    private struct Plan {
        /// Calls until the failure; 0 or less: none comes any more.
        var countdown = 0
        var moment = Moment.before
        var hit: String?
    }

    let store: any Store
    private let plan = Mutex(Plan())

    init(_ store: any Store) { self.store = store }

    /// The call it failed at since it was armed.
    var hit: String? { plan.withLock(\.hit) }

    func arm(_ call: Int, _ moment: Moment) { plan.withLock { $0 = Plan(countdown: call, moment: moment) } }

    func disarm() { plan.withLock { $0 = Plan() } }

    func pass<T: Sendable>(_ call: String, _ body: (any Store) async throws(StoreError) -> T) async throws(StoreError) -> T {
        let failing: Moment? = plan.withLock { plan in
            plan.countdown -= 1
            guard plan.countdown == 0 else { return nil }
            plan.hit = call
            return plan.moment
        }
        if failing == .before { throw StoreError(.unavailable, "not today") }
        let result = try await body(store)
        if failing == .after { throw StoreError(.unavailable, "the answer was lost") }
        return result
    }
}
