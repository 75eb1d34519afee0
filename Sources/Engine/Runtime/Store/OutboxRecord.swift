import Platform
import Workflow

/// Something the world outside still has to be told or asked: work for a service, a value for an external data gateway, an effect of an
/// entity. Written and removed in the transaction of the step it comes from; who claims it, how often it failed and why is kept beside
/// it and is no part of any case.
public struct OutboxRecord: Sendable, Equatable {
    public enum Kind: Int, Sendable, Codable {
        /// `item` is to be done by the service `name`.
        case service = 0
        /// `body` is for the gateway `name`.
        case gateway = 1
        /// `body` is an effect of an entity, for whoever serves the topic `name`.
        case effect = 2
    }

    public enum State: Int, Sendable, Codable {
        /// For somebody to claim once `dueAt` has come.
        case waiting = 0
        /// Claimed; when `dueAt` comes the claim has lapsed and anybody may claim it again.
        case running = 1
        /// The service has it; the item stays executing until somebody completes it.
        case accepted = 2
        /// Failed too often; somebody has to look at it.
        case parked = 3
    }

    public var tenant: TenantID
    /// 0 when it belongs to no case.
    public var caseNumber: Int64
    /// The case or entity whose step wants it.
    public var owner: AggregateID
    /// Names this very piece of work, the same at every attempt: `service:7.42` is what event 42 of case 7 asked for.
    public var request: RequestID
    public var kind: Kind
    public var name: String
    public var item: WorkItemID?
    /// For a gateway an encoded `GatewayWrite`, for a topic what the entity said.
    public var body: [UInt8]
    public var addedAt: Int64
    public var state: State
    /// Milliseconds since 1970.
    public var dueAt: Int64
    public var attempts: Int
    /// Why the last attempt failed.
    public var reason: String?
    /// The idempotency key under which it may have gone out before keys named store and tenant; nil for all that came later.
    public var sentAs: String?

    public init(
        tenant: TenantID, caseNumber: Int64, owner: AggregateID, request: RequestID, kind: Kind, name: String, item: WorkItemID?,
        body: [UInt8],
        addedAt: Int64, state: State = .waiting, dueAt: Int64, attempts: Int = 0, reason: String? = nil, sentAs: String? = nil
    ) {
        self.tenant = tenant
        self.caseNumber = caseNumber
        self.owner = owner
        self.request = request
        self.kind = kind
        self.name = name
        self.item = item
        self.body = body
        self.addedAt = addedAt
        self.state = state
        self.dueAt = dueAt
        self.attempts = attempts
        self.reason = reason
        self.sentAs = sentAs
    }
}

/// Who claims what: entries of these kinds and names that are due now are his until `until`.
public struct OutboxClaim: Sendable {
    public var kind: OutboxRecord.Kind
    public var name: String
    /// Unlike any other claimant's, of any process.
    public var claimant: String
    public var now: Int64
    public var until: Int64
    public var limit: Int

    public init(kind: OutboxRecord.Kind, name: String, claimant: String, now: Int64, until: Int64, limit: Int) {
        self.kind = kind
        self.name = name
        self.claimant = claimant
        self.now = now
        self.until = until
        self.limit = limit
    }
}

/// What becomes of a claimed entry.
public enum OutboxOutcome: Sendable, Equatable {
    /// It is done with: the entry goes.
    case done
    case accepted
    /// To be tried again at a moment; `reason` nil when it did not fail but cannot be done just now.
    case postponed(until: Int64, reason: String?)
    case parked(reason: String)
}
