import Platform

/// A rule file as it was kept until schema 6: beside its specification, without a log of its own. Taken over as an entity whose log begins
/// with the file as it is.
public struct FormerRules: Sendable {
    public let change: EntityChange
    public let event: NewEvent
    public let request: RequestKey
    public let aggregate: AggregateID

    public init(
        tenant: TenantID, specification: Int64, source: [UInt8], file: String, loadedAt: Int64, loadedBy: String
    ) throws(EngineError) {
        let rules = SpecificationRules(
            specification: specification, source: Blob(source), file: file, loadedAt: loadedAt, loadedBy: loadedBy)
        let request = Request(
            principal: Principal(name: loadedBy, tenant: tenant), key: RequestKey(.engine, "former-rules:\(specification)"), fingerprint: []
        )
        // No other aggregate has the number of its specification below 0.
        aggregate = AggregateID(kind: SpecificationRules.kind.name, id: -specification)
        var chain = EventChain(aggregate, of: tenant, version: 0, head: [], request)
        let body = try Codec.encode(SpecificationRules.Event.ruleFileLoaded(rules))
        chain.append(EntityCodec.name(ofEvent: body), at: loadedAt, body)
        change = try EntityCodec.change(of: SpecificationRules.self, to: rules, id: aggregate.id, chain, effects: [])
        event = chain.events[0]
        self.request = request.key
    }
}
