import Workflow

/// What came of following the log's chains of hashes.
public struct AuditReport: Sendable, Equatable {
    /// The first event, in the order of the log, that is not as it was written.
    public struct Fault: Sendable, Equatable {
        /// 0 when it is no case's.
        public let caseNumber: Int64
        public let sequence: Int64
        public let message: String
    }

    public internal(set) var events: Int64 = 0
    /// Cases, specifications and calendars.
    public internal(set) var aggregates = 0
    public internal(set) var fault: Fault?
}

/// Proof that nobody changed, took away or put in an event: each carries the hash of its predecessor, and what is stored beside the
/// log carries the hash of the last. Only hashes are looked at; `replayAll` also rebuilds the cases.
extension WorkflowEngine {
    private struct Head {
        var caseNumber: Int64
        var sequence: Int64 = 0
        var chain: [UInt8] = []
        var position: Int64 = 0
    }

    private static let auditPage = 2000

    /// Follows the whole log in its order.
    public func verifyAudit(tenant: Int64 = 1, progress: (Int64) -> Void = { _ in }) async throws(EngineError) -> AuditReport {
        var report = AuditReport(), heads: [Int64: Head] = [:], position: Int64 = 0
        while report.fault == nil {
            let after = position
            let records = try await query { try await $0.events(tenant: tenant, caseNumber: nil, after: after, limit: Self.auditPage) }
            for record in records where report.fault == nil {
                follow(record, &heads[record.aggregate, default: Head(caseNumber: record.caseNumber)], &report)
            }
            progress(report.events)
            guard let last = records.last else { break }
            position = last.position
        }
        report.aggregates = heads.count
        if report.fault == nil { try await compareHeads(heads, tenant, &report) }
        return report
    }

    /// Follows the log of one case.
    public func verifyAudit(case number: Int64, tenant: Int64 = 1) async throws(EngineError) -> AuditReport {
        var report = AuditReport(aggregates: 1), head = Head(caseNumber: number)
        try await compare(&head, tenant, &report)
        return report
    }

    private func follow(_ record: EventRecord, _ head: inout Head, _ report: inout AuditReport) {
        report.events += 1
        let event = record.event
        if record.sequence != head.sequence + 1 {
            report.fault = AuditReport.Fault(
                caseNumber: record.caseNumber, sequence: head.sequence + 1,
                message: "event \(head.sequence + 1) is missing: event \(record.sequence) follows event \(head.sequence)")
        } else if event.chain
            != chainHash(after: head.chain, kind: event.kind, at: event.at, actor: event.actor, request: record.request, body: event.body)
        {
            report.fault = AuditReport.Fault(
                caseNumber: record.caseNumber, sequence: record.sequence,
                message:
                    "event \(record.sequence) (\(event.kind)) is not as it was written: its hash does not follow from the event before it")
        }
        head.sequence = record.sequence
        head.chain = event.chain
        head.position = record.position
    }

    private func compareHeads(_ heads: [Int64: Head], _ tenant: Int64, _ report: inout AuditReport) async throws(EngineError) {
        for record in try await query({ try await $0.specifications(tenant: tenant) }) {
            if let head = heads[record.internalID], head.sequence >= record.version,
                head.chain == record.chain || head.sequence > record.version
            {
                continue
            }
            report.fault = AuditReport.Fault(
                caseNumber: 0, sequence: record.version,
                message: "the log of the specification \(record.id) does not end with event \(record.version)")
            return
        }
        let byCase = Dictionary(heads.values.map { ($0.caseNumber, $0) }) { a, _ in a }
        var number: Int64 = 0
        while report.fault == nil {
            let after = number
            let numbers = try await query { try await $0.caseNumbers(tenant: tenant, after: after, limit: 1000) }
            guard let last = numbers.last else { return }
            for number in numbers where report.fault == nil {
                var head = byCase[number] ?? Head(caseNumber: number)
                try await compare(&head, tenant, &report)
            }
            number = last
        }
    }

    /// Goes on to the version the case is stored with, and compares.
    private func compare(_ head: inout Head, _ tenant: Int64, _ report: inout AuditReport) async throws(EngineError) {
        let number = head.caseNumber
        guard let record = try await query({ try await $0.loadCase(tenant: tenant, number: number) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        while report.fault == nil, head.sequence < record.summary.version {
            let after = head.position
            let records = try await query { try await $0.events(tenant: tenant, caseNumber: number, after: after, limit: Self.auditPage) }
            for event in records where report.fault == nil && event.sequence <= record.summary.version { follow(event, &head, &report) }
            if records.isEmpty { break }
        }
        guard report.fault == nil,
            head.sequence < record.summary.version || (head.sequence == record.summary.version && head.chain != record.chain)
        else { return }
        report.fault = AuditReport.Fault(
            caseNumber: number, sequence: record.summary.version,
            message: "its log ends with event \(head.sequence), but the case is stored as after event \(record.summary.version)")
    }
}
