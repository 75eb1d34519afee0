import Platform

/// Entities as their kinds' types.
extension Session {
    /// Carries out a command on an entity; `.new` makes one, and so does a key that nobody has.
    /// - Throws: what the kind refuses; `key-taken` when another entity has one of its unique keys; `not-permitted`, `request-reused`.
    @discardableResult
    public func perform<E: Entity>(
        _ command: E.Command, on type: E.Type, _ address: EntityTarget.Address, verb: String = "change", request: RequestID
    ) async throws(EngineError) -> EntityReply {
        try await perform(EntityCommand(type, address, command), verb: verb, request: request)
    }

    /// - Parameter verb: of the permission: `listing.publish`.
    public func perform(_ command: EntityCommand, verb: String, request: RequestID) async throws(EngineError) -> EntityReply {
        try check(permission: "\(command.target.kind).\(verb)")
        let fingerprint = digest([
            Array(command.target.kind.utf8), Array("\(command.target.address)".utf8), try Codec.encode(command.command),
        ])
        return try await engine.entities.perform(command, try self.request(request, fingerprint))
    }

    /// - Returns: nil when there is none, or none any more.
    public func entity<E: Entity>(
        _ type: E.Type, _ address: EntityTarget.Address
    ) async throws(EngineError) -> StoredEntity<E>? {
        try checkReading(type)
        return try await engine.entities.find(type, address, in: tenant)
    }

    func checkReading(_ type: any Entity.Type) throws(EngineError) {
        guard type.kindReach == .house(isPublic: false), tenant != .house else { return }
        throw EngineError(.refused, "house-kind", "\(type.kindPlural) belong to the installation; only its operators see them")
    }
}
