import Platform
import Workflow

/// What one request changes, to be kept as a whole or not at all: all parts of it, its reply, its events.
public struct Step: Sendable {
    /// Whose request it is.
    public var tenant: TenantID
    public var key: RequestKey
    /// Of what was asked: the same key with another one is somebody's mistake.
    public var fingerprint: [UInt8]
    public var reply: [UInt8]
    /// Milliseconds since 1970.
    public var at: Int64
    /// W3C trace context of who asked; nil when nobody traces.
    public var trace: String?
    public var parts: [Part]

    /// The change of one aggregate.
    public struct Part: Sendable {
        /// The step's own tenant, or the house.
        public var scope: TenantID
        public var aggregate: AggregateID
        /// The version it was worked out from; 0 for something new. Also the sequence number before its first event.
        public var expectedVersion: Int64
        public var events: [NewEvent]
        public var change: Change

        public init(scope: TenantID, aggregate: AggregateID, expectedVersion: Int64, events: [NewEvent], change: Change) {
            self.scope = scope
            self.aggregate = aggregate
            self.expectedVersion = expectedVersion
            self.events = events
            self.change = change
        }

        public var newVersion: Int64 { expectedVersion + Int64(events.count) }

        /// 0 when it belongs to no case.
        public var caseNumber: Int64 { if case .caseChange(let change) = change { change.summary.number } else { 0 } }
    }

    public enum Change: Sendable {
        case specification(SpecificationRecord)
        case caseChange(CaseChange)
        case entity(EntityChange)
    }

    public init(
        tenant: TenantID, key: RequestKey, fingerprint: [UInt8], reply: [UInt8], at: Int64, trace: String? = nil, parts: [Part]
    ) {
        self.tenant = tenant
        self.key = key
        self.fingerprint = fingerprint
        self.reply = reply
        self.at = at
        self.trace = trace
        self.parts = parts
    }
}

public enum StepOutcome: Sendable, Equatable {
    case committed
    /// Somebody else was faster; load again and try again.
    case conflict
    /// The request was carried out before; this is what it was answered, and the fingerprint of what it asked.
    case repeated(RecordedReply)
    /// Another entity has one of the unique keys.
    case taken(TakenKey)
}

public struct RecordedReply: Sendable, Equatable {
    public var reply: [UInt8]
    /// Empty where it was recorded before there were any.
    public var fingerprint: [UInt8]

    public init(reply: [UInt8], fingerprint: [UInt8]) {
        self.reply = reply
        self.fingerprint = fingerprint
    }
}

public struct TakenKey: Sendable, Equatable {
    public var kind: String
    public var key: String
    public var value: String
    /// The entity that has it.
    public var holder: Int64

    public init(kind: String, key: String, value: String, holder: Int64) {
        self.kind = kind
        self.key = key
        self.value = value
        self.holder = holder
    }
}

/// Something with a version and events of its own.
public struct AggregateID: Sendable, Hashable {
    /// `case`, `specification`, or the name of a kind of entity.
    public var kind: String
    public var id: Int64

    public init(kind: String, id: Int64) {
        self.kind = kind
        self.id = id
    }

    public static let caseKind = "case"
    public static let specificationKind = "specification"

    /// Of an event that was logged before events said what they belong to.
    public init(formerly id: Int64, caseNumber: Int64) {
        self.init(kind: caseNumber > 0 ? Self.caseKind : id < 0 ? "calendar" : Self.specificationKind, id: id)
    }

    public static func ofCase(_ id: Int64) -> AggregateID { AggregateID(kind: caseKind, id: id) }
    public static func ofSpecification(_ id: Int64) -> AggregateID { AggregateID(kind: specificationKind, id: id) }
}

public struct NewEvent: Sendable, Equatable {
    public var kind: String
    public var at: Int64
    public var actor: String
    /// Version of the body's format and of what the hash covers.
    public var format: Int
    public var body: [UInt8]
    /// Hash over the predecessor's hash and this event.
    public var chain: [UInt8]

    public init(kind: String, at: Int64, actor: String, format: Int, body: [UInt8], chain: [UInt8]) {
        self.kind = kind
        self.at = at
        self.actor = actor
        self.format = format
        self.body = body
        self.chain = chain
    }
}

public struct EventRecord: Sendable, Equatable {
    public var position: Int64
    public var tenant: TenantID
    public var aggregate: AggregateID
    /// 0 when the event belongs to no case.
    public var caseNumber: Int64
    public var sequence: Int64
    /// As it is stored; `RequestKey.text(of:)` gives what people know it by.
    public var request: String
    public var trace: String?
    public var event: NewEvent

    public init(
        position: Int64, tenant: TenantID, aggregate: AggregateID, caseNumber: Int64, sequence: Int64, request: String, trace: String?,
        event: NewEvent
    ) {
        self.position = position
        self.tenant = tenant
        self.aggregate = aggregate
        self.caseNumber = caseNumber
        self.sequence = sequence
        self.request = request
        self.trace = trace
        self.event = event
    }
}
