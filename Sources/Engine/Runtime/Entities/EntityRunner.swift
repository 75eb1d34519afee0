import Platform

/// Owns entities of every kind: finds them, lets their kinds decide on commands, and hands what comes of it to the ledger.
final class EntityRunner: Sendable {
    let ledger: Ledger
    let kinds: KindRegistry

    init(ledger: Ledger, kinds: KindRegistry) {
        self.ledger = ledger
        self.kinds = kinds
    }

    // MARK: Finding

    func find<E: Entity>(
        _ type: E.Type, _ address: EntityTarget.Address, in tenant: TenantID
    ) async throws(EngineError) -> StoredEntity<E>? {
        guard let record = try await record(E.kind.name, address, in: Self.scope(of: E.kind.reach, tenant)),
            let entity = try EntityCodec.entity(type, from: record)
        else { return nil }
        return StoredEntity(id: record.id, version: record.version, entity: entity)
    }

    func record(_ kind: String, _ address: EntityTarget.Address, in scope: TenantID) async throws(EngineError) -> EntityRecord? {
        switch address {
        case .new: nil
        case .id(let id): try await ledger.query { try await $0.entity(tenant: scope, kind: kind, id: id) }
        case .key(let name, let value):
            try await ledger.query { try await $0.entity(tenant: scope, kind: kind, holding: EntityKey(name: name, value: value)) }
        }
    }

    /// Where entities of a kind are kept that a tenant has to do with.
    static func scope(of reach: Reach, _ tenant: TenantID) -> TenantID { if case .house = reach { .house } else { tenant } }

    // MARK: Commands

    /// Carries out a command, and those on other entities that it brings along, all or nothing.
    func perform(_ command: EntityCommand, _ request: Request) async throws(EngineError) -> EntityReply {
        let kind = command.target.kind
        guard let type = kinds[kind] else { throw EngineError(.invalid, "unknown-kind", "there is no kind of thing called \(kind)") }
        if case .house = type.kindReach, request.tenant != .house, request.key.origin != .engine {
            throw EngineError(.refused, "house-kind", "\(type.kindPlural) belong to the installation; only its operators change them")
        }
        let busy = EngineError(.unavailable, "\(kind)-busy", "\(kind) is being changed by others all the time; try again")
        return try await ledger.carryOut(request, busy: busy) { _ throws(EngineError) in
            var step = EntityStep(runner: self, request: request, now: try await ledger.now())
            let subject = try await step.take(command)
            return .propose(
                Ledger.Proposal(
                    parts: try step.parts(), answer: EntityReply(kind: kind, id: subject.id, version: subject.version), at: step.now))
        }
    }

    /// Gives an entity the command it wanted to be woken with. Whoever does it, it happens once: the request is named after the version
    /// that wanted it.
    /// - Returns: false when it is as it was, and is to be left alone for a while.
    func wake(_ record: EntityRecord, as actor: String) async -> Bool {
        guard let type = kinds[record.kind] else { return false }
        return await wake(type, record, as: actor)
    }

    private func wake<E: Entity>(_ type: E.Type, _ record: EntityRecord, as actor: String) async -> Bool {
        guard let command = E.kind.timer?.command else { return false }
        let key = RequestKey(.engine, "wake:\(record.kind)/\(record.id)/\(record.version)")
        let request = Request(
            principal: Principal(name: actor, tenant: record.tenant), key: key, fingerprint: digest([Array(key.text.utf8)]))
        do {
            return try await perform(EntityCommand(type, .id(record.id), command), request).version > record.version
        } catch {
            // Somebody else changed it, so it is looked at again; what it refuses it would refuse at once again.
            return false
        }
    }
}

/// An entity with what the store knows of it.
public struct StoredEntity<E: Entity>: Sendable {
    public let id: Int64
    /// Number of its last event.
    public let version: Int64
    public let entity: E
}

/// What a command on an entity answers.
public struct EntityReply: Codable, Sendable, Equatable {
    public let kind: String
    public let id: Int64
    /// Number of its last event.
    public let version: Int64
}

extension EngineError {
    init(_ refusal: Refusal) {
        let kind: Kind =
            switch refusal.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .refused: .refused
            }
        self.init(kind, refusal.code, refusal.message)
    }
}
