import Foundation
import Workflow
import XMLTree

/// The durable runtime: carries out commands on one write path and answers what there is. Safe to use from any task.
///
///     face → perform → load → Workflow.step (pure) → Committer → Store.commit → acknowledge
public final class WorkflowEngine: Sendable {
    let store: any Store
    let library = SpecificationLibrary()
    let records = SpecificationRecords()
    let cache = CaseCache()
    let rules = RuleLibrary()
    private let executables = SharedQuestions<Int64, ExecutableSpecification>()
    let ruleSets = SharedQuestions<RuleLibrary.Question, RuleSet?>()
    private let committer: Committer
    private let caseNumbers: CaseNumbers
    private let caseLoader: CaseLoader
    private let identifiers: IdentifierMaker
    let options: Options

    public struct Options: Sendable {
        /// Which of several equally right outcomes the engine picks; see `ChoicePolicy`.
        public var choices: ChoicePolicy
        /// The time zone of dates made by queries, in minutes east of UTC.
        public var timeZoneMinutes: Int
        /// Who does the work that is not for people, and where data outside are.
        public var services: ServiceDirectory
        /// Opens a file as a store, for backups; nil where there are none.
        public var openFile: (@Sendable (_ path: String) throws(StoreError) -> any TransferableStore)?

        public init(choices: ChoicePolicy = .first, timeZoneMinutes: Int = 0, services: ServiceDirectory = ServiceDirectory()) {
            self.choices = choices
            self.timeZoneMinutes = timeZoneMinutes
            self.services = services
        }
    }

    public init(store: any Store, options: Options = Options()) {
        self.store = store
        self.options = options
        committer = Committer(store: store)
        caseNumbers = CaseNumbers(store: store)
        caseLoader = CaseLoader(store: store)
        identifiers = IdentifierMaker(process: ProcessInfo.processInfo.processIdentifier)
    }

    /// What the store is, for headers.
    public var storeName: String { store.name }
    public var storeKind: String { store.kind }

    /// Yields whenever something was committed, by this process or another one on the same store; bursts come as one.
    public func changes() -> AsyncStream<Void> { store.changes() }

    /// Carries out a command. The same request a second time changes nothing and answers as the first time did.
    public func perform(_ command: Command, as principal: Principal, request: RequestID) async throws(EngineError) -> Reply {
        guard (1 ... 128).contains(request.description.utf8.count) else {
            throw EngineError(.invalid, "bad-request-id", "a request id has 1 to 128 bytes, this one \(request.description.utf8.count)")
        }
        if rules.isFirstUse() { await resumeExceptions(tenant: principal.tenant) }
        let reply = try await repeatable(principal, request) { () async throws(EngineError) in
            try await carryOut(command, principal, request)
        }
        if let number = reply.caseNumber, cache[number]?.state.exceptions != nil {
            await carryOutExlets(from: number, tenant: principal.tenant)
        }
        return reply
    }

    /// A repeated request usually finds the world changed by the first: what counts is what the first was told.
    func repeatable(
        _ principal: Principal, _ request: RequestID, _ body: () async throws(EngineError) -> Reply
    ) async throws(EngineError) -> Reply {
        do {
            return try await body()
        } catch {
            if let earlier = try? await earlierReply(principal, request) { return earlier }
            throw error
        }
    }

