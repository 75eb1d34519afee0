import Workflow

/// Asks once for all who want to know the same at the same time: when a thousand timers of a specification run out together, it is read
/// once and not a thousand times.
actor SharedQuestions<Subject: Hashable & Sendable, Answer: Sendable> {
    private var underWay: [Subject: _Concurrency.Task<Result<Answer, EngineError>, Never>] = [:]

    func answer(
        about subject: Subject, _ ask: @escaping @Sendable () async throws(EngineError) -> Answer
    ) async throws(EngineError) -> Answer {
        if let asked = underWay[subject] { return try await asked.value.get() }
        let asked = _Concurrency.Task { () async -> Result<Answer, EngineError> in
            do throws(EngineError) { return .success(try await ask()) } catch { return .failure(error) }
        }
        underWay[subject] = asked
        defer { underWay[subject] = nil }
        return try await asked.value.get()
    }
}
