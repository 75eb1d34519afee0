import Foundation
import Platform
import Workflow
import XMLTree
import XQuery

/// What there is: read straight from the store, with names and texts from the specifications added.
extension Session {
    /// Loaded specifications, by name and then version.
    public func specifications() async throws(EngineError) -> [SpecificationRow] {
        let records = try await engine.specifications.all(in: tenant).filter(\.isLoaded)
        let counts = try await engine.ledger.query { try await $0.caseCounts(tenant: tenant) }
        var rows: [SpecificationRow] = []
        for record in records { rows.append(try row(record, counts[record.internalID] ?? (0, 0))) }
        return rows.sorted { ($0.id.uri, $0.id.version) < ($1.id.uri, $1.id.version) }
    }

    /// The file a specification was loaded from, byte for byte, and the model read from it.
    public func specification(
        _ reference: SpecificationReference
    ) async throws(EngineError)
        -> (row: SpecificationRow, model: Specification, source: String)
    {
        let record = try await engine.specifications.find(reference, in: tenant)
        let counts = try await engine.ledger.query { try await $0.caseCounts(tenant: tenant) }
        return (
            try row(record, counts[record.internalID] ?? (0, 0)), try engine.specifications.library.model(of: record),
            String(decoding: record.source, as: UTF8.self)
        )
    }

    /// Newest first.
    public func cases(openOnly: Bool = false, before number: Int64? = nil, limit: Int = 100_000) async throws(EngineError) -> [CaseRow] {
        let summaries = try await engine.ledger.query {
            try await $0.cases(tenant: tenant, openOnly: openOnly, before: number, limit: limit)
        }
        let ids = try await engine.specifications.ids(in: tenant)
        return summaries.map { row($0, ids) }
    }

