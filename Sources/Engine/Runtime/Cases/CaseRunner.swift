import Foundation
import Platform
import Workflow
import XMLTree

/// Owns running cases: remembers those worked on lately, reads the others, takes their steps and hands them to the ledger.
final class CaseRunner: Sendable {
    let ledger: Ledger
    let specifications: SpecificationShelf
    let entities: EntityRunner
    let options: WorkflowEngine.Options
    let cache = CaseCache()
    private let numbers: CaseNumbers
    private let loader: CaseLoader
    private let resumed = ResumedTenants()

    init(ledger: Ledger, specifications: SpecificationShelf, entities: EntityRunner, options: WorkflowEngine.Options) {
        self.ledger = ledger
        self.specifications = specifications
        self.entities = entities
        self.options = options
        numbers = CaseNumbers(store: ledger.store)
        loader = CaseLoader(store: ledger.store)
    }

    /// Before a tenant's first command in this engine: what exlets of a process that died have left is gone on with.
    func resumeExletsOnce(in tenant: TenantID) async {
        if resumed.isFirstUse(by: tenant) { await resumeExlets(in: tenant) }
    }

    func perform(_ command: Command, _ request: Request) async throws(EngineError) -> Reply {
        let reply = try await carryOut(command, request)
        if let number = reply.caseNumber, cache[CaseKey(request.tenant, number)]?.state.exceptions != nil {
            await carryOutExlets(from: number, in: request.tenant)
        }
        return reply
    }

    private func carryOut(_ command: Command, _ request: Request) async throws(EngineError) -> Reply {
        switch command {
        case .loadSpecification, .unloadSpecification:
            throw EngineError(.failure, "not-about-cases", "\(command.name) is no command on cases")
        case .startCase(let reference, let data): try await start(reference, data, request)
        case .migrateCase(let number, let reference): try await migrate(number, to: reference, request)
        case .cancelCase(let number): try await step(number, .cancel, request)
        case .suspendCase(let number): try await step(number, .suspend, request)
        case .resumeCase(let number): try await step(number, .resume, request)
        case .raiseCase(let number, let trigger):
            try await step(number, .raise(.caseExternalTrigger, item: nil, trigger: trigger), request)
        case .startItem(let id):
            try await step(of: id, .start(id), request) { step in
                .itemStarted(step.events.lazy.compactMap { if case .itemStarted(let item) = $0.event { item } else { nil } }.first ?? id)
            }
        case .completeItem(let id, let data):
            try await step(of: id, .complete(id, output: data), request) { .itemCompleted(id, caseStatus: $0.state.status) }
        case .forceCompleteItem(let id, let data):
            try await step(of: id, .forceComplete(id, output: data), request) { .itemCompleted(id, caseStatus: $0.state.status) }
        case .skipItem(let id): try await step(of: id, .skip(id), request) { .itemCompleted(id, caseStatus: $0.state.status) }
        case .addInstance(let id, let value):
            try await step(of: id, .addInstance(id, value: value), request) { step in
                .instanceAdded(
                    step.events.lazy.compactMap { if case .itemFired(let item, _, _) = $0.event { item } else { nil } }.first ?? id)
            }
        case .rollbackItem(let id): try await step(of: id, .rollback(id), request) { _ in .itemRolledBack(id) }
        case .raiseItem(let id, let kind, let trigger): try await change(id, .raise(kind, item: id, trigger: trigger), request)
        case .suspendItem(let id): try await change(id, .suspendItem(id), request)
        case .unsuspendItem(let id): try await change(id, .unsuspendItem(id), request)
        case .failItem(let id, let data): try await change(id, .fail(id, output: data), request)
        case .restartItem(let id): try await change(id, .restart(id), request)
        case .cancelItem(let id): try await change(id, .cancelItem(id), request)
        case .expireTimer(let id, let service):
            try await step(of: id, .expire(id), request) { .timerExpired(id, caseStatus: $0.state.status, by: service) }
        case .postponeTimer(let id, let reason):
            try await step(of: id, .postponeExpiry(id, reason: reason), request) { _ in .timerPostponed(id) }
        }
    }

    // MARK: Steps

