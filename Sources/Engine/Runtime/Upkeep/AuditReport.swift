import Platform

/// What came of following the log's chains of hashes and comparing what is stored with them.
public struct AuditReport: Sendable, Equatable {
    /// The first thing wrong with an aggregate.
    public struct Fault: Sendable, Equatable {
        public let tenant: TenantID
        /// `case`, `specification`, or a kind of entity.
        public let kind: String
        /// Number of the case, internal id of everything else.
        public let number: Int64
        public let sequence: Int64
        public let message: String

        /// 0 when it is no case's.
        public var caseNumber: Int64 { kind == AggregateID.caseKind ? number : 0 }
    }

    public internal(set) var events: Int64 = 0
    /// Cases, specifications and entities of every kind.
    public internal(set) var aggregates = 0
    /// Aggregates with something wrong.
    public internal(set) var faulty = 0
    /// By the order of the log, `maxFaults` at most.
    public internal(set) var faults: [Fault] = []

    public var fault: Fault? { faults.first }

    public static let maxFaults = 100

    mutating func add(_ fault: Fault) {
        faulty += 1
        if faults.count < Self.maxFaults { faults.append(fault) }
    }
}
