/// Gathers steps that come while a commit is under way and gives them to the store as one: the more clients, the fewer flushes
/// per step, and nobody waits for a timer.
actor Committer {
    private let store: any Store
    private var waiting: [(step: Step, answer: CheckedContinuation<Result<StepOutcome, StoreError>, Never>)] = []
    private var isCommitting = false
    /// Steps in one transaction at most.
    private let batchLimit = 64

    init(store: any Store) { self.store = store }

    func commit(_ step: Step) async throws(StoreError) -> StepOutcome {
        let result = await withCheckedContinuation { continuation in
            waiting.append((step, continuation))
            if !isCommitting {
                isCommitting = true
                _Concurrency.Task { await self.drain() }
            }
        }
        return try result.get()
    }

    private func drain() async {
        while !waiting.isEmpty {
            // Two steps of one aggregate never share a transaction: the second one's version does not exist before the first's.
            var batch: [(step: Step, answer: CheckedContinuation<Result<StepOutcome, StoreError>, Never>)] = []
            var rest = batch
            var aggregates: Set<Int64> = []
            for entry in waiting {
                if batch.count < batchLimit, aggregates.insert(entry.step.aggregate).inserted { batch.append(entry) } else { rest.append(entry) }
            }
            waiting = rest
            do throws(StoreError) {
                let outcomes = try await store.commit(batch.map(\.step))
                for (entry, outcome) in zip(batch, outcomes) { entry.answer.resume(returning: .success(outcome)) }
            } catch {
                for entry in batch { entry.answer.resume(returning: .failure(error)) }
            }
        }
        isCommitting = false
    }
}
