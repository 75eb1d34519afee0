import Platform
import Workflow

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
