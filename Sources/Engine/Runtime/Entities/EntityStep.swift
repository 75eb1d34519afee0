import Platform

/// A step on entities while it is worked out: those it touches, as they are so far, and what became of them. One command may bring others
/// along; all of them are decided on the same states.
struct EntityStep {
    private struct Draft {
        let type: any Entity.Type
        let expectedVersion: Int64
        var state: (any Entity)?
        var chain: EventChain
        var effects: [OutboxRecord] = []
    }

    let runner: EntityRunner
    let request: Request
    /// Milliseconds since 1970.
    let now: Int64
    private var drafts: [AggregateID: Draft] = [:]
    private var order: [AggregateID] = []

    /// Commands one step may consist of, and questions one decision may ask.
    private static let maxCommands = 32, maxQuestions = 64

    init(runner: EntityRunner, request: Request, now: Int64) {
        self.runner = runner
        self.request = request
        self.now = now
    }

    /// - Returns: the entity the command was for, and its version after it.
    mutating func take(_ command: EntityCommand) async throws(EngineError) -> (id: Int64, version: Int64) {
        var waiting = [command], taken = 0
        var subject: AggregateID?
        while !waiting.isEmpty {
            taken += 1
            guard taken <= Self.maxCommands else {
                throw EngineError(.refused, "step-too-large", "one command brings along more than \(Self.maxCommands) others")
            }
            let next = waiting.removeFirst()
            guard let type = runner.kinds[next.target.kind] else {
                throw EngineError(.failure, "unknown-kind", "there is no kind of thing called \(next.target.kind)")
            }
            let aggregate = try await open(next.target, type)
            if subject == nil { subject = aggregate }
            waiting += try await decide(type, next, on: aggregate)
        }
        guard let subject, let draft = drafts[subject] else { throw EngineError(.failure, "empty-step", "there was no command") }
        return (subject.id, draft.chain.version)
    }

    /// What has changed, in the order in which it was touched.
    /// - Throws: `key-taken` when two entities of the step want the same key.
    func parts() throws(EngineError) -> [Step.Part] {
        var parts: [Step.Part] = [], keys: [String: Int64] = [:]
        for aggregate in order {
            guard let draft = drafts[aggregate], !draft.chain.events.isEmpty else { continue }
            let change = try change(draft.type, draft, aggregate)
            for key in change.keys {
                let other = keys.updateValue(aggregate.id, forKey: "\(draft.chain.tenant) \(aggregate.kind) \(key.name) \(key.value)")
                if other != nil {
                    throw EngineError(.conflict, "key-taken", "another \(aggregate.kind) takes the \(key.name) “\(key.value)” at once")
                }
            }
            parts.append(
                Step.Part(
                    scope: draft.chain.tenant, aggregate: aggregate, expectedVersion: draft.expectedVersion, events: draft.chain.events,
                    change: .entity(change)))
        }
        return parts
    }

    private func change<E: Entity>(_ type: E.Type, _ draft: Draft, _ aggregate: AggregateID) throws(EngineError) -> EntityChange {
        try EntityCodec.change(of: type, to: draft.state as? E, id: aggregate.id, draft.chain, effects: draft.effects)
    }

    // MARK: Entities

    /// Reads an entity once; one that a key names and nobody has is a new one.
    private mutating func open(_ target: EntityTarget, _ type: any Entity.Type) async throws(EngineError) -> AggregateID {
        if let known = drafted(target, type) { return known }
        let scope = EntityRunner.scope(of: type.kindReach, request.tenant)
        let record = try await runner.record(target.kind, target.address, in: scope)
        if case .id(let id) = target.address, record?.body == nil {
            throw EngineError(.notFound, "\(target.kind)-not-found", "there is no \(target.kind) \(id)")
        }
        let id: Int64
        if let record { id = record.id } else { id = try await runner.ledger.nextID(now: now) }
        let aggregate = AggregateID(kind: target.kind, id: id)
        let chain = EventChain(aggregate, of: scope, version: record?.version ?? 0, head: record?.chain ?? [], request)
        drafts[aggregate] = Draft(
            type: type, expectedVersion: chain.version, state: try record.flatMap { record throws(EngineError) in try state(type, record) },
            chain: chain)
        order.append(aggregate)
        return aggregate
    }