    public func caseDetail(_ number: Int64) async throws(EngineError) -> CaseDetail {
        guard let record = try await engine.ledger.query({ try await $0.loadCase(tenant: tenant, number: number) }) else {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        let ids = try await engine.specifications.ids(in: tenant)
        return CaseDetail(
            row: row(record.summary, ids), state: try CaseCoding.state(from: record),
            items: try await items(ofCase: number), timers: try await timers(ofCase: number))
    }

    /// Items that are not done, oldest first; of one case or of all.
    public func items(
        ofCase number: Int64? = nil, after item: ItemCursor? = nil, limit: Int = 100_000
    ) async throws(EngineError) -> [ItemRow] {
        let records = try await engine.ledger.query { try await $0.items(tenant: tenant, caseNumber: number, after: item, limit: limit) }
        let due = try await dueTimes(ofCase: number), notes = try await serviceNotes(ofCase: number)
        return try await rows(records, due: due, notes: notes)
    }

    /// Items with what the specifications say of them.
    /// - Parameters:
    ///   - timers: when the timers run out, by owner.
    ///   - notes: how far the services called for them are.
    func rows(
        _ records: [ItemRecord], due timers: [WorkItemID: Int64], notes: [WorkItemID: String] = [:]
    ) async throws(EngineError) -> [ItemRow] {
        let specifications = Dictionary(try await engine.specifications.all(in: tenant).map { ($0.internalID, $0) }) { a, _ in a }
        var tasks: [TaskKey: TaskFacts] = [:]
        var rows: [ItemRow] = []
        for record in records {
            guard let specification = specifications[record.specification] else { continue }
            let key = TaskKey(specification: record.specification, net: record.netName, task: record.item.task)
            let facts: TaskFacts
            if let known = tasks[key] {
                facts = known
            } else {
                facts = TaskFacts(try engine.specifications.library.model(of: specification), net: record.netName, task: record.item.task)
                tasks[key] = facts
            }
            rows.append(row(record, specification.id, facts, timers, notes))
        }
        return rows
    }

    /// Everything about one item; reads it by its id, and no list.
    public func itemDetail(_ id: WorkItemID) async throws(EngineError) -> ItemDetail {
        guard let number = id.caseID.number,
            let record = try await engine.ledger.query({
                try await $0.item(tenant: tenant, caseNumber: number, id)
            })
        else { throw try await missing(id) }
        let specification = try await engine.specifications.record(record.specification, in: tenant)
        let model = try engine.specifications.library.model(of: specification)
        var facts = TaskFacts(model, net: record.netName, task: id.task)
        let input: XMLDocument?
        do {
            input = try record.input.map { text throws(XMLError) in try XMLDocument.parse(text, options: .stored) }
        } catch {
            throw EngineError(.failure, "stored-form", "the stored data of item \(id) cannot be read: \(error)")
        }
        let timers = facts.timer == nil ? [:] : try await dueTimes(ofCase: number)
        let notes = facts.isForService ? try await serviceNotes(ofCase: number) : [:]
        if let text = facts.documentation, !TextTemplate(text).isPlain {
            facts.documentation = try await filled(text, for: record, model, input: input, timerDue: timers[id])
        }
        return ItemDetail(
            row: row(record, specification.id, facts, timers, notes), input: input, decomposition: facts.decomposition,
            types: try engine.specifications.library.executable(of: specification).types)
    }

    private func missing(_ id: WorkItemID) async throws(EngineError) -> EngineError {
        guard let number = id.caseID.number,
            try await engine.ledger.query({ try await $0.caseSummary(tenant: tenant, number: number) }) != nil
        else { return EngineError(.notFound, "item-not-found", "there is no item \(id)") }
        let others = try await engine.ledger.query { try await $0.items(tenant: tenant, caseNumber: number, after: nil, limit: 5) }
            .map(\.item.description).joined(separator: ", ")
        return EngineError(
            .notFound, "item-not-found",
            "there is no open item \(id); it may be started, done, withdrawn or cancelled"
                + (others.isEmpty ? "" : ". Case \(number) has \(others)"))
    }

    /// A documentation text about an item with its places filled in .
    private func filled(
        _ text: String, for record: ItemRecord, _ model: Specification, input: XMLDocument?, timerDue: Int64?
    ) async throws(EngineError) -> String {
        guard let stored = try await engine.ledger.query({ try await $0.loadCase(tenant: tenant, number: record.caseNumber) }) else {
            return text
        }
        let task = model.nets.first { $0.id == record.netName }?.tasks.first { $0.id == record.item.task }
        let scope = TextScope(
            specification: model, item: try CaseCoding.state(from: stored).items[record.item], task: task,
            decomposition: task?.decomposition.flatMap { model.decomposition($0) }, data: input, timerDue: timerDue,
            environment: QueryEnvironment(now: try await now(), timeZoneMinutes: engine.options.timeZoneMinutes))
        return scope.filled(text)
    }

    /// The log in order: of one case from its beginning, or of everything after a position.
    public func events(
        ofCase number: Int64? = nil, after position: Int64 = 0, limit: Int = 10_000
    ) async throws(EngineError) -> [EventRow] {
        if let number, try await engine.ledger.query({ try await $0.caseSummary(tenant: tenant, number: number) }) == nil {
            throw EngineError(.notFound, "case-not-found", "there is no case \(number)")
        }
        return try await engine.ledger.query { try await $0.events(tenant: tenant, caseNumber: number, after: position, limit: limit) }.map(
            row(of:))
    }

    /// The newest entries of the whole log, oldest of them first.
    public func latestEvents(limit: Int) async throws(EngineError) -> [EventRow] {
        try await engine.ledger.query { try await $0.latestEvents(tenant: tenant, limit: limit) }.map(row(of:))
    }

    // MARK: Rows

    private func row(_ record: SpecificationRecord, _ counts: (open: Int, all: Int)) throws(EngineError) -> SpecificationRow {
        let model = try engine.specifications.library.model(of: record)
        return SpecificationRow(
            id: record.id, title: model.name ?? model.metadata.title ?? model.uri,
            documentation: model.documentation ?? model.metadata.description, schemaVersion: model.schemaVersion,
            rootNet: model.rootNet?.id ?? "", nets: model.nets.count, tasks: model.nets.reduce(0) { $0 + $1.tasks.count },
            loadedAt: record.loadedAt, loadedBy: record.loadedBy, openCases: counts.open, allCases: counts.all,
            obstacles: try engine.specifications.library.obstacles(of: record).map(\.message), certificate: record.certificate)
    }

    func row(_ summary: CaseSummary, _ ids: [Int64: SpecificationID]) -> CaseRow {
        CaseRow(
            number: summary.number,
            specification: ids[summary.specification] ?? SpecificationID(identifier: nil, version: SpecificationVersion(nil), uri: "?"),
            status: summary.status, startedAt: summary.startedAt, startedBy: summary.startedBy, changedAt: summary.changedAt,
            openItems: summary.openItems, events: summary.version)
    }

    /// By owner.
    private func dueTimes(ofCase number: Int64?) async throws(EngineError) -> [WorkItemID: Int64] {
        let timers = try await engine.ledger.query { try await $0.timers(tenant: tenant, caseNumber: number, limit: .max) }
        return Dictionary(timers.map { ($0.item, $0.due) }) { a, _ in a }
    }

    private func row(
        _ record: ItemRecord, _ specification: SpecificationID, _ facts: TaskFacts, _ due: [WorkItemID: Int64],
        _ services: [WorkItemID: String]
    ) -> ItemRow {
        ItemRow(
            id: record.item, caseNumber: record.caseNumber, specification: specification, task: facts.label, status: record.status,
            enabledAt: record.enabledAt, startedAt: record.startedAt, owner: record.owner, roles: facts.roles, timer: facts.timer,
            documentation: facts.documentation, choice: record.choice,
            due: due[record.item] ?? due[WorkItemID(record.net, record.item.task)], service: services[record.item])
    }
}

private struct TaskKey: Hashable {
    let specification: Int64
    let net: String
    let task: String
}

/// What a specification says of a task that people want to see beside its items.
private struct TaskFacts {
    var label: String
    var roles: [String] = []
    var timer: String?
    var documentation: String?
    var decomposition: DecompositionCommon?
    /// Whether a service does the work.
    var isForService = false

