import Workflow

/// A moment in the life of a case.
public enum CaseMoment: Sendable, Hashable {
    /// Right after the event with this number; the first has 1.
    case sequence(Int64)
    /// After the last event that is not later; milliseconds since 1970.
    case time(Int64)
}

/// The time machine: a case is what its events add up to, so it can be had as it was after any of them. Logs are read page by
/// page; only the case itself is held.
extension Session {
    /// A case as it was at a moment, with its items of then.
    public func caseDetail(_ number: Int64, at moment: CaseMoment) async throws(EngineError) -> CaseDetail {
        let now = try await summary(ofCase: number)
        let (state, last) = try await rebuilt(number, now, to: moment)
        var then = now
        then.status = state.status
        then.version = last.sequence
        then.changedAt = last.event.at
        then.openItems = state.liveItems.count
        let records = state.items.values.sorted { ($0.enabledAt, $0.id) < ($1.enabledAt, $1.id) }
            .map { CaseCoding.record($0, of: state, summary: then) }
        let timers = (state.timers?.running ?? [:]).map {
            CaseCoding.record($0.value, of: $0.key, in: state, summary: then, tenant: tenant)
        }
        .sorted { ($0.due, $0.number) < ($1.due, $1.number) }
        let due = Dictionary(timers.map { ($0.item, $0.due) }) { first, _ in first }
        let ids = try await engine.specifications.ids(in: tenant)
        return CaseDetail(
            row: row(then, ids), state: state, items: try await rows(records, due: due),
            timers: try await rows(timers, of: records), asOf: row(of: last))
    }

    /// What changed in a case from one moment to another, and the last event of each; `end` nil means now.
    public func caseDifferences(
        _ number: Int64, from start: CaseMoment, to end: CaseMoment?
    ) async throws(EngineError)
        -> (from: EventRow, to: EventRow, differences: [CaseDifference])
    {
        let now = try await summary(ofCase: number)
        let (before, first) = try await rebuilt(number, now, to: start)
        let (after, last) = try await rebuilt(number, now, to: end ?? .sequence(now.version))
        return (row(of: first), row(of: last), after.differences(from: before))
    }

    /// Rebuilds a case from its events alone. Equal to the stored case, or the store is damaged.
    public func replayedCase(_ number: Int64) async throws(EngineError) -> CaseState {
        let summary = try await summary(ofCase: number)
        return try await rebuilt(number, summary, to: .sequence(summary.version)).state
    }

    /// The events of a case as values, from its beginning.
    public func recordedEvents(_ number: Int64) async throws(EngineError) -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        try await walk(number) { record throws(EngineError) in
            let event = try Codec.decode(CaseEvent.self, from: record.event.body)
            events.append(RecordedEvent(event: event, at: record.event.at, actor: record.event.actor))
            return true
        }
        return events
    }

    /// Events read at a time.
    private static let page = 500

    /// Hands over a case's events in order until `body` says no.
    func walk(_ number: Int64, _ body: (EventRecord) throws(EngineError) -> Bool) async throws(EngineError) {
        var position: Int64 = 0
        while true {
            let after = position
            let records = try await engine.ledger.query {
                try await $0.events(tenant: tenant, caseNumber: number, after: after, limit: Self.page)
            }
            for record in records where try !body(record) { return }
            guard records.count == Self.page, let last = records.last else { return }
            position = last.position
        }
    }

    private func summary(ofCase number: Int64) async throws(EngineError) -> CaseSummary {
        guard let summary = try await engine.ledger.query({ try await $0.caseSummary(tenant: tenant, number: number) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        return summary
    }

    private func rebuilt(
        _ number: Int64, _ summary: CaseSummary, to moment: CaseMoment
    ) async throws(EngineError)
        -> (state: CaseState, last: EventRecord)
    {
        if case .sequence(let wanted) = moment, wanted < 1 || wanted > summary.version {
            throw EngineError(.notFound, "no-such-event", "case \(number) has the events 1 to \(summary.version), but no event \(wanted)")
        }
        var replay = CaseReplay()
        do throws(EngineError) {
            try await walk(number) { record throws(EngineError) in
                if case .time(let wanted) = moment, record.event.at > wanted { return false }
                try replay.take(record)
                return moment != .sequence(record.sequence)
            }
        } catch {
            guard error.code.hasPrefix("log-") else { throw error }
            throw EngineError(error.kind, error.code, "case \(number) cannot be rebuilt: \(error.message)")
        }
        guard let state = replay.state, let last = replay.last else {
            throw EngineError(.notFound, "before-the-start", "case \(number) had not been started by then")
        }
        if case .sequence(let wanted) = moment, last.sequence < wanted {
            throw EngineError(
                .failure, "log-short",
                "case \(number) cannot be rebuilt: its log ends with event \(last.sequence), but it has had "
                    + "\(summary.version); restore a backup")
        }
        return (state, last)
    }
}
