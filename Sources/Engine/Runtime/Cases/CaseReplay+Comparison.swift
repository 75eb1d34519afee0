import Workflow

extension CaseReplay {
    /// Whether a case is stored as its log says: marking, data, items, and the columns that lists show.
    /// - Throws: `log-short`, `log-hash`, `snapshot-unreadable` or `snapshot-differs`, saying what is wrong.
    func compare(with record: CaseRecord) throws(EngineError) {
        guard let state, sequence == record.summary.version else {
            throw EngineError(
                .failure, "log-short",
                "its log ends with event \(sequence), but it has had \(record.summary.version); "
                    + "restore a backup")
        }
        guard chain == record.chain else {
            throw EngineError(
                .failure, "log-hash",
                "the hash of its last event, \(sequence), is not the one the case was stored with; "
                    + "restore a backup")
        }
        let stored: CaseState
        do {
            stored = try CaseCoding.state(from: record)
        } catch {
            throw EngineError(.failure, "snapshot-unreadable", error.message)
        }
        guard let difference = firstDifference(between: record, stored, and: state) else { return }
        throw EngineError(.failure, "snapshot-differs", "what is stored is not what its log says: \(difference)")
    }

    /// In words; nil when the stored rows say exactly what the log does.
    private func firstDifference(between record: CaseRecord, _ stored: CaseState, and state: CaseState) -> String? {
        if stored != state {
            let differences = stored.differences(from: state)
            guard let first = differences.first else { return "times or counters of its marking" }
            let place = [first.net?.description, first.aspect.rawValue, first.subject].compactMap { $0 }.joined(separator: " ")
            let more = differences.count > 1 ? ", and \(differences.count - 1) more" : ""
            return "\(place) is \(first.after ?? "not there") instead of \(first.before ?? "not there")\(more)"
        }
        let summary = record.summary
        if summary.status != state.status { return "its row says \(summary.status.text) instead of \(state.status.text)" }
        if summary.openItems != state.liveItems.count {
            return "its row says \(summary.openItems) open items instead of \(state.liveItems.count)"
        }
        if summary.startedBy != first?.event.actor { return "its row says it was started by \(summary.startedBy)" }
        if summary.startedAt != first?.event.at || summary.changedAt != last?.event.at { return "its row has another time" }
        let nets = Set(state.nets.values.flatMap { net in net.variables.map { VariableKey(net: net.caseID, name: $0.name) } })
        if let stray = record.variables.first(where: { !nets.contains($0.key) }) {
            return "a row too many for variable \(stray.key.name) of \(stray.key.net)"
        }
        let rows = Dictionary(record.items.map { ($0.item, $0) }) { first, _ in first }
        for item in state.items.values.sorted(by: { $0.id < $1.id }) {
            var expected = CaseCoding.record(item, of: state, summary: record.summary)
            guard let row = rows[item.id] else { return "the row of item \(item.id) is missing" }
            // The documents were compared as values.
            (expected.input, expected.output) = (row.input, row.output)
            if row != expected {
                return "the row of item \(item.id) says \(row.status.text) instead of \(expected.status.text), or has another time or owner"
            }
        }
        if let stray = rows.keys.sorted().first(where: { state.items[$0] == nil }) { return "a row too many for item \(stray)" }
        return nil
    }
}
