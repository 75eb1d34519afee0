import Workflow

/// Where the world is kept: the log, the snapshots and the queues. SQLite and PostgreSQL implement it alike; a conformance suite
/// holds them to it. Nothing here knows a rule: a store keeps what a step says and refuses what came too late.
public protocol Store: Sendable {
    /// For people: a path, or a server and database.
    var name: String { get }
    /// `embedded` or `postgresql`.
    var kind: String { get }

    /// Batches of steps that are worth committing side by side.
    var concurrentCommits: Int { get }

    /// The present moment in milliseconds since 1970, the same for everybody who has the store open: what is due is due by it.
    func now() async throws(StoreError) -> Int64

    /// Commits steps of different aggregates in one transaction, each on its own terms: a step whose version is not the stored
    /// one changes nothing and is a conflict; one whose request was answered before gives that answer. Returns after the flush.
    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome]

    /// Hands out `count` case numbers never handed out before, and gives the first. Numbers not used are lost.
    func reserveCaseNumbers(tenant: Int64, count: Int) async throws(StoreError) -> Int64

    /// The reply recorded for a request.
    func reply(tenant: Int64, to request: RequestID) async throws(StoreError) -> [UInt8]?

    func specifications(tenant: Int64) async throws(StoreError) -> [SpecificationRecord]
    func specification(tenant: Int64, id: Int64) async throws(StoreError) -> SpecificationRecord?
    /// Which specifications there are, by internal id, in which version of their records.
    func specificationVersions(tenant: Int64) async throws(StoreError) -> [Int64: Int64]
    /// Open and all cases by specification.
    func caseCounts(tenant: Int64) async throws(StoreError) -> [Int64: (open: Int, all: Int)]

    /// The rules of a specification; nil when it has none.
    func ruleSet(tenant: Int64, specification: Int64) async throws(StoreError) -> RuleSetRecord?
    /// Cases with exlets that wait for something outside of them, oldest first.
    func casesAwaitingOthers(tenant: Int64) async throws(StoreError) -> [Int64]

    /// Cases with their data and items, as needed to go on with them, by number; those that are not there are left out.
    func loadCases(tenant: Int64, numbers: [Int64]) async throws(StoreError) -> [CaseRecord]
    /// Newest first.
    func cases(tenant: Int64, openOnly: Bool, limit: Int) async throws(StoreError) -> [CaseSummary]
    func caseSummary(tenant: Int64, number: Int64) async throws(StoreError) -> CaseSummary?
    /// Numbers of cases above one, ascending: to go through all of them.
    func caseNumbers(tenant: Int64, after number: Int64, limit: Int) async throws(StoreError) -> [Int64]
    /// Items that are not done, oldest first; of one case or of all.
    func items(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [ItemRecord]

    /// Timers that wake at or before a moment, the earliest first; of all tenants.
    func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord]
    /// When the earliest timer wakes that wakes after a moment; nil when none does.
    func nextTimer(after moment: Int64) async throws(StoreError) -> Int64?
    /// Timers that run or stand still, the earliest first; of one case or of all.
    func timers(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord]

    /// Claims entries of the outbox, those due longest first. Of several who claim at once each entry goes to one.
    func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord]
    /// Ends a claim; without effect when the claim has lapsed and somebody else has the entry, or when the entry is gone.
    func settleOutbox(tenant: Int64, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError)
    /// When the next entry of a kind and one of these names can be claimed; nil when there is none.
    func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64?
    /// What is in the outbox, oldest first; of one case or of all.
    func outbox(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord]
    /// Makes what is parked due now, of one item or of all; gives how many.
    func retryOutbox(tenant: Int64, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int

    /// nil until somebody has changed it.
    func calendar(tenant: Int64) async throws(StoreError) -> CalendarRecord?

    /// The log after a position, in order; of one aggregate or of all.
    func events(tenant: Int64, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord]
    func latestEvents(tenant: Int64, limit: Int) async throws(StoreError) -> [EventRecord]

    /// Yields after commits, this process's and others', once they can be read. Several may come as one; none is missed.
    func changes() -> AsyncStream<Void>
}