    private func carryOut(_ command: Command, _ principal: Principal, _ request: RequestID) async throws(EngineError) -> Reply {
        switch command {
        case .loadSpecification(let source, let file, let accepting):
            return try await load(source, file: file, accepting: accepting, principal, request)
        case .unloadSpecification(let reference):
            return try await unload(reference, principal, request)
        case .startCase(let reference, let data):
            return try await start(reference, data, principal: principal, request)
        case .cancelCase(let number):
            return try await step(number, .cancel, principal, request)
        case .suspendCase(let number):
            return try await step(number, .suspend, principal, request)
        case .resumeCase(let number):
            return try await step(number, .resume, principal, request)
        case .migrateCase(let number, let reference):
            return try await migrate(number, to: reference, principal, request)
        case .startItem(let id):
            return try await step(of: id, .start(id), principal, request) { step in
                .itemStarted(step.events.lazy.compactMap { if case .itemStarted(let item) = $0.event { item } else { nil } }.first ?? id)
            }
        case .completeItem(let id, let data):
            return try await step(of: id, .complete(id, output: data), principal, request) {
                .itemCompleted(id, caseStatus: $0.state.status)
            }
        case .skipItem(let id):
            return try await step(of: id, .skip(id), principal, request) { .itemCompleted(id, caseStatus: $0.state.status) }
        case .addInstance(let id, let value):
            return try await step(of: id, .addInstance(id, value: value), principal, request) { step in
                .instanceAdded(
                    step.events.lazy.compactMap { if case .itemFired(let item, _, _) = $0.event { item } else { nil } }.first ?? id)
            }
        case .rollbackItem(let id):
            return try await step(of: id, .rollback(id), principal, request) { _ in .itemRolledBack(id) }
        case .raiseCase(let number, let trigger):
            return try await step(number, .raise(.caseExternalTrigger, item: nil, trigger: trigger), principal, request)
        case .raiseItem(let id, let kind, let trigger):
            return try await change(id, .raise(kind, item: id, trigger: trigger), principal, request)
        case .loadRules(let reference, let source, let file):
            return try await loadRules(reference, source, file: file, principal, request)
        case .removeRules(let reference):
            return try await removeRules(reference, principal, request)
        case .suspendItem(let id):
            return try await change(id, .suspendItem(id), principal, request)
        case .unsuspendItem(let id):
            return try await change(id, .unsuspendItem(id), principal, request)
        case .forceCompleteItem(let id, let data):
            return try await step(of: id, .forceComplete(id, output: data), principal, request) {
                .itemCompleted(id, caseStatus: $0.state.status)
            }
        case .failItem(let id, let data):
            return try await change(id, .fail(id, output: data), principal, request)
        case .restartItem(let id):
            return try await change(id, .restart(id), principal, request)
        case .cancelItem(let id):
            return try await change(id, .cancelItem(id), principal, request)
        case .expireTimer(let id, let service):
            return try await step(of: id, .expire(id), principal, request) { .timerExpired(id, caseStatus: $0.state.status, by: service) }
        case .postponeTimer(let id, let reason):
            return try await step(of: id, .postponeExpiry(id, reason: reason), principal, request) { _ in .timerPostponed(id) }
        case .addHoliday(let day, let name):
            return try await changeCalendar(.holidayAdded(day: day, name: name), principal, request)
        case .removeHoliday(let day):
            return try await changeCalendar(.holidayRemoved(day: day), principal, request)
        }
    }

    // MARK: Specifications

