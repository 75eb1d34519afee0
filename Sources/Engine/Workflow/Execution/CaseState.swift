import XMLTree

/// A case as a value: markings, data and live items of all its nets. It is what the events of the case add up to, and is
/// changed by nothing else.
public struct CaseState: Sendable, Equatable, Codable {
    public internal(set) var id: CaseID
    public internal(set) var specification: SpecificationID
    public internal(set) var status: CaseStatus
    /// Nets that run now, the root net among them; empty once the case has ended.
    public internal(set) var nets: SmallDictionary<CaseID, NetState> = [:]
    public internal(set) var items: SmallDictionary<WorkItemID, WorkItem> = [:]
    /// nil until the first timer of the case starts; most cases have none.
    public internal(set) var timers: CaseTimers?
    /// What was left when the case ended; nil while it is open.
    public internal(set) var ending: Ending?
    /// Exlets and what the case serves as a worklet; nil where rules have never had a say.
    public internal(set) var exceptions: CaseExceptions?

    /// How a case ended.
    public struct Ending: Sendable, Equatable, Codable {
        /// The document of the root net's output parameters.
        public var output: XMLDocument?
        /// The root net's variables at the end.
        public var variables: [Variable]
        /// Completed with nothing left over: no token but the one in the output condition, no item.
        public var isProper: Bool
        /// Tasks a token was waiting for when nothing could move any more.
        public var deadlocked: [String]
    }

    /// Before the first event.
    init(id: CaseID, specification: SpecificationID) {
        self.id = id
        self.specification = specification
        status = .running
    }

    /// The root net while the case is open.
    public var rootNet: NetState? { nets[id] }

    /// Live items in the order of their ids.
    public var liveItems: [WorkItem] { items.values.filter(\.status.isLive).sorted { $0.id < $1.id } }
}

/// One execution of a net.
public struct NetState: Sendable, Equatable, Codable {
    public let caseID: CaseID
    /// Id of the net.
    public let net: String
    /// The composite task this net runs for; nil for the root net.
    public let parent: WorkItemID?
    /// Tokens per condition, implicit conditions (`c{A_B}`) included; conditions without a token are not listed.
    public internal(set) var tokens: SmallDictionary<String, Int> = [:]
    /// Tasks that hold their token inside.
    public internal(set) var busy: SmallDictionary<String, BusyTask> = [:]
    /// Values of input parameters and local variables in index order.
    public internal(set) var variables: [Variable]
    /// Children ever made under this case id; the next one is `caseID.children + 1`.
    public internal(set) var children = 0

    /// The data as a document rooted `rootName` (the net's id, or `data` for Beta 2 and 3).
    public func document(rootName: String) -> CompositeDocument {
        CompositeDocument(rootName: rootName, parts: variables.map(\.value))
    }

    public var isEmpty: Bool { tokens.isEmpty && busy.isEmpty }

    /// A token in the output condition, or none left anywhere.
    func isFinished(_ outputCondition: String) -> Bool { isEmpty || tokens.contains(key: outputCondition) }
}

/// A named value: one document whose root element has the name.
public struct Variable: Sendable, Equatable, Codable {
    public let name: String
    public let value: XMLDocument

    public init(name: String, value: XMLDocument) {
        self.name = name
        self.value = value
    }

    public init(from decoder: any Decoder) throws {
        let value = try XMLDocument(from: decoder)
        self.init(name: value.root?.localName ?? "", value: value)
    }

    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A unit of work somebody can see.
public struct WorkItem: Sendable, Equatable, Codable {
    public let id: WorkItemID
    /// The net it belongs to.
    public let net: CaseID
    public internal(set) var status: ItemStatus
    /// While it is suspended: what it was before.
    public internal(set) var suspendedFrom: ItemStatus?
    /// Input data, from firing on.
    public internal(set) var data: XMLDocument?
    /// Output document once complete.
    public internal(set) var output: XMLDocument?
    /// Shared by the alternatives of one deferred choice while they are offered.
    public internal(set) var choice: String?
    public internal(set) var enabledAt: Int64
    public internal(set) var startedAt: Int64?
    public internal(set) var startedBy: String?

    /// The status; of a suspended item the one it goes back to.
    public var standing: ItemStatus { suspendedFrom ?? status }
}

// The stored form of a case is its marking alone: values of variables and documents of items have rows of their own, which
// `restore` puts back.

extension NetState {
    enum CodingKeys: String, CodingKey { case caseID, net, parent, tokens, busy, children }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        caseID = try container.decode(CaseID.self, forKey: .caseID)
        net = try container.decode(String.self, forKey: .net)
        parent = try container.decodeIfPresent(WorkItemID.self, forKey: .parent)
        tokens = try container.decode(SmallDictionary<String, Int>.self, forKey: .tokens)
        busy = try container.decode(SmallDictionary<String, BusyTask>.self, forKey: .busy)
        children = try container.decode(Int.self, forKey: .children)
        variables = []
    }
}

extension WorkItem {
    enum CodingKeys: String, CodingKey { case id, net, status, suspendedFrom, choice, enabledAt, startedAt, startedBy }
}

extension CaseState {
    /// Puts the documents back into a case read from its stored marking.
    public mutating func restore(variables: [CaseID: [Variable]], documents: [WorkItemID: (input: XMLDocument?, output: XMLDocument?)]) {
        for (net, values) in variables { nets.update(net) { $0.variables = values } }
        for (item, (input, output)) in documents {
            items.update(item) {
                $0.data = input
                $0.output = output
            }
        }
    }
}

extension CaseID: CodingKeyRepresentable {
    public var codingKey: any CodingKey { description.codingKey }
    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

extension WorkItemID: CodingKeyRepresentable {
    public var codingKey: any CodingKey { description.codingKey }
    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
