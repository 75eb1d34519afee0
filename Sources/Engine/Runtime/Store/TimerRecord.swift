import Platform
import Workflow

/// A timer of a case as a store keeps it: written and removed with the step that starts or stops it.
public struct TimerRecord: Sendable, Equatable {
    public var tenant: TenantID
    public var caseNumber: Int64
    public var specification: Int64
    /// Owner: an offer, or an item that was started.
    public var item: WorkItemID
    /// 1, 2, 3 … within the case.
    public var number: Int
    /// Id of the net's decomposition, to find the task.
    public var netName: String
    /// Milliseconds since 1970; while it stands still, what it was when its case was suspended.
    public var due: Int64
    /// When there is something to do about it; nil while its case is suspended.
    public var wakesAt: Int64?
    public var failure: RunningTimer.Failure?

    public init(
        tenant: TenantID, caseNumber: Int64, specification: Int64, item: WorkItemID, number: Int, netName: String, due: Int64,
        wakesAt: Int64?, failure: RunningTimer.Failure?
    ) {
        self.tenant = tenant
        self.caseNumber = caseNumber
        self.specification = specification
        self.item = item
        self.number = number
        self.netName = netName
        self.due = due
        self.wakesAt = wakesAt
        self.failure = failure
    }

    /// Its expiry happens once, whoever carries it out, because the request is named after the timer.
    var request: RequestID { RequestID("timer:\(caseNumber).\(number)") }
}
