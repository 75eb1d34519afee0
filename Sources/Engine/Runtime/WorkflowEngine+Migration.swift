import Workflow

/// What would become of the open cases of one version in another.
public struct MigrationPlan: Sendable, Equatable {
    public let from: SpecificationID
    public let to: SpecificationID
    /// The largest first.
    public let groups: [Group]

    /// Cases that stand alike and fare alike.
    public struct Group: Sendable, Equatable {
        public let marking: MarkingClass
        /// Why they cannot go on in the new version; empty when they can.
        public let obstacles: [MigrationObstacle]
        public let cases: [Int64]

        public var maps: Bool { obstacles.isEmpty }
    }
}

extension WorkflowEngine {
    /// Groups the open cases of a version by where they stand and says of each group whether it can go on in the other version.
    public func migrationPlan(
        from old: SpecificationReference, to new: SpecificationReference, tenant: Int64 = 1
    ) async throws(EngineError) -> MigrationPlan {
        let (from, to) = (try await find(old, tenant: tenant), try await find(new, tenant: tenant))
        try checkVersions(from.id, to.id)
        let (before, after) = (try library.executable(of: from), try library.executable(of: to))
        let context = try await context(
            Principal(name: "", tenant: tenant), after, rules: try await rules(of: to.internalID, tenant: tenant))
        let numbers = try await query { try await $0.cases(tenant: tenant, openOnly: true, limit: .max) }
            .filter { $0.specification == from.internalID }.map(\.number).sorted()
        var groups: [GroupKey: [Int64]] = [:]
        for number in numbers {
            let entry = try await loadEntry(number, tenant: tenant)
            // It may have ended or moved since it was listed.
            guard entry.state.status.isOpen, entry.summary.specification == from.internalID else { continue }
            var obstacles = after.obstacles(to: entry.state, from: before)
            if obstacles.isEmpty {
                // What follows by itself in the new version may be refused too, so the step is tried.
                do {
                    _ = try after.migrate(entry.state, from: before, in: context)
                } catch {
                    obstacles = [MigrationObstacle(.specification, "refuses the case: \(error.message)")]
                }
            }
            groups[GroupKey(marking: MarkingClass(entry.state), obstacles: obstacles), default: []].append(number)
        }
        return MigrationPlan(
            from: from.id, to: to.id,
            groups: groups.map { key, cases in
                MigrationPlan.Group(marking: key.marking, obstacles: key.obstacles, cases: cases)
            }.sorted { a, b in a.cases.count != b.cases.count ? a.cases.count > b.cases.count : a.cases.lexicographicallyPrecedes(b.cases) }
        )
    }

    /// Carries one open case over. All or nothing; a case that was changed meanwhile is looked at again.
    func migrate(
        _ number: Int64, to reference: SpecificationReference, _ principal: Principal, _ request: RequestID
    ) async throws(EngineError) -> Reply {
        for _ in 0 ..< 8 {
            let target = try await find(reference, tenant: principal.tenant)
            let entry = try await loadEntry(number, tenant: principal.tenant)
            try checkVersions(entry.state.specification, target.id)
            let obstacles = try library.obstacles(of: target)
            guard obstacles.isEmpty else {
                throw EngineError(
                    .refused, "not-runnable", "\(target.id) cannot be run by this version of mizzen: it uses what is not executed yet",
                    findings: obstacles)
            }
            let old = try await executable(entry.summary.specification, tenant: principal.tenant)
            let new = try library.executable(of: target)
            var context = try await context(principal, new, rules: try await rules(of: target.internalID, tenant: principal.tenant))
            let trial = try await answered(&context) { context throws(ExecutionError) in
                try new.migrate(entry.state, from: old, in: context)
            }
            let step = try refusing { () throws(ExecutionError) in try trial.get() }
            var summary = entry.summary
            summary.specification = target.internalID
            let reply = Reply.changed(caseNumber: number, status: step.state.status)
            switch try await commit(step, of: new, from: entry.state, summary: summary, chain: entry.chain, principal, request, reply) {
            case .committed: return reply
            case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
            case .conflict: continue
            }
        }
        throw EngineError(.unavailable, "case-busy", "case \(number) is being changed by others all the time; try again")
    }

    private func checkVersions(_ old: SpecificationID, _ new: SpecificationID) throws(EngineError) {
        guard old.key == new.key else {
            throw EngineError(
                .invalid, "not-a-version", "\(new) is no version of \(old): cases go on only in another version of their own specification")
        }
        guard old.version != new.version else {
            throw EngineError(.invalid, "same-version", "\(new) is the version the cases are in already; name another")
        }
    }
}

private struct GroupKey: Hashable {
    let marking: MarkingClass
    let obstacles: [MigrationObstacle]
}
