extension OutboundCaller {
    enum Entry { case entered, full, gaveUp }

    /// Does something in a place of the bulkhead, for which it may have to wait.
    nonisolated(nonsending) func inBulkhead<Value>(
        _ run: CallRun, _ body: () async throws(OutboundError) -> Value
    ) async throws(OutboundError) -> Value {
        switch await enter(run) {
        case .entered: break
        case .full: throw run.refusal(.bulkheadFull)
        case .gaveUp: throw Task.isCancelled ? .cancelled : run.refusal(.bulkheadWait)
        }
        defer { withShared { $0.state.bulkhead.leave() } }
        return try await body()
    }

    private nonisolated(nonsending) func enter(_ run: CallRun) async -> Entry {
        let id = run.call.id, patience = min(run.policy.bulkhead.longestWait, run.policy.timeouts.call)
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Asked for and noted under one lock, so that nobody is let in before he can be woken.
                let entry = tryToEnter(id, continuation)
                if let entry { return continuation.resume(returning: entry) }
                if Task.isCancelled { return giveUp(id) }
                timer = Task { [self] in
                    await clock.sleep(patience)
                    if !Task.isCancelled { giveUp(id) }
                }
            }
        } onCancel: {
            giveUp(id)
        }
    }
}
