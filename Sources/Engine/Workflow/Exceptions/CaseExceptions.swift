/// What a case remembers of exceptions.
public struct CaseExceptions: Sendable, Equatable, Codable {
    /// How many exlets there have been.
    public internal(set) var raised = 0
    /// Exlets under way, oldest first.
    public internal(set) var exlets: [Exlet] = []
    /// Only for a worklet.
    public internal(set) var service: WorkletService?

    /// Whether something outside of the case has to happen for it.
    public var needsOthers: Bool { exlets.contains { $0.need != nil } }

    subscript(exlet id: Int) -> Exlet? {
        get { exlets.first { $0.id == id } }
        set {
            guard let index = exlets.firstIndex(where: { $0.id == id }) else { return }
            if let newValue { exlets[index] = newValue } else { exlets.remove(at: index) }
        }
    }
}

/// Whom a worklet serves.
public struct WorkletService: Sendable, Equatable, Codable {
    public let caseNumber: Int64
    public let exlet: Int
    /// How many cases stand above it.
    public let depth: Int

    public init(caseNumber: Int64, exlet: Int, depth: Int) {
        self.caseNumber = caseNumber
        self.exlet = exlet
        self.depth = depth
    }

    /// Deeper nesting is a circle of rules.
    public static let maxDepth = 8
}
