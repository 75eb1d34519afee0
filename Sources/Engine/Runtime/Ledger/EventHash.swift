import Platform

/// The hash an event carries: over its predecessor's and all that is said of it. Two formats: logs written before format 2 left out whose
/// event it is, so such events could be moved elsewhere unnoticed.
enum EventHash {
    /// Of events written now.
    static let format = 2

    static func of(_ record: EventRecord, after chain: [UInt8]) -> [UInt8] {
        let event = record.event
        return event.format < 2
            ? first(event, request: record.request, after: chain)
            : second(
                event, tenant: record.tenant, aggregate: record.aggregate, caseNumber: record.caseNumber, sequence: record.sequence,
                request: record.request, after: chain)
    }

    private static func first(_ event: NewEvent, request: String, after chain: [UInt8]) -> [UInt8] {
        digest([
            chain, Array(event.kind.utf8), Array(String(event.at).utf8), Array(event.actor.utf8), Array(request.utf8), event.body,
        ])
    }

    static func second(
        _ event: NewEvent, tenant: TenantID, aggregate: AggregateID, caseNumber: Int64, sequence: Int64, request: String,
        after chain: [UInt8]
    ) -> [UInt8] {
        var fields = HashFields(capacity: event.body.count + request.utf8.count + 256)
        fields.append(chain)
        for number in [tenant.rawValue, aggregate.id, caseNumber, sequence, Int64(event.format), event.at] { fields.append(number) }
        for text in [aggregate.kind, event.kind, event.actor, request] { fields.append(text.utf8) }
        fields.append(event.body)
        return sha256(fields.bytes)
    }
}

/// The events of one aggregate, each chained to the one before it.
struct EventChain {
    let tenant: TenantID
    let aggregate: AggregateID
    let caseNumber: Int64
    let request: String
    let actor: String
    private(set) var version: Int64
    /// Hash of the last event.
    private(set) var head: [UInt8]
    private(set) var events: [NewEvent] = []

    init(_ aggregate: AggregateID, of tenant: TenantID, caseNumber: Int64 = 0, version: Int64, head: [UInt8], _ request: Request) {
        self.tenant = tenant
        self.aggregate = aggregate
        self.caseNumber = caseNumber
        self.request = request.key.description
        actor = request.principal.name
        self.version = version
        self.head = head
    }

    mutating func append(_ kind: String, at: Int64, _ body: [UInt8]) {
        var event = NewEvent(kind: kind, at: at, actor: actor, format: EventHash.format, body: body, chain: [])
        version += 1
        event.chain = EventHash.second(
            event, tenant: tenant, aggregate: aggregate, caseNumber: caseNumber, sequence: version, request: request, after: head)
        head = event.chain
        events.append(event)
    }
}
