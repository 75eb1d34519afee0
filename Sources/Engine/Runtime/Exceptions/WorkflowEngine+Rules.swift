import Workflow

/// Rule files: kept per specification on the write path, read when a case of it takes a step.
extension WorkflowEngine {
    /// The rules of a loaded specification.
    /// - Returns: nil when it has none.
    public func rules(
        of reference: SpecificationReference, tenant: Int64 = 1
    ) async throws(EngineError)
        -> (specification: SpecificationID, rules: RuleSet, record: RuleSetRecord)?
    {
        let record = try await find(reference, tenant: tenant)
        guard let stored = try await query({ try await $0.ruleSet(tenant: tenant, specification: record.internalID) }) else { return nil }
        return (record.id, try read(stored, of: record), stored)
    }

    /// The rules for a step, by the specification's internal id.
    func rules(of internalID: Int64, tenant: Int64) async throws(EngineError) -> RuleSet? {
        if let known = rules.fresh(internalID) { return known.rules }
        // While one asks, others go on with what is known.
        rules[internalID]?.checkedAt = .now
        let question = rules.question(about: internalID)
        return try await ruleSets.answer(about: question) { () async throws(EngineError) in
            try await self.storedRules(question, tenant: tenant)
        }
    }

    private func storedRules(_ question: RuleLibrary.Question, tenant: Int64) async throws(EngineError) -> RuleSet? {
        let internalID = question.specification
        let stored = try await query { try await $0.ruleSet(tenant: tenant, specification: internalID) }
        var entry = rules[internalID] ?? RuleLibrary.Entry(rules: nil, version: 0, checkedAt: .now)
        entry.checkedAt = .now
        if stored?.version ?? 0 != entry.version {
            let record = try await specificationRecord(internalID, tenant: tenant)
            entry.rules = if let stored { try read(stored, of: record) } else { nil }
            entry.version = stored?.version ?? 0
        }
        // Who changed them meanwhile must not be told what they were.
        if question == rules.question(about: internalID) { rules[internalID] = entry }
        return entry.rules
    }

    private func read(_ stored: RuleSetRecord, of record: SpecificationRecord) throws(EngineError) -> RuleSet {
        do {
            return try RuleFile.read(stored.source, file: stored.file, for: library.model(of: record))
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.failure, "stored-form", "the stored rules of \(record.id) can no longer be read: \(error)")
        }
    }

    func loadRules(
        _ reference: SpecificationReference, _ source: [UInt8], file: String, _ principal: Principal,
        _ request: RequestID
    ) async throws(EngineError) -> Reply {
        let record = try await find(reference, tenant: principal.tenant)
        let model = try library.model(of: record)
        let ruleSet: RuleSet
        do {
            ruleSet = try RuleFile.read(source, file: file, for: model)
        } catch {
            let count = error.findings.count
            throw EngineError(
                .invalid, "rules-refused", "\(file) was not loaded: it has \(count) error\(count == 1 ? "" : "s")", findings: error.findings
            )
        }
        for worklet in ruleSet.worklets {
            do throws(EngineError) {
                _ = try await find(SpecificationReference(worklet), tenant: principal.tenant)
            } catch {
                throw EngineError(
                    .notFound, "worklet-not-found",
                    "\(file) was not loaded: its rules run the worklet \(worklet), which is not loaded; "
                        + "load it first with `mizzen spec load`")
            }
        }
        let count = ruleSet.trees.values.flatMap(\.values).reduce(0) { $0 + $1.rules.count }
        return try await keep(record, "rulesLoaded", count: count, .rulesLoaded(record.id, rules: count), principal, request) {
            now, version in
            RuleSetRecord(
                specification: record.internalID, source: source, file: file, loadedAt: now, loadedBy: principal.name, version: version)
        }
    }

    func removeRules(_ reference: SpecificationReference, _ principal: Principal, _ request: RequestID) async throws(EngineError) -> Reply {
        let record = try await find(reference, tenant: principal.tenant)
        guard try await query({ try await $0.ruleSet(tenant: principal.tenant, specification: record.internalID) }) != nil else {
            throw EngineError(.conflict, "no-rules", "\(record.id) has no rules")
        }
        return try await keep(record, "rulesRemoved", count: 0, .rulesRemoved(record.id), principal, request) { _, _ in nil }
    }

    private func keep(
        _ record: SpecificationRecord, _ kind: String, count: Int, _ reply: Reply, _ principal: Principal, _ request: RequestID,
        _ stored: (Int64, Int64) -> RuleSetRecord?
    ) async throws(EngineError) -> Reply {
        let now = try await now()
        let event = try newEvent(
            kind, body: CaseCoding.encode(RulesEvent(specification: record.id, rules: count)), at: now, principal, request,
            after: record.chain)
        var next = record
        next.version += 1
        next.chain = event.chain
        let outcome = try await commit(
            Step(
                tenant: principal.tenant, aggregate: record.internalID, expectedVersion: record.version, events: [event], request: request,
                reply: try CaseCoding.encode(reply), change: .rules(next, stored(now, next.version))))
        rules.forget(record.internalID)
        switch outcome {
        case .committed: return reply
        case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
        case .conflict:
            throw EngineError(.conflict, "specification-changed", "\(record.id) was changed by somebody else just now; try again")
        }
    }
}

/// Body of the events about a specification's rules.
struct RulesEvent: Codable, Sendable {
    let specification: SpecificationID
    /// 0 when they were removed.
    let rules: Int
}
