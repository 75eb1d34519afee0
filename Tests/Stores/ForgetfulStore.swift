import Engine
import StoreSupport
import Synchronization
import Workflow

/// A store that now and then commits and then says it could not.
final class ForgetfulStore: ForwardingStore {
    let store: any Store
    private let commits = Atomic<Int>(0)

    init(_ store: any Store) { self.store = store }

    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        let outcomes = try await store.commit(steps)
        guard commits.add(1, ordering: .relaxed).newValue % 7 != 0 else { throw StoreError(.unavailable, "the answer was lost") }
        return outcomes
    }
}