    init(_ specification: Specification, net netID: String, task taskID: String) {
        label = taskID
        guard
            let task = specification.nets.lazy.filter({ $0.id == netID || netID.isEmpty }).flatMap(\.tasks).first(where: { $0.id == taskID }
            )
        else { return }
        label = task.label
        roles = (task.resourcing?.roles ?? []) + (task.resourcing?.participants ?? [])
        timer = task.timer?.text
        let decomposition = task.decomposition.flatMap { specification.decomposition($0) }
        if case .gateway(let gateway)? = decomposition { isForService = gateway.serviceName != nil }
        self.decomposition = decomposition?.common
        documentation = [task.documentation, self.decomposition?.documentation].lazy.compactMap { $0 }.first { !$0.isEmpty }
    }
}

extension TimerSetting {
    /// As one phrase: `OnEnabled PT1H`.
    var text: String {
        let due =
            switch due {
            case .variable(let name): "from variable \(name)"
            case .expiry(let text): "at \(text)"
            case .duration(let text): text
            case .interval(let ticks, let unit): "\(ticks) \(unit)"
            }
        return [trigger, due].compactMap { $0 }.joined(separator: " ")
    }
}

extension Session {
    /// An event as people see it.
    func row(of record: EventRecord) -> EventRow {
        EventRow(
            position: record.position, caseNumber: record.caseNumber, sequence: record.sequence, at: record.event.at,
            kind: record.event.kind, text: EventText.line(record, kinds: kinds), actor: record.event.actor,
            request: RequestKey.text(of: record.request, format: record.event.format))
    }
}
