import Workflow

/// What came of rebuilding cases from their logs.
public struct ReplayReport: Sendable, Equatable {
    public struct Fault: Sendable, Equatable {
        public let caseNumber: Int64
        /// Stable: `log-gap`, `log-hash`, `log-unreadable`, `log-short`, `snapshot-unreadable`, `snapshot-differs`.
        public let code: String
        /// One sentence, without the case's number.
        public let message: String
    }

    public internal(set) var cases = 0
    public internal(set) var events: Int64 = 0
    /// Cases that are not what their log says.
    public internal(set) var faulty = 0
    /// The first of them, `maxFaults` at most, by number of the case: the first thing found wrong with each.
    public internal(set) var faults: [Fault] = []

    public static let maxFaults = 100
}

/// Proof that the stored cases are what their logs say: every case is rebuilt and compared with its snapshot (marking, data,
/// items), every event with the hash of its predecessor. One case is held at a time.
extension WorkflowEngine {
    /// Replays every case in the order of their numbers.
    /// - Parameter progress: cases done and cases there are; called after each.
    /// - Throws: when the store cannot be read; a damaged case is a fault in the report and the rest is checked all the same.
    public func replayAll(tenant: Int64 = 1, progress: (Int, Int) -> Void = { _, _ in }) async throws(EngineError) -> ReplayReport {
        var report = ReplayReport()
        let total = try await query { try await $0.caseCounts(tenant: tenant) }.values.reduce(0) { $0 + $1.all }
        var number: Int64 = 0
        while true {
            let after = number
            let numbers = try await query { try await $0.caseNumbers(tenant: tenant, after: after, limit: 1000) }
            guard let last = numbers.last else { return report }
            for number in numbers {
                try await replay(number, tenant: tenant, into: &report)
                progress(report.cases, total)
            }
            number = last
        }
    }

    /// Replays one case.
    public func replay(_ number: Int64, tenant: Int64 = 1) async throws(EngineError) -> ReplayReport {
        var report = ReplayReport()
        try await replay(number, tenant: tenant, into: &report)
        return report
    }

    private func replay(_ number: Int64, tenant: Int64, into report: inout ReplayReport) async throws(EngineError) {
        report.cases += 1
        do throws(EngineError) {
            // The snapshot first: what is committed after it is not looked at.
            guard let record = try await query({ try await $0.loadCase(tenant: tenant, number: number) }) else {
                throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
            }
            let version = record.summary.version
            var replay = CaseReplay()
            try await walk(number, tenant: tenant) { event throws(EngineError) in
                guard event.sequence <= version else { return false }
                report.events += 1
                try replay.take(event)
                return event.sequence < version
            }
            try compare(record, with: replay)
        } catch {
            if ["case-not-found", "store-unavailable"].contains(error.code) { throw error }
            report.faulty += 1
            guard report.faults.count < ReplayReport.maxFaults else { return }
            report.faults.append(ReplayReport.Fault(caseNumber: number, code: error.code, message: error.message))
        }
    }

    private func compare(_ record: CaseRecord, with replay: CaseReplay) throws(EngineError) {
        guard let state = replay.state, replay.sequence == record.summary.version else {
            throw EngineError(
                .failure, "log-short",
                "its log ends with event \(replay.sequence), but it has had \(record.summary.version); "
                    + "restore a backup")
        }
        guard replay.chain == record.chain else {
            throw EngineError(
                .failure, "log-hash",
                "the hash of its last event, \(replay.sequence), is not the one the case was stored with; "
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
        if record.summary.status != state.status { return "its row says \(record.summary.status.text) instead of \(state.status.text)" }
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
