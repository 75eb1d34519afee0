import Engine
import StoreSupport
import Synchronization
import Workflow

/// A store that remembers the steps it is given, and where it is told to gives each a commit of its own.
final class RecordingStore: ForwardingStore {
    let store: any Store
    private let isSplitting: Bool
    private let recorded = Mutex<[Step]>([])

    init(_ store: any Store, isSplitting: Bool) {
        self.store = store
        self.isSplitting = isSplitting
    }

    var steps: [Step] { recorded.withLock { $0 } }

    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        guard isSplitting else {
            let outcomes = try await store.commit(steps)
            recorded.withLock { list in list += zip(steps, outcomes).filter { $0.1 == .committed }.map(\.0) }
            return outcomes
        }
        var outcomes: [StepOutcome] = []
        for step in steps { outcomes += try await store.commit([step]) }
        return outcomes
    }
}
