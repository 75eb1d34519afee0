/// Group commit: gathers steps that come while a commit is under way and gives them to the store as one. The more clients, the fewer
/// flushes per step, and nobody waits for a timer. A store with several writers gets several such batches at once.
actor Committer {
    /// By reference: a step is large, and a thousand may wait.
    private final class Entry: Sendable {
        let step: Step
        let answer: CheckedContinuation<Result<StepOutcome, StoreError>, Never>

        init(_ step: Step, _ answer: CheckedContinuation<Result<StepOutcome, StoreError>, Never>) {
            self.step = step
            self.answer = answer
        }
    }

    private let store: any Store
    private var waiting: [Entry] = []
    /// Batches under way, and the aggregates in them.
    private var commits = 0
    private var changing: Set<AggregateID> = []
    /// Steps in one transaction at most.
    private let batchLimit = 64

    init(store: any Store) { self.store = store }

    func commit(_ step: Step) async throws(StoreError) -> StepOutcome {
        if commits < store.concurrentCommits, reserve(step) { return try await commitAtOnce(step) }
        let result = await withCheckedContinuation { continuation in
            waiting.append(Entry(step, continuation))
            if commits < store.concurrentCommits {
                commits += 1
                Task { await self.drain() }
            }
        }
        return try result.get()
    }

    /// With nobody before it a step goes straight to the store; who came meanwhile is taken up afterwards.
    private func commitAtOnce(_ step: Step) async throws(StoreError) -> StepOutcome {
        commits += 1
        defer {
            release(step)
            if waiting.isEmpty { commits -= 1 } else { Task { await self.drain() } }
        }
        guard let outcome = try await store.commit([step]).first else { throw StoreError(.failure, "the store gave no answer to a step") }
        return outcome
    }

    private func drain() async {
        while case let batch = nextBatch(), !batch.isEmpty {
            do throws(StoreError) {
                let outcomes = try await store.commit(batch.map(\.step))
                for (entry, outcome) in zip(batch, outcomes) { entry.answer.resume(returning: .success(outcome)) }
            } catch {
                for entry in batch { entry.answer.resume(returning: .failure(error)) }
            }
            for entry in batch { release(entry.step) }
        }
        commits -= 1
    }

    /// Two steps of one aggregate are never under way together: the second one's version does not exist before the first's. What
    /// waits for that is taken up by whoever has the first.
    private func nextBatch() -> [Entry] {
        var batch: [Entry] = [], left: [Entry] = []
        var seen = 0
        while batch.count < batchLimit, seen < waiting.count {
            let entry = waiting[seen]
            if reserve(entry.step) { batch.append(entry) } else { left.append(entry) }
            seen += 1
        }
        waiting.replaceSubrange(..<seen, with: left)
        return batch
    }

    /// False when one of its aggregates is being changed already.
    private func reserve(_ step: Step) -> Bool {
        guard !step.parts.contains(where: { changing.contains($0.aggregate) }) else { return false }
        for part in step.parts { changing.insert(part.aggregate) }
        return true
    }

    private func release(_ step: Step) {
        for part in step.parts { changing.remove(part.aggregate) }
    }
}