    private func state<E: Entity>(_ type: E.Type, _ record: EntityRecord) throws(EngineError) -> (any Entity)? {
        try EntityCodec.entity(type, from: record)
    }

    private func drafted(_ target: EntityTarget, _ type: any Entity.Type) -> AggregateID? {
        switch target.address {
        case .new: nil
        case .id(let id): drafts[AggregateID(kind: target.kind, id: id)].map { _ in AggregateID(kind: target.kind, id: id) }
        case .key(let name, let value): order.first { $0.kind == target.kind && holds(type, $0, name, value) }
        }
    }

    private func holds<E: Entity>(_ type: E.Type, _ aggregate: AggregateID, _ key: String, _ value: String) -> Bool {
        guard let state = drafts[aggregate]?.state as? E else { return false }
        return E.kind.uniqueKeys.contains { $0.name == key && $0.value(state) == value }
    }

    // MARK: Decisions

    private mutating func decide<E: Entity>(
        _ type: E.Type, _ command: EntityCommand, on aggregate: AggregateID
    ) async throws(EngineError) -> [EntityCommand] {
        guard let typed = command.command as? E.Command, var draft = drafts[aggregate] else {
            throw EngineError(.failure, "foreign-command", "\(command.command) is no command of a \(aggregate.kind)")
        }
        let decision = try await decision(E.self, typed, on: draft.state as? E, aggregate)
        for event in decision.events {
            let body = try Codec.encode(event)
            draft.chain.append(EntityCodec.name(ofEvent: body), at: now, body)
            draft.state = E.apply(event, to: draft.state as? E)
        }
        for effect in decision.effects {
            let name = "effect:\(aggregate.kind)/\(aggregate.id)/\(draft.chain.version)/\(draft.effects.count)"
            draft.effects.append(
                OutboxRecord(
                    tenant: draft.chain.tenant, caseNumber: 0, owner: aggregate, request: RequestID(name), kind: .effect,
                    name: effect.topic, item: nil, body: Array(effect.body.utf8), addedAt: now, dueAt: max(now, effect.notBefore ?? 0)))
        }
        drafts[aggregate] = draft
        return decision.also
    }

    /// Decides as often as it takes to have asked everything that is asked.
    private mutating func decision<E: Entity>(
        _ type: E.Type, _ command: E.Command, on state: E?, _ aggregate: AggregateID
    ) async throws(EngineError) -> Decision<E> {
        var answers: [EntityTarget: DecisionContext.Answer] = [:]
        while true {
            let context = DecisionContext(
                id: aggregate.id, tenant: request.tenant, actor: request.principal.name, now: now, answers: answers)
            do throws(Refusal) {
                return try E.decide(command, on: state, in: context)
            } catch {
                guard let question = error.question, answers.count < Self.maxQuestions else { throw EngineError(error) }
                answers[question] = try await answer(to: question)
            }
        }
    }

    private func answer(to question: EntityTarget) async throws(EngineError) -> DecisionContext.Answer {
        guard let type = runner.kinds[question.kind] else { return .none }
        if let known = drafted(question, type), let state = drafts[known]?.state { return .found(id: known.id, state) }
        // A tenant reads only those kinds of the house that are public.
        if type.kindReach == .house(isPublic: false), request.tenant != .house { return .none }
        let scope = EntityRunner.scope(of: type.kindReach, request.tenant)
        guard let record = try await runner.record(question.kind, question.address, in: scope), let entity = try state(type, record) else {
            return .none
        }
        return .found(id: record.id, entity)
    }
}