extension Store {
    /// One writer at a time, unless the store says otherwise.
    public var concurrentCommits: Int { 1 }

    public func loadCase(tenant: Int64, number: Int64) async throws(StoreError) -> CaseRecord? {
        try await loadCases(tenant: tenant, numbers: [number]).first
    }
}

/// What one command changes, to be kept as a whole or not at all.
public struct Step: Sendable {
    public var tenant: Int64
    /// Internal id of the case or specification; of the calendar, `CalendarRecord.aggregate`.
    public var aggregate: Int64
    /// The version the step was worked out from; 0 for something new. Also the sequence number before its first event.
    public var expectedVersion: Int64
    public var events: [NewEvent]
    public var request: RequestID
    public var reply: [UInt8]
    public var change: Change

    public enum Change: Sendable {
        case specification(SpecificationRecord)
        case caseChange(CaseChange)
        /// The specification with its new version, and its rules from now on.
        case rules(SpecificationRecord, RuleSetRecord?)
        case calendar(CalendarRecord)
    }

    public var newVersion: Int64 { expectedVersion + Int64(events.count) }
}

public struct NewEvent: Sendable, Equatable {
    public var kind: String
    public var at: Int64
    public var actor: String
    /// Version of the body's format.
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
    public var aggregate: Int64
    /// 0 when the event belongs to no case.
    public var caseNumber: Int64
    public var sequence: Int64
    public var request: RequestID
    public var event: NewEvent

    public init(position: Int64, aggregate: Int64, caseNumber: Int64, sequence: Int64, request: RequestID, event: NewEvent) {
        self.position = position
        self.aggregate = aggregate
        self.caseNumber = caseNumber
        self.sequence = sequence
        self.request = request
        self.event = event
    }
}

public enum StepOutcome: Sendable, Equatable {
    case committed
    /// Somebody else was faster; load again and try again.
    case conflict
    /// The request was carried out before; this is what it was answered.
    case repeated(reply: [UInt8])
}

/// A loaded specification: the file as it came, and what is needed to find it.
public struct SpecificationRecord: Sendable, Equatable {
    public var internalID: Int64
    public var id: SpecificationID
    public var source: [UInt8]
    /// Which of several specifications in the file it is.
    public var indexInFile: Int
    public var loadedAt: Int64
    public var loadedBy: String
    /// False once it has been unloaded; finished cases still name it.
    public var isLoaded: Bool
    public var version: Int64
    /// Hash of its last event.
    public var chain: [UInt8]
    /// What was proven of it when it was loaded; nil when that was before there were proofs.
    public var certificate: SoundnessCertificate?

    public init(
        internalID: Int64, id: SpecificationID, source: [UInt8], indexInFile: Int, loadedAt: Int64, loadedBy: String,
        isLoaded: Bool, version: Int64, chain: [UInt8], certificate: SoundnessCertificate? = nil
    ) {
        self.internalID = internalID
        self.id = id
        self.source = source
        self.indexInFile = indexInFile
        self.loadedAt = loadedAt
        self.loadedBy = loadedBy
        self.isLoaded = isLoaded
        self.version = version
        self.chain = chain
        self.certificate = certificate
    }
}

/// A rule file as it came.
public struct RuleSetRecord: Sendable, Equatable {
    public var specification: Int64
    public var source: [UInt8]
    public var file: String
    public var loadedAt: Int64
    public var loadedBy: String
    /// Of the specification when they were loaded: other rules have another one.
    public var version: Int64

    public init(specification: Int64, source: [UInt8], file: String, loadedAt: Int64, loadedBy: String, version: Int64) {
        self.specification = specification
        self.source = source
        self.file = file
        self.loadedAt = loadedAt
        self.loadedBy = loadedBy
        self.version = version
    }
}

