import Workflow
import XMLTree

/// What the engine answers when asked what there is. Times are milliseconds since 1970, by the store's clock.

public struct SpecificationRow: Sendable, Equatable {
    public let id: SpecificationID
    /// Name or title for people.
    public let title: String
    public let documentation: String?
    public let schemaVersion: SchemaVersion
    public let rootNet: String
    public let nets: Int
    public let tasks: Int
    public let loadedAt: Int64
    public let loadedBy: String
    public let openCases: Int
    public let allCases: Int
    /// Sentences naming what this version of mizzen does not execute yet; empty means a case can be started.
    public let obstacles: [String]
    /// What was proven when it was loaded; nil when that was before there were proofs.
    public let certificate: SoundnessCertificate?
}

public struct CaseRow: Sendable, Equatable {
    public let number: Int64
    public let specification: SpecificationID
    public let status: CaseStatus
    public let startedAt: Int64
    public let startedBy: String
    public let changedAt: Int64
    /// Items somebody can work on now.
    public let openItems: Int
    /// Events so far; also the case's version.
    public let events: Int64
}

public struct ItemRow: Sendable, Equatable {
    public let id: WorkItemID
    public let caseNumber: Int64
    public let specification: SpecificationID
    /// The task's name for people.
    public let task: String
    public let status: ItemStatus
    public let enabledAt: Int64
    public let startedAt: Int64?
    /// Who started it.
    public let owner: String?
    /// Roles and participants the specification offers it to; for now everyone is offered everything.
    public let roles: [String]
    /// What the specification says about a timer; nil without timer.
    public let timer: String?
    public let documentation: String?
    /// Items of one deferred choice share it: starting one withdraws the others.
    public let choice: String?
    /// When its running timer, or its task's, is due.
    public var due: Int64?
    /// Where its work stands when a service is to do it; nil for work of people.
    public var service: String?
}

/// One entry of the log.
public struct EventRow: Sendable, Equatable {
    /// Place in the whole log; strictly increasing, a cursor for `events(after:)`.
    public let position: Int64
    /// 0 for events that belong to no case.
    public let caseNumber: Int64
    /// 1, 2, 3 … within its case.
    public let sequence: Int64
    public let at: Int64
    /// Stable name such as `itemStarted`.
    public let kind: String
    /// One line for people.
    public let text: String
    public let actor: String
    public let request: String
}

/// A case in full.
public struct CaseDetail: Sendable {
    public let row: CaseRow
    public let state: CaseState
    public let items: [ItemRow]
    public let timers: [TimerRow]
    /// The event right after which the case was so; nil when that is now.
    public var asOf: EventRow?
}

/// An item in full: what a form needs.
public struct ItemDetail: Sendable {
    public let row: ItemRow
    /// Data the item was started with; nil while it is only offered.
    public let input: XMLDocument?
    /// The specification's decomposition: its inputs, outputs, documentation and attributes.
    public let decomposition: DecompositionCommon?
    public let types: TypeLibrary
}
