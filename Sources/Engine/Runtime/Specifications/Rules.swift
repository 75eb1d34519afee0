import Platform
import Workflow

/// Rule files: kept per specification, read when a case of it takes a step.
extension SpecificationShelf {
    /// The rules for a step, by the specification's internal id.
    func rules(of internalID: Int64, in tenant: TenantID) async throws(EngineError) -> RuleSet? {
        if let known = rules.fresh(internalID) { return known.rules }
        // While one asks, others go on with what is known.
        rules[internalID]?.checkedAt = .now
        let question = rules.question(about: internalID)
        return try await ruleSets.answer(about: question) { () async throws(EngineError) in
            try await self.storedRules(question, in: tenant)
        }
    }

    private func storedRules(_ question: RuleLibrary.Question, in tenant: TenantID) async throws(EngineError) -> RuleSet? {
        let internalID = question.specification
        let stored = try await entities.find(SpecificationRules.self, .key("specification", value: String(internalID)), in: tenant)
        let version = stored.map { RuleLibrary.Version(entity: $0.id, version: $0.version) }
        var entry = rules[internalID] ?? RuleLibrary.Entry(rules: nil, version: nil, checkedAt: .now)
        entry.checkedAt = .now
        if version != entry.version {
            let record = try await record(internalID, in: tenant)
            entry.rules = if let stored { try read(stored.entity, of: record) } else { nil }
            entry.version = version
        }
        // Who changed them meanwhile must not be told what they were.
        if question == rules.question(about: internalID) { rules[internalID] = entry }
        return entry.rules
    }

    func read(_ stored: SpecificationRules, of record: SpecificationRecord) throws(EngineError) -> RuleSet {
        do {
            return try RuleFile.read(stored.source.bytes, file: stored.file, for: library.model(of: record))
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.failure, "stored-form", "the stored rules of \(record.id) can no longer be read: \(error)")
        }
    }

    /// - Throws: `rules-refused` with findings, `worklet-not-found`.
    func check(_ source: [UInt8], file: String, for record: SpecificationRecord, in tenant: TenantID) async throws(EngineError) -> Int {
        let ruleSet: RuleSet
        do {
            ruleSet = try RuleFile.read(source, file: file, for: library.model(of: record))
        } catch let error as EngineError {
            throw error
        } catch let error as SpecificationError {
            let count = error.findings.count
            throw EngineError(
                .invalid, "rules-refused", "\(file) was not loaded: it has \(count) error\(count == 1 ? "" : "s")", findings: error.findings
            )
        } catch {
            throw EngineError(.failure, "rules-unreadable", "\(file) was not loaded: \(error)")
        }
        for worklet in ruleSet.worklets {
            do throws(EngineError) {
                _ = try await find(SpecificationReference(worklet), in: tenant)
            } catch {
                throw EngineError(
                    .notFound, "worklet-not-found",
                    "\(file) was not loaded: its rules run the worklet \(worklet), which is not loaded; "
                        + "load it first with `mizzen spec load`")
            }
        }
        return ruleSet.trees.values.flatMap(\.values).reduce(0) { $0 + $1.rules.count }
    }
}

extension Session {
    /// The rules of a loaded specification.
    /// - Returns: nil when it has none.
    public func rules(
        of reference: SpecificationReference
    ) async throws(EngineError) -> (specification: SpecificationID, rules: RuleSet, stored: SpecificationRules)? {
        let record = try await engine.specifications.find(reference, in: tenant)
        guard let stored = try await entity(SpecificationRules.self, .key("specification", value: String(record.internalID))) else {
            return nil
        }
        return (record.id, try engine.specifications.read(stored.entity, of: record), stored.entity)
    }

    /// Keeps a rule file for a specification, in place of the one it had.
    /// - Returns: how many rules it has.
    public func loadRules(
        _ reference: SpecificationReference, source: [UInt8], file: String, request: RequestID
    ) async throws(EngineError) -> (specification: SpecificationID, rules: Int) {
        let record = try await engine.specifications.find(reference, in: tenant)
        let count = try await engine.specifications.check(source, file: file, for: record, in: tenant)
        defer { engine.specifications.rules.forget(record.internalID) }
        _ = try await perform(
            .load(specification: record.internalID, source: Blob(source), file: file), on: SpecificationRules.self,
            .key("specification", value: String(record.internalID)), request: request)
        return (record.id, count)
    }

    /// - Throws: `no-rules`.
    public func removeRules(_ reference: SpecificationReference, request: RequestID) async throws(EngineError) -> SpecificationID {
        let record = try await engine.specifications.find(reference, in: tenant)
        defer { engine.specifications.rules.forget(record.internalID) }
        do throws(EngineError) {
            _ = try await perform(
                .remove, on: SpecificationRules.self, .key("specification", value: String(record.internalID)), request: request)
        } catch {
            guard error.code == "no-rules" else { throw error }
            throw EngineError(.conflict, "no-rules", "\(record.id) has no rules")
        }
        return record.id
    }
}
