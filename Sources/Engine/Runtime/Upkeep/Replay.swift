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
extension Session {
    /// Replays every case in the order of their numbers.
    /// - Parameter progress: cases done and cases there are; called after each.
    /// - Throws: when the store cannot be read; a damaged case is a fault in the report and the rest is checked all the same.
    public func replayAll(progress: (Int, Int) -> Void = { _, _ in }) async throws(EngineError) -> ReplayReport {
        var report = ReplayReport()
        let total = try await engine.ledger.query { try await $0.caseCounts(tenant: tenant) }.values.reduce(0) { $0 + $1.all }
        var number: Int64 = 0
        while true {
            let after = number
            let numbers = try await engine.ledger.query { try await $0.caseNumbers(tenant: tenant, after: after, limit: 1000) }
            guard let last = numbers.last else { return report }
            for number in numbers {
                try await replay(number, into: &report)
                progress(report.cases, total)
            }
            number = last
        }
    }

    /// Replays one case.
    public func replay(_ number: Int64) async throws(EngineError) -> ReplayReport {
        var report = ReplayReport()
        try await replay(number, into: &report)
        return report
    }

    private func replay(_ number: Int64, into report: inout ReplayReport) async throws(EngineError) {
        report.cases += 1
        do throws(EngineError) {
            // The snapshot first: what is committed after it is not looked at.
            guard let record = try await engine.ledger.query({ try await $0.loadCase(tenant: tenant, number: number) }) else {
                throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
            }
            let version = record.summary.version
            var replay = CaseReplay()
            try await walk(number) { event throws(EngineError) in
                guard event.sequence <= version else { return false }
                report.events += 1
                try replay.take(event)
                return event.sequence < version
            }
            try replay.compare(with: record)
        } catch {
            if ["case-not-found", "store-unavailable"].contains(error.code) { throw error }
            report.faulty += 1
            guard report.faults.count < ReplayReport.maxFaults else { return }
            report.faults.append(ReplayReport.Fault(caseNumber: number, code: error.code, message: error.message))
        }
    }
}
