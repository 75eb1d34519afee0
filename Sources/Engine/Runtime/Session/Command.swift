import Workflow
import XMLTree

/// What can be done to specifications and cases. YAWL is a closed language, so its commands are a closed list; what the house keeps besides
/// has commands of its own kind (`Entity`). `Session.perform` carries them out.
public enum Command: Sendable {
    /// Reads, verifies and keeps every specification of a file. One with errors, or one proven not to be sound, is refused unless that
    /// is accepted; what is wrong then shows when a case gets there.
    case loadSpecification(source: [UInt8], file: String, accepting: LoadAcceptance = [])
    /// Refused while cases of it are open.
    case unloadSpecification(SpecificationReference)
    /// `data` is the document of case parameters: root named after the root net or the specification's uri; nil means none.
    case startCase(SpecificationReference, data: XMLDocument?)
    case cancelCase(Int64)
    case suspendCase(Int64)
    case resumeCase(Int64)
    /// An open case goes on in another version of its specification; refused when it does not map (`migrationPlan`).
    case migrateCase(Int64, to: SpecificationReference)
    case startItem(WorkItemID)
    /// `data` is the output document; nil completes with what the item was started with and defaults.
    case completeItem(WorkItemID, data: XMLDocument?)
    case skipItem(WorkItemID)
    case rollbackItem(WorkItemID)
    case suspendItem(WorkItemID)
    case unsuspendItem(WorkItemID)
    /// `data` goes before what the item has.
    case forceCompleteItem(WorkItemID, data: XMLDocument?)
    /// A service, or whoever did the work, says that it failed.
    case failItem(WorkItemID, data: XMLDocument?)
    case restartItem(WorkItemID)
    case cancelItem(WorkItemID)
    /// `value` is the element of the formal input parameter.
    case addInstance(WorkItemID, value: XMLDocument)
    /// Something happened outside that the case's rules for external triggers are asked about.
    case raiseCase(Int64, trigger: String)
    /// The same for an item; of the kinds that are about items, `trigger` names an external one.
    case raiseItem(WorkItemID, RuleKind, trigger: String?)
    /// What `TimerService` asks for when the timer of an item is due; `by` names the service, so that it knows its own deed.
    case expireTimer(WorkItemID, by: String)
    /// What it asks for when that was refused: the timer is tried again later.
    case postponeTimer(WorkItemID, reason: String)
}

/// What a load keeps although it would refuse it otherwise.
public struct LoadAcceptance: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Errors of verification, as far as a case can start at all.
    public static let errors = LoadAcceptance(rawValue: 1)
    /// A proof that cases can get stuck, leave work behind or never do some of it.
    public static let unsound = LoadAcceptance(rawValue: 2)
}

/// Names a loaded specification as people do: by uri or identifier, the latest version unless one is given (`order@1.2`).
public struct SpecificationReference: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let version: SpecificationVersion?

    public init(name: String, version: SpecificationVersion? = nil) {
        self.name = name
        self.version = version
    }

    /// Reads `name` or `name@version`.
    public init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        name = parts.first.map(String.init) ?? text
        version = parts.count > 1 ? SpecificationVersion(String(parts[1])) : nil
    }

    public var description: String { version.map { "\(name)@\($0)" } ?? name }
}

/// What a command answers.
public enum Reply: Sendable, Equatable, Codable {
    /// One entry per specification in the file; the findings are warnings (errors refuse the file).
    case loaded([LoadedSpecification])
    case unloaded(SpecificationID)
    case started(caseNumber: Int64, status: CaseStatus)
    /// The case after the command.
    case changed(caseNumber: Int64, status: CaseStatus)
    /// The item that is now executing: starting `1:A` gives `1.1:A`.
    case itemStarted(WorkItemID)
    case itemCompleted(WorkItemID, caseStatus: CaseStatus)
    case itemRolledBack(WorkItemID)
    /// The item after the command; without a status it is no longer there.
    case itemChanged(WorkItemID, status: ItemStatus?, caseStatus: CaseStatus)
    /// The instance that was added.
    case instanceAdded(WorkItemID)
    case timerExpired(WorkItemID, caseStatus: CaseStatus, by: String)
    case timerPostponed(WorkItemID)
}

public struct LoadedSpecification: Sendable, Equatable, Codable {
    public let id: SpecificationID
    public let findings: [Finding]
    /// Nil in replies recorded before there were any.
    public let certificate: SoundnessCertificate?

    public init(id: SpecificationID, findings: [Finding], certificate: SoundnessCertificate? = nil) {
        self.id = id
        self.findings = findings
        self.certificate = certificate
    }
}
