import Platform
import Workflow

/// What would become of the open cases of one version in another.
public struct MigrationPlan: Sendable, Equatable {
    public let from: SpecificationID
    public let to: SpecificationID
    /// The largest first.
    public let groups: [Group]

    /// Cases that stand alike and migrate alike.
    public struct Group: Sendable, Equatable {
        public let marking: MarkingClass
        /// Why they cannot go on in the new version; empty when they can.
        public let obstacles: [MigrationObstacle]
        public let cases: [Int64]

        public var maps: Bool { obstacles.isEmpty }
    }
}

extension CaseRunner {
    /// Groups the open cases of a version by where they stand and says of each group whether it can go on in the other version.
    func migrationPlan(
        from old: SpecificationReference, to new: SpecificationReference, _ principal: Principal
    ) async throws(EngineError) -> MigrationPlan {
        let tenant = principal.tenant
        let (from, to) = (try await specifications.find(old, in: tenant), try await specifications.find(new, in: tenant))
        try checkVersions(from.id, to.id)
        let (before, after) = (try specifications.library.executable(of: from), try specifications.library.executable(of: to))
        // Nothing is asked for: what is worked out here is not committed.
        let request = Request(principal: principal, key: RequestKey(.engine, "plan"), fingerprint: [])
        let context = try await context(request, after, of: to.internalID)
        let numbers = try await openCases(in: tenant).filter { $0.specification == from.internalID }.map(\.number).sorted()
        var groups: [GroupKey: [Int64]] = [:]
        for number in numbers {
            let entry = try await loadEntry(number, in: tenant)
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

    /// Open cases of a tenant, newest first.
    func openCases(in tenant: TenantID) async throws(EngineError) -> [CaseSummary] {
        try await ledger.query { try await $0.cases(tenant: tenant, openOnly: true, before: nil, limit: .max) }
    }

    /// Carries one open case over. All or nothing; a case that was changed meanwhile is looked at again.
    func migrate(_ number: Int64, to reference: SpecificationReference, _ request: Request) async throws(EngineError) -> Reply {
        try await ledger.carryOut(request, busy: Self.busy("case \(number)")) { _ throws(EngineError) in
            let target = try await specifications.find(reference, in: request.tenant)
            let entry = try await loadEntry(number, in: request.tenant)
            try checkVersions(entry.state.specification, target.id)
            try refuseObstacles(to: target)
            let old = try await specifications.executable(entry.summary.specification, in: request.tenant)
            let new = try specifications.library.executable(of: target)
            var context = try await context(request, new, of: target.internalID)
            let trial = try await answered(&context) { context throws(ExecutionError) in
                try new.migrate(entry.state, from: old, in: context)
            }
            let step = try refusing { () throws(ExecutionError) in try trial.get() }
            var summary = entry.summary
            summary.specification = target.internalID
            return try propose(
                step, of: new, from: entry.state, summary: summary, chain: entry.chain, request,
                .changed(caseNumber: number, status: step.state.status))
        }
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

extension Session {
    /// Groups the open cases of a version by where they stand and says of each group whether it can go on in the other version.
    public func migrationPlan(
        from old: SpecificationReference, to new: SpecificationReference
    ) async throws(EngineError) -> MigrationPlan {
        try await engine.cases.migrationPlan(from: old, to: new, principal)
    }
}