    private func load(
        _ source: [UInt8], file: String, accepting: LoadAcceptance, _ principal: Principal, _ request: RequestID
    ) async throws(EngineError) -> Reply {
        let specifications: [Specification]
        do {
            specifications = try SpecificationReader.read(source, file: file)
        } catch {
            throw EngineError(
                .invalid, "specification-unreadable", "\(file) was not loaded: it is no YAWL specification that can be read",
                findings: error.findings)
        }
        let findings = specifications.map { verify($0) }
        // A variable of no type can be checked by nobody; the reference engine cannot load it at all.
        let errors = findings.joined().filter {
            $0.severity == .error && (!accepting.contains(.errors) || $0.code == "yawl-variable-untyped")
        }
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "specification-refused",
                "\(file) was not loaded: verification found \(errors.count) error\(errors.count == 1 ? "" : "s")",
                findings: findings.flatMap { $0 })
        }
        let known = try await specificationRecords(tenant: principal.tenant)
        for specification in specifications {
            if let same = known.first(where: {
                $0.isLoaded && $0.id.key == specification.id.key && $0.id.version == specification.id.version
            }) {
                if let earlier = try await earlierReply(principal, request) { return earlier }
                throw EngineError(.conflict, "specification-loaded", "\(same.id) is loaded already; give the new one a higher version")
            }
        }
        let now = try await now()
        let proofs = try prove(specifications, file: file, acceptsUnsound: accepting.contains(.unsound))
        let certificates = proofs.map { SoundnessCertificate($0, budget: .brief, source: source, at: now) }
        let reply = Reply.loaded(
            specifications.indices.map { index in
                LoadedSpecification(
                    id: specifications[index].id,
                    findings: findings[index] + proofs[index].findings(in: specifications[index], asErrors: false),
                    certificate: certificates[index])
            })
        let encodedReply = try CaseCoding.encode(reply)
        for (index, specification) in specifications.enumerated() {
            let event = try newEvent(
                "specificationLoaded",
                body: CaseCoding.encode(SpecificationEvent(id: specification.id, bytes: source.count, certificate: certificates[index])),
                at: now, principal, request, after: [])
            let record = SpecificationRecord(
                internalID: identifiers.next(now: now), id: specification.id, source: source, indexInFile: index,
                loadedAt: now, loadedBy: principal.name, isLoaded: true, version: 1, chain: event.chain, certificate: certificates[index])
            // Of several specifications in one file the last carries the request, so that a repetition finds all of them done.
            let own = index == specifications.count - 1 ? request : RequestID(request.description + "/\(index)")
            let outcome = try await commit(
                Step(
                    tenant: principal.tenant, aggregate: record.internalID, expectedVersion: 0, events: [event],
                    request: own, reply: encodedReply, change: .specification(record)))
            switch outcome {
            case .committed: continue
            case .repeated(let reply): return try CaseCoding.decode(Reply.self, from: reply)
            case .conflict: throw EngineError(.conflict, "specification-loaded", "\(specification.id) was loaded by somebody else just now")
            }
        }
        return reply
    }

    /// - Throws: `specification-unsound`, naming what can go wrong, unless that is accepted.
    private func prove(
        _ specifications: [Specification], file: String, acceptsUnsound: Bool
    ) throws(EngineError) -> [SpecificationSoundness] {
        let proofs = specifications.map { proveSoundness(of: $0, budget: .brief) }
        guard !acceptsUnsound, let wrong = specifications.indices.first(where: { proofs[$0].verdict.isProvenWrong }) else { return proofs }
        throw EngineError(
            .invalid, "specification-unsound",
            "\(file) was not loaded: \(specifications[wrong].id) is \(proofs[wrong].verdict.rawValue); "
                + "`mizzen spec verify` shows how it goes wrong, --accept-unsound loads it all the same",
            findings: zip(specifications, proofs).flatMap { $1.findings(in: $0, asErrors: true) })
    }

    private func unload(
        _ reference: SpecificationReference, _ principal: Principal, _ request: RequestID
    ) async throws(EngineError) -> Reply {
        var record = try await findOnly(reference, tenant: principal.tenant)
        let counts = try await query { try await $0.caseCounts(tenant: principal.tenant) }
        if let open = counts[record.internalID]?.open, open > 0 {
            throw EngineError(
                .conflict, "specification-in-use", "\(record.id) has \(open) open case\(open == 1 ? "" : "s"); finish or cancel them first")
        }
        let now = try await now()
        let event = try newEvent(
            "specificationUnloaded", body: CaseCoding.encode(SpecificationEvent(id: record.id, bytes: record.source.count)),
            at: now, principal, request, after: record.chain)
        let expected = record.version
        record.isLoaded = false
        record.version += 1
        record.chain = event.chain
        let reply = Reply.unloaded(record.id)
        let outcome = try await commit(
            Step(
                tenant: principal.tenant, aggregate: record.internalID, expectedVersion: expected, events: [event],
                request: request, reply: try CaseCoding.encode(reply), change: .specification(record)))
        switch outcome {
        case .committed: return reply
        case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
        case .conflict:
            throw EngineError(
                .conflict, "specification-in-use", "\(record.id) was changed by somebody else or got a new case just now; look again")
        }
    }

    /// The loaded specification people mean: by uri or identifier, the latest version unless one is named.
    func find(_ reference: SpecificationReference, tenant: Int64) async throws(EngineError) -> SpecificationRecord {
        let loaded = try await specificationRecords(tenant: tenant).filter(\.isLoaded)
        let named = loaded.filter { $0.id.uri == reference.name || $0.id.identifier == reference.name }
        let found = reference.version.map { version in named.filter { $0.id.version == version } } ?? named
        if let best = found.max(by: { $0.id.version < $1.id.version }) { return best }
        if !named.isEmpty {
            let versions = named.map(\.id.version.description).joined(separator: ", ")
            throw EngineError(
                .notFound, "specification-not-found",
                "\(reference.name) is loaded in version \(versions), not \(reference.version?.description ?? "")")
        }
        let names = Set(loaded.map(\.id.uri)).sorted().prefix(8).joined(separator: ", ")
        throw EngineError(
            .notFound, "specification-not-found",
            "no specification \(reference.name) is loaded; "
                + (names.isEmpty ? "load one with `mizzen spec load FILE`" : "there are \(names)"))
    }

    /// The loaded specification that cannot be taken for another: with several versions loaded one must be named.
    private func findOnly(_ reference: SpecificationReference, tenant: Int64) async throws(EngineError) -> SpecificationRecord {
        let found = try await find(reference, tenant: tenant)
        guard reference.version == nil else { return found }
        let versions = try await specificationRecords(tenant: tenant).filter { $0.isLoaded && $0.id.key == found.id.key }
        guard versions.count == 1 else {
            let names = versions.map(\.id.version).sorted().map(\.description).joined(separator: ", ")
            throw EngineError(
                .conflict, "version-not-named",
                "\(reference.name) is loaded in versions \(names); say which, such as \(reference.name)@\(found.id.version)")
        }
        return found
    }

    // MARK: Cases

    func start(
        _ reference: SpecificationReference, _ data: XMLDocument?, service: WorkletService? = nil, principal: Principal,
        _ request: RequestID
    ) async throws(EngineError) -> Reply {
        let record = try await find(reference, tenant: principal.tenant)
        let obstacles = try library.obstacles(of: record)
        guard obstacles.isEmpty else {
            throw EngineError(
                .refused, "not-runnable", "\(record.id) cannot be run by this version of mizzen: it uses what is not executed yet",
                findings: obstacles)
        }
        let executable = try library.executable(of: record)
        var context = try await context(principal, executable, rules: try await rules(of: record.internalID, tenant: principal.tenant))
        // Neither a repetition nor a refusal may cost a number.
        if let earlier = try await earlierReply(principal, request) { return earlier }
        // The number is part of every event, so the step is tried without one first.
        let trial = try await answered(&context) { context throws(ExecutionError) in
            try executable.step(nil, .launch(CaseID(number: 0), parameters: data, service: service), in: context)
        }
        _ = try refusing { () throws(ExecutionError) in try trial.get() }
        let number = try await query { _ in try await caseNumbers.next(tenant: principal.tenant) }
        let step = try refusing { () throws(ExecutionError) in
            try executable.step(nil, .launch(CaseID(number: number), parameters: data, service: service), in: context)
        }
        let reply = Reply.started(caseNumber: number, status: step.state.status)
        let summary = CaseSummary(
            internalID: identifiers.next(now: context.now), number: number, specification: record.internalID,
            status: step.state.status, version: 0, startedAt: context.now, startedBy: principal.name,
            changedAt: context.now, openItems: 0)
        switch try await commit(step, of: executable, from: nil, summary: summary, chain: [], principal, request, reply) {
        case .committed: return reply
        case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
        case .conflict: throw EngineError(.conflict, "specification-unloaded", "\(record.id) was unloaded just now")
        }
    }

    private func change(
        _ id: WorkItemID, _ command: CaseCommand, _ principal: Principal, _ request: RequestID
    ) async throws(EngineError) -> Reply {
        try await step(of: id, command, principal, request) { step in
            .itemChanged(id, status: step.state.items[id]?.status, caseStatus: step.state.status)
        }
    }

    private func step(
        of item: WorkItemID, _ command: CaseCommand, _ principal: Principal, _ request: RequestID,
        _ reply: (CaseStep) -> Reply
    ) async throws(EngineError) -> Reply {
        guard let number = item.caseID.number else {
            throw EngineError(.notFound, "item-not-found", "there is no item \(item): an item id looks like 7.1:Approve")
        }
        return try await step(number, command, principal, request, reply)
    }

    /// Answers with the case's status.
    func step(_ number: Int64, _ command: CaseCommand, _ principal: Principal, _ request: RequestID) async throws(EngineError) -> Reply {
        try await step(number, command, principal, request) { .changed(caseNumber: number, status: $0.state.status) }
    }

    private func step(
        _ number: Int64, _ command: CaseCommand, _ principal: Principal, _ request: RequestID,
        _ reply: (CaseStep) -> Reply
    ) async throws(EngineError) -> Reply {
        var cached = cache[number]
        for _ in 0 ..< 8 {
            let entry: CaseCache.Entry
            if let known = cached { entry = known } else { entry = try await loadEntry(number, tenant: principal.tenant) }
            let executable = try await executable(entry.summary.specification, tenant: principal.tenant)
            let rules = try await rules(of: entry.summary.specification, tenant: principal.tenant)
            var context = try await context(principal, executable, rules: rules)
            let step: CaseStep
            switch try await answered(
                &context, { context throws(ExecutionError) in try executable.step(entry.state, command, in: context) })
            {
            case .success(let taken): step = taken
            case .failure(let error):
                // What was remembered may be old: a refusal is only final against what is stored.
                if cached != nil {
                    cached = nil
                    continue
                }
                throw Self.refusal(error)
            }
            let answer = reply(step)
            switch try await commit(
                step, of: executable, from: entry.state, summary: entry.summary, chain: entry.chain, principal, request, answer)
            {
            case .committed: return answer
            case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
            case .conflict: cached = nil
            }
        }
        throw EngineError(.unavailable, "case-busy", "case \(number) is being changed by others all the time; try again")
    }

    func loadEntry(_ number: Int64, tenant: Int64) async throws(EngineError) -> CaseCache.Entry {
        guard let record = try await query({ _ in try await caseLoader.load(number, tenant: tenant) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        return try entry(of: record)
    }

    /// Reads cases that will be worked on soon, and what they are cases of, in this order and for as long as there is time. What cannot be
    /// read is found out when it is needed.
    func remember(_ cases: [(number: Int64, specification: Int64)], before moment: Int64, tenant: Int64) async {
        var known: Set<Int64> = [], numbers: [Int64] = []
        for one in cases where known.insert(one.number).inserted { numbers.append(one.number) }
        known = []
        for one in cases where known.insert(one.specification).inserted {
            guard let now = try? await now(), now < moment else { return }
            _ = try? await executable(one.specification, tenant: tenant)
            if rules[one.specification] == nil { _ = try? await rules(of: one.specification, tenant: tenant) }
        }
        let unknown = numbers.filter { cache[$0] == nil }
        for start in stride(from: 0, to: unknown.count, by: CaseLoader.most) {
            guard let now = try? await now(), now < moment else { return }
            let some = Array(unknown[start ..< min(start + CaseLoader.most, unknown.count)])
            guard let records = try? await store.loadCases(tenant: tenant, numbers: some) else { continue }
            for record in records where cache[record.summary.number] == nil { cache[record.summary.number] = try? entry(of: record) }
        }
    }

    private func entry(of record: CaseRecord) throws(EngineError) -> CaseCache.Entry {
        CaseCache.Entry(state: try CaseCoding.state(from: record), summary: record.summary, chain: record.chain)
    }

    func executable(_ internalID: Int64, tenant: Int64) async throws(EngineError) -> ExecutableSpecification {
        if let known = library.executable(of: internalID) { return known }
        return try await executables.answer(about: internalID) { () async throws(EngineError) in
            try self.library.executable(of: try await self.specificationRecord(internalID, tenant: tenant))
        }
    }

    /// Turns a step into rows, commits it and, when it holds, remembers the case.
    func commit(
        _ step: CaseStep, of executable: ExecutableSpecification, from old: CaseState?, summary: CaseSummary, chain: [UInt8],
        _ principal: Principal, _ request: RequestID, _ reply: Reply
    ) async throws(EngineError) -> StepOutcome {
        var chain = chain
        var events: [NewEvent] = []
        for recorded in step.events {
            let event = try newEvent(
                recorded.event.kind, body: CaseCoding.encode(recorded.event), at: recorded.at, principal, request, after: chain)
            chain = event.chain
            events.append(event)
        }
        var next = summary
        next.version += Int64(events.count)
        next.status = step.state.status
        next.changedAt = step.events.last?.at ?? summary.changedAt
        next.openItems = step.state.liveItems.count
        var change = try CaseCoding.change(from: old, to: step.state, summary: next, tenant: principal.tenant, chain: chain)
        try change.addOutbox(of: step, in: executable, from: old, before: summary, tenant: principal.tenant)
        let outcome = try await commit(
            Step(
                tenant: principal.tenant, aggregate: summary.internalID, expectedVersion: summary.version, events: events,
                request: request, reply: try CaseCoding.encode(reply), change: .caseChange(change)))
        cache[summary.number] = outcome == .committed ? CaseCache.Entry(state: step.state, summary: next, chain: chain) : nil
        return outcome
    }

    // MARK: Shared

    func context(_ principal: Principal, _ executable: ExecutableSpecification, rules: RuleSet?) async throws(EngineError) -> StepContext {
        var context = StepContext(
            now: try await now(), actor: principal.name, choices: options.choices, timeZoneMinutes: options.timeZoneMinutes, rules: rules)
        if executable.usesCalendar { context.calendar = try await calendar(tenant: principal.tenant) }
        return context
    }

    /// The present moment by the store's clock, in milliseconds since 1970.
    public func now() async throws(EngineError) -> Int64 { try await query { try await $0.now() } }

    func newEvent(
        _ kind: String, body: [UInt8], at: Int64, _ principal: Principal, _ request: RequestID, after chain: [UInt8]
    ) throws(EngineError) -> NewEvent {
        NewEvent(
            kind: kind, at: at, actor: principal.name, format: CaseCoding.eventFormat, body: body,
            chain: chainHash(after: chain, kind: kind, at: at, actor: principal.name, request: request, body: body))
    }

    func commit(_ step: Step) async throws(EngineError) -> StepOutcome {
        do {
            return try await committer.commit(step)
        } catch {
            throw Self.unavailable(error)
        }
    }

    func query<T: Sendable>(_ body: (any Store) async throws -> T) async throws(EngineError) -> T {
        do {
            return try await body(store)
        } catch let error as StoreError {
            throw Self.unavailable(error)
        } catch {
            throw EngineError(.failure, "store-failed", "\(error)")
        }
    }

    private func earlierReply(_ principal: Principal, _ request: RequestID) async throws(EngineError) -> Reply? {
        guard let bytes = try await query({ try await $0.reply(tenant: principal.tenant, to: request) }) else { return nil }
        return try CaseCoding.decode(Reply.self, from: bytes)
    }

    func refusing<T>(_ body: () throws(ExecutionError) -> T) throws(EngineError) -> T {
        do { return try body() } catch { throw Self.refusal(error) }
    }

    static func refusal(_ error: ExecutionError) -> EngineError {
        let kind: EngineError.Kind =
            switch error.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            }
        return EngineError(kind, error.code, error.message)
    }

    private static func unavailable(_ error: StoreError) -> EngineError {
        switch error.kind {
        case .unavailable: EngineError(.unavailable, "store-unavailable", error.message)
        case .unusable: EngineError(.unavailable, "store-unusable", error.message)
        case .failure: EngineError(.failure, "store-failed", error.message)
        }
    }
}

/// Body of the events about a specification as a whole.
struct SpecificationEvent: Codable, Sendable {
    let id: SpecificationID
    /// Size of the file.
    let bytes: Int
    /// What was proven when it was loaded.
    var certificate: SoundnessCertificate?
}

/// Wall clock in milliseconds since 1970.
@Sendable public func systemMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
