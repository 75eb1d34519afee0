/// Single flight: who wants to know what is being asked already waits for that answer. When a thousand timers of a specification run out
/// together, it is read once and not a thousand times.
actor SingleFlight<Subject: Hashable & Sendable, Answer: Sendable> {
    private var inFlight: [Subject: Task<Result<Answer, EngineError>, Never>] = [:]

    func answer(
        about subject: Subject, _ ask: @escaping @Sendable () async throws(EngineError) -> Answer
    ) async throws(EngineError) -> Answer {
        if let asked = inFlight[subject] { return try await asked.value.get() }
        let asked = Task { () async -> Result<Answer, EngineError> in
            do throws(EngineError) { return .success(try await ask()) } catch { return .failure(error) }
        }
        inFlight[subject] = asked
        defer { inFlight[subject] = nil }
        return try await asked.value.get()
    }
}
