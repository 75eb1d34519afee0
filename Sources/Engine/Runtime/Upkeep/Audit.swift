import Platform
import Workflow

/// Proof that nobody changed, took away or put in an event, and that what is stored is what the log says: each event carries the hash of
/// its predecessor and of all that is said of it, and every aggregate is rebuilt from its events and compared with its rows.
///
/// The log is read by aggregate: one after the other is followed to its end and compared, whatever its kind; what is committed meanwhile is
/// read on. Only ids of what was seen are kept.
struct Audit {
    let engine: WorkflowEngine
    let tenant: TenantID
    private(set) var report: AuditReport
    private var seenCases: Set<Int64> = []
    private var seenOthers: Set<AggregateID> = []
    /// Cases followed to their end whose rows are still to be compared.
    private var replayed: [(number: Int64, aggregate: Int64, replay: CaseReplay)] = []

    private static let page = 2_000
    /// Cases compared together.
    private static let group = 128

    init(_ engine: WorkflowEngine, _ tenant: TenantID, _ report: AuditReport = AuditReport()) {
        self.engine = engine
        self.tenant = tenant
        self.report = report
    }

    private var ledger: Ledger { engine.ledger }

    // MARK: The whole log

    mutating func run(progress: (Int64) -> Void) async throws(EngineError) {
        var aggregate: Int64 = .min, sequence: Int64 = 0
        var follower: Follower?
        while true {
            let (after, last) = (aggregate, sequence)
            let records = try await ledger.query {
                try await $0.events(tenant: tenant, afterAggregate: after, sequence: last, limit: Self.page)
            }
            for record in records {
                if follower?.aggregate != record.aggregate {
                    if let follower { try await finish(follower) }
                    follower = Follower(record, kinds: engine.options.kinds)
                }
                report.events += 1
                follower?.take(record)
            }
            progress(report.events)
            guard let end = records.last else { break }
            (aggregate, sequence) = (end.aggregate.id, end.sequence)
        }
        if let follower { try await finish(follower) }
        try await compareCases()
        try await findStrays()
    }