    func start(
        _ reference: SpecificationReference, _ data: XMLDocument?, service: WorkletService? = nil, _ request: Request
    ) async throws(EngineError) -> Reply {
        var reserved: Int64?
        return try await ledger.carryOut(request, busy: Self.busy(reference.description)) { _ throws(EngineError) in
            let record = try await specifications.find(reference, in: request.tenant)
            try refuseObstacles(to: record)
            let executable = try specifications.library.executable(of: record)
            var context = try await context(request, executable, of: record.internalID)
            // Neither a repetition nor a refusal may cost a number, and the number is part of every event: the step is tried without one.
            if let earlier: Reply = try await ledger.earlierAnswer(to: request) { return .answered(earlier) }
            let trial = try await answered(&context) { context throws(ExecutionError) in
                try executable.step(nil, .launch(CaseID(number: 0), parameters: data, service: service), in: context)
            }
            _ = try refusing { () throws(ExecutionError) in try trial.get() }
            let number: Int64
            if let known = reserved {
                number = known
            } else {
                number = try await ledger.query { _ in try await numbers.next(request.tenant) }
            }
            reserved = number
            let step = try refusing { () throws(ExecutionError) in
                try executable.step(nil, .launch(CaseID(number: number), parameters: data, service: service), in: context)
            }
            let summary = CaseSummary(
                internalID: try await ledger.nextID(now: context.now), number: number, specification: record.internalID,
                status: step.state.status, version: 0, startedAt: context.now, startedBy: request.principal.name,
                changedAt: context.now, openItems: 0)
            return try propose(
                step, of: executable, from: nil, summary: summary, chain: [], request,
                .started(caseNumber: number, status: step.state.status))
        }
    }

    func refuseObstacles(to record: SpecificationRecord) throws(EngineError) {
        let obstacles = try specifications.library.obstacles(of: record)
        guard obstacles.isEmpty else {
            throw EngineError(
                .refused, "not-runnable", "\(record.id) cannot be run by this version of mizzen: it uses what is not executed yet",
                findings: obstacles)
        }
    }

    private func change(_ id: WorkItemID, _ command: CaseCommand, _ request: Request) async throws(EngineError) -> Reply {
        try await step(of: id, command, request) { .itemChanged(id, status: $0.state.items[id]?.status, caseStatus: $0.state.status) }
    }

    private func step(
        of item: WorkItemID, _ command: CaseCommand, _ request: Request, _ reply: @Sendable (CaseStep) -> Reply
    ) async throws(EngineError) -> Reply {
        guard let number = item.caseID.number else {
            throw EngineError(.notFound, "item-not-found", "there is no item \(item): an item id looks like 7.1:Approve")
        }
        return try await step(number, command, request, reply)
    }

    /// Answers with the case's status.
    func step(_ number: Int64, _ command: CaseCommand, _ request: Request) async throws(EngineError) -> Reply {
        try await step(number, command, request) { .changed(caseNumber: number, status: $0.state.status) }
    }

    private func step(
        _ number: Int64, _ command: CaseCommand, _ request: Request, _ reply: (CaseStep) -> Reply
    ) async throws(EngineError) -> Reply {
        try await ledger.carryOut(request, busy: Self.busy("case \(number)")) { isFirst throws(EngineError) in
            let remembered = isFirst ? cache[CaseKey(request.tenant, number)] : nil
            let entry: CaseCache.Entry
            if let remembered { entry = remembered } else { entry = try await loadEntry(number, in: request.tenant) }
            let executable = try await specifications.executable(entry.summary.specification, in: request.tenant)
            var context = try await context(request, executable, of: entry.summary.specification)
            switch try await answered(
                &context, { context throws(ExecutionError) in try executable.step(entry.state, command, in: context) })
            {
            case .success(let step):
                return try propose(
                    step, of: executable, from: entry.state, summary: entry.summary, chain: entry.chain, request, reply(step))
            case .failure(let error):
                // A refusal is only final against what is stored.
                if remembered != nil { return .stale }
                throw EngineError(error)
            }
        }
    }