/// What a step does to a case's rows.
public struct CaseChange: Sendable {
    public var summary: CaseSummary
    /// Marking and items without their documents; canonical, so that equal cases have equal bytes.
    public var marking: [UInt8]
    public var markingHash: [UInt8]
    /// Hash of the last event.
    public var chain: [UInt8]
    public var variables: [VariableRecord]
    public var removedVariables: [VariableKey]
    public var items: [ItemRecord]
    public var removedItems: [WorkItemID]
    /// Whether some exlet of the case waits for something outside of it; nil when that has not changed.
    public var awaitsOthers: Bool?
    public var timers: [TimerRecord]
    /// By owner.
    public var removedTimers: [WorkItemID]
    /// What the world outside is to be told or asked because of the step.
    public var outbox: [OutboxRecord] = []
    /// Items whose work for a service is over.
    public var withdrawnFromServices: [WorkItemID] = []
}

public struct VariableKey: Sendable, Hashable {
    public var net: CaseID
    public var name: String

    public init(net: CaseID, name: String) {
        self.net = net
        self.name = name
    }
}

public struct VariableRecord: Sendable, Equatable {
    public var key: VariableKey
    /// Place in the order of the net's variables.
    public var index: Int
    public var document: String

    public init(key: VariableKey, index: Int, document: String) {
        self.key = key
        self.index = index
        self.document = document
    }
}

public struct ItemRecord: Sendable, Equatable {
    public var caseNumber: Int64
    public var specification: Int64
    public var item: WorkItemID
    public var net: CaseID
    /// Id of the net's decomposition, to find the task.
    public var netName: String
    public var status: ItemStatus
    public var enabledAt: Int64
    public var startedAt: Int64?
    public var owner: String?
    public var choice: String?
    public var input: String?
    public var output: String?

    public init(
        caseNumber: Int64, specification: Int64, item: WorkItemID, net: CaseID, netName: String, status: ItemStatus, enabledAt: Int64,
        startedAt: Int64?, owner: String?, choice: String?, input: String?, output: String?
    ) {
        self.caseNumber = caseNumber
        self.specification = specification
        self.item = item
        self.net = net
        self.netName = netName
        self.status = status
        self.enabledAt = enabledAt
        self.startedAt = startedAt
        self.owner = owner
        self.choice = choice
        self.input = input
        self.output = output
    }
}

public struct CaseSummary: Sendable, Equatable {
    public var internalID: Int64
    public var number: Int64
    public var specification: Int64
    public var status: CaseStatus
    public var version: Int64
    public var startedAt: Int64
    public var startedBy: String
    public var changedAt: Int64
    public var openItems: Int

    public init(
        internalID: Int64, number: Int64, specification: Int64, status: CaseStatus, version: Int64, startedAt: Int64,
        startedBy: String, changedAt: Int64, openItems: Int
    ) {
        self.internalID = internalID
        self.number = number
        self.specification = specification
        self.status = status
        self.version = version
        self.startedAt = startedAt
        self.startedBy = startedBy
        self.changedAt = changedAt
        self.openItems = openItems
    }
}

public struct CaseRecord: Sendable, Equatable {
    public var summary: CaseSummary
    public var marking: [UInt8]
    public var markingHash: [UInt8]
    public var chain: [UInt8]
    public var variables: [VariableRecord]
    public var items: [ItemRecord]

    public init(
        summary: CaseSummary, marking: [UInt8], markingHash: [UInt8], chain: [UInt8], variables: [VariableRecord], items: [ItemRecord]
    ) {
        self.summary = summary
        self.marking = marking
        self.markingHash = markingHash
        self.chain = chain
        self.variables = variables
        self.items = items
    }
}

/// Why the store did not do it. Nothing of a failed commit is kept.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// Cannot be reached or is busy beyond patience; the same call may work later.
        case unavailable
        /// The file or schema is not ours, newer than this program, or damaged.
        case unusable
        case failure
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