    /// The log of one case.
    mutating func run(case number: Int64) async throws(EngineError) {
        guard let summary = try await ledger.query({ try await $0.caseSummary(tenant: tenant, number: number) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        var follower = Follower(.ofCase(summary.internalID), caseNumber: number, kinds: engine.options.kinds)
        report.events += try await follow(&follower)
        try await finish(follower)
        try await compareCases()
    }

    /// Reads on to the end of an aggregate's log.
    /// - Returns: how many events there were.
    private func follow(_ follower: inout Follower) async throws(EngineError) -> Int64 {
        let id = follower.aggregate.id
        var count: Int64 = 0, sequence = follower.sequence
        while true {
            // Not the follower's, which stops at the first fault.
            let after = sequence
            let records = try await ledger.query {
                try await $0.events(tenant: tenant, afterAggregate: id, sequence: after, limit: Self.page)
            }
            .filter { $0.aggregate.id == id }
            for record in records { follower.take(record) }
            count += Int64(records.count)
            guard let end = records.last else { return count }
            sequence = end.sequence
        }
    }

    // MARK: What is stored

    private mutating func finish(_ follower: Follower) async throws(EngineError) {
        report.aggregates += 1
        let aggregate = follower.aggregate
        if aggregate.kind == AggregateID.caseKind { seenCases.insert(follower.caseNumber) } else { seenOthers.insert(aggregate) }
        if let fault = follower.fault { return add(fault, follower) }
        switch follower.replay {
        case .ofCase(let replay):
            replayed.append((follower.caseNumber, aggregate.id, replay))
            if replayed.count >= Self.group { try await compareCases() }
        case .entity(let replay):
            if let difference = try await difference(of: replay, follower) { add(difference, follower) }
        case .chain:
            if aggregate.kind == AggregateID.specificationKind { try await compareSpecification(follower) }
        }
    }

    private mutating func compareCases() async throws(EngineError) {
        defer { replayed = [] }
        let numbers = replayed.map(\.number)
        let records = try await ledger.query { try await $0.loadCases(tenant: tenant, numbers: numbers) }
        let byNumber = Dictionary(records.map { ($0.summary.number, $0) }) { first, _ in first }
        for (number, aggregate, replay) in replayed {
            var replay = replay
            do throws(EngineError) {
                guard let record = byNumber[number] else { throw Self.missing("its log is there, but the case is not stored") }
                guard record.summary.internalID == aggregate else { throw Self.missing("another case is stored under its number") }
                // It may have gone on since its log was read.
                if replay.sequence < record.summary.version { try await readOn(&replay, to: record.summary.version, aggregate) }
                guard replay.sequence <= record.summary.version else {
                    throw Self.missing(
                        "its log goes to event \(replay.sequence), but the case is stored as after event \(record.summary.version)")
                }
                try replay.compare(with: record)
            } catch {
                if error.kind == .unavailable { throw error }
                report.add(
                    AuditReport.Fault(
                        tenant: tenant, kind: AggregateID.caseKind, number: number, sequence: replay.sequence, message: error.message))
            }
        }
    }

    private func readOn(_ replay: inout CaseReplay, to version: Int64, _ aggregate: Int64) async throws(EngineError) {
        while replay.sequence < version {
            let after = replay.sequence
            let records = try await ledger.query {
                try await $0.events(tenant: tenant, afterAggregate: aggregate, sequence: after, limit: Self.page)
            }.filter { $0.aggregate.id == aggregate && $0.sequence <= version }
            if records.isEmpty { return }
            for record in records { try replay.take(record) }
        }
    }

    private mutating func compareSpecification(_ follower: Follower) async throws(EngineError) {
        let id = follower.aggregate.id
        var follower = follower
        guard let record = try await ledger.query({ try await $0.specification(tenant: tenant, id: id) }) else {
            return add("its log is there, but the specification is not stored", follower)
        }
        if record.version > follower.sequence { report.events += try await follow(&follower) }
        if let fault = follower.fault { return add(fault, follower) }
        if record.version != follower.sequence {
            add("the log of \(record.id) ends with event \(follower.sequence), but it is stored as after event \(record.version)", follower)
        } else if record.chain != follower.chain {
            add("the hash of the last event of \(record.id) is not the one it is stored with", follower)
        } else if record.isLoaded == (follower.last?.event.kind == "specificationUnloaded") {
            add("\(record.id) is stored as \(record.isLoaded ? "loaded" : "unloaded"), but its log says otherwise", follower)
        }
    }

    private func difference(of replay: any EntityFollowing, _ follower: Follower) async throws(EngineError) -> String? {
        let aggregate = follower.aggregate
        guard let record = try await ledger.query({ try await $0.entity(tenant: tenant, kind: aggregate.kind, id: aggregate.id) }) else {
            return "its log is there, but it is not stored"
        }
        guard record.version == follower.sequence else {
            // It may have been changed since.
            if record.version > follower.sequence {
                var later = follower
                _ = try await follow(&later)
                if let fault = later.fault { return fault }
                if later.sequence == record.version, case .entity(let replay) = later.replay {
                    return try await difference(of: replay, later)
                }
            }
            return "its log ends with event \(follower.sequence), but it is stored as after event \(record.version)"
        }
        guard record.chain == follower.chain else { return "the hash of its last event is not the one it is stored with" }
        return replay.difference(from: record)
    }

    /// What is stored and has no log at all.
    private mutating func findStrays() async throws(EngineError) {
        for record in try await ledger.query({ try await $0.specifications(tenant: tenant) }) {
            let aggregate = AggregateID.ofSpecification(record.internalID)
            guard !seenOthers.contains(aggregate), record.version > 0 else { continue }
            report.add(stray(aggregate.kind, record.internalID, "the specification \(record.id) has no log"))
        }
        var number: Int64 = 0
        while true {
            let after = number
            let numbers = try await ledger.query { try await $0.caseNumbers(tenant: tenant, after: after, limit: 1000) }
            guard let last = numbers.last else { break }
            for number in numbers where !seenCases.contains(number) {
                // It may have been started since the log was read.
                var one = Audit(engine, tenant)
                try await one.run(case: number)
                if one.report.events == 0 {
                    report.add(stray(AggregateID.caseKind, number, "the case has no log"))
                } else {
                    for fault in one.report.faults { report.add(fault) }
                }
            }
            number = last
        }
        var id: Int64 = .min
        while true {
            let after = id
            let records = try await ledger.query { try await $0.entities(tenant: tenant, after: after, limit: 1000) }
            guard let last = records.last else { break }
            for record in records where !seenOthers.contains(AggregateID(kind: record.kind, id: record.id)) {
                var follower = Follower(AggregateID(kind: record.kind, id: record.id), caseNumber: 0, kinds: engine.options.kinds)
                if try await follow(&follower) == 0 { report.add(stray(record.kind, record.id, "it has no log")) }
            }
            id = last.id
        }
    }

    // MARK: Faults

    private mutating func add(_ message: String, _ follower: Follower) {
        let isCase = follower.aggregate.kind == AggregateID.caseKind
        report.add(
            AuditReport.Fault(
                tenant: tenant, kind: follower.aggregate.kind, number: isCase ? follower.caseNumber : follower.aggregate.id,
                sequence: follower.faultSequence ?? follower.sequence, message: message))
    }

    private func stray(_ kind: String, _ number: Int64, _ message: String) -> AuditReport.Fault {
        AuditReport.Fault(tenant: tenant, kind: kind, number: number, sequence: 0, message: message)
    }

    private static func missing(_ message: String) -> EngineError { EngineError(.failure, "audit", message) }
}

extension Session {
    /// Follows everything of the principal's tenant.
    public func verifyAudit(progress: (Int64) -> Void = { _ in }) async throws(EngineError) -> AuditReport {
        var audit = Audit(engine, tenant)
        try await audit.run(progress: progress)
        return audit.report
    }

    /// Follows the log of one case.
    public func verifyAudit(case number: Int64) async throws(EngineError) -> AuditReport {
        var audit = Audit(engine, tenant)
        try await audit.run(case: number)
        return audit.report
    }
}

extension Keeper {
    /// Follows everything there is, of all tenants and the house.
    public func verifyAudit(progress: (Int64) -> Void = { _ in }) async throws(EngineError) -> AuditReport {
        var report = AuditReport()
        for tenant in [.house] + (try await tenants()) {
            var audit = Audit(engine, tenant, report)
            try await audit.run(progress: progress)
            report = audit.report
        }
        return report
    }
}