    /// Turns a step into rows to commit; when they are committed, the case is remembered.
    func propose(
        _ step: CaseStep, of executable: ExecutableSpecification, from old: CaseState?, summary: CaseSummary, chain: [UInt8],
        _ request: Request, _ reply: Reply
    ) throws(EngineError) -> Ledger.Attempt<Reply> {
        var events = EventChain(
            .ofCase(summary.internalID), of: request.tenant, caseNumber: summary.number, version: summary.version, head: chain, request)
        for recorded in step.events { events.append(recorded.event.kind, at: recorded.at, try CaseCoding.encode(recorded.event)) }
        var next = summary
        next.version = events.version
        next.status = step.state.status
        next.changedAt = step.events.last?.at ?? summary.changedAt
        next.openItems = step.state.liveItems.count
        var change = try CaseCoding.change(from: old, to: step.state, summary: next, tenant: request.tenant, chain: events.head)
        try change.addOutbox(of: step, in: executable, from: old, before: summary, tenant: request.tenant)
        let part = Step.Part(
            scope: request.tenant, aggregate: events.aggregate, expectedVersion: summary.version, events: events.events,
            change: .caseChange(change))
        let entry = CaseCache.Entry(state: step.state, summary: next, chain: events.head), key = CaseKey(request.tenant, summary.number)
        return .propose(
            Ledger.Proposal(parts: [part], answer: reply, at: next.changedAt) { [cache] isCommitted in
                cache[key] = isCommitted ? entry : nil
            })
    }

    // MARK: Reading

    func loadEntry(_ number: Int64, in tenant: TenantID) async throws(EngineError) -> CaseCache.Entry {
        guard let record = try await ledger.query({ _ in try await loader.load(number, tenant: tenant) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        return try entry(of: record)
    }

    /// Also sees what another process has done.
    func currentEntry(_ number: Int64, in tenant: TenantID) async throws(EngineError) -> CaseCache.Entry {
        let summary = try await ledger.query { try await $0.caseSummary(tenant: tenant, number: number) }
        if let known = cache[CaseKey(tenant, number)], known.summary.version == summary?.version { return known }
        return try await loadEntry(number, in: tenant)
    }

    /// Reads cases that will be worked on soon, and what they are cases of, in this order and for as long as there is time. What cannot be
    /// read is found out when it is needed.
    func readAhead(_ cases: [(number: Int64, specification: Int64)], before moment: Int64, in tenant: TenantID) async {
        var known: Set<Int64> = [], numbers: [Int64] = []
        for one in cases where known.insert(one.number).inserted { numbers.append(one.number) }
        known = []
        for one in cases where known.insert(one.specification).inserted {
            guard let now = try? await ledger.now(), now < moment else { return }
            _ = try? await specifications.executable(one.specification, in: tenant)
            if specifications.rules[one.specification] == nil { _ = try? await specifications.rules(of: one.specification, in: tenant) }
        }
        let unknown = numbers.filter { cache[CaseKey(tenant, $0)] == nil }
        for start in stride(from: 0, to: unknown.count, by: CaseLoader.most) {
            guard let now = try? await ledger.now(), now < moment else { return }
            let some = Array(unknown[start ..< min(start + CaseLoader.most, unknown.count)])
            guard let records = try? await ledger.store.loadCases(tenant: tenant, numbers: some) else { continue }
            for record in records {
                let key = CaseKey(tenant, record.summary.number)
                if cache[key] == nil { cache[key] = try? entry(of: record) }
            }
        }
    }

    private func entry(of record: CaseRecord) throws(EngineError) -> CaseCache.Entry {
        CaseCache.Entry(state: try CaseCoding.state(from: record), summary: record.summary, chain: record.chain)
    }

    // MARK: Shared

    func context(
        _ request: Request, _ executable: ExecutableSpecification, of specification: Int64
    ) async throws(EngineError) -> StepContext {
        let rules = try await specifications.rules(of: specification, in: request.tenant)
        var context = StepContext(
            now: try await ledger.now(), actor: request.principal.name, choices: options.choices,
            timeZoneMinutes: options.timeZoneMinutes, rules: rules)
        if executable.usesCalendar { context.calendar = try await entities.calendar(in: request.tenant) }
        return context
    }

    func refusing<T>(_ body: () throws(ExecutionError) -> T) throws(EngineError) -> T {
        do { return try body() } catch { throw EngineError(error) }
    }

    static func busy(_ what: String) -> EngineError {
        EngineError(.unavailable, "case-busy", "\(what) is being changed by others all the time; try again")
    }
}

extension EngineError {
    init(_ error: ExecutionError) {
        let kind: Kind =
            switch error.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            }
        self.init(kind, error.code, error.message)
    }
}
