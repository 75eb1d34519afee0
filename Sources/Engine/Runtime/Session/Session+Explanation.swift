import Workflow

/// What needs a case and its specification at once: the net to draw, and why its tasks wait.
extension Session {
    /// The specification a case runs by, ready to run; at an earlier moment of the case that of then.
    public func executable(of detail: CaseDetail) async throws(EngineError) -> ExecutableSpecification {
        let records = try await engine.specifications.all(in: tenant)
        guard let record = records.first(where: { $0.id == detail.state.specification }) else {
            throw EngineError(.failure, "stored-form", "the store lacks the specification of case \(detail.row.number)")
        }
        return try engine.specifications.library.executable(of: record)
    }

    /// Why the tasks of a case wait, as it is in `detail`.
    public func explainWaiting(_ detail: CaseDetail, in specification: ExecutableSpecification) async throws(EngineError) -> [TaskStanding]
    {
        let at: Int64 = if let event = detail.asOf { event.at } else { try await now() }
        return Workflow.explainWaiting(
            detail.state, in: specification, context: StepContext(now: at, actor: "", timeZoneMinutes: engine.options.timeZoneMinutes))
    }
}
