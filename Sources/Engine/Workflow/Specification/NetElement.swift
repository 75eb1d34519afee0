import XMLTree

/// A node of a net as written. Implicit conditions between two tasks are not here; `NetGraph` adds them.
public enum NetElement: Sendable, Equatable {
    case condition(NetCondition)
    case task(NetTask)

    public var id: String {
        switch self {
        case .condition(let condition): condition.id
        case .task(let task): task.id
        }
    }

    public var flows: [Flow] {
        switch self {
        case .condition(let condition): condition.flows
        case .task(let task): task.flows
        }
    }

    public var mark: SourceMark {
        switch self {
        case .condition(let condition): condition.mark
        case .task(let task): task.mark
        }
    }
}

/// A place that holds tokens.
public struct NetCondition: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case input, output, plain }

    public var id: String
    public var kind: Kind
    public var name: String?
    public var documentation: String?
    public var flows: [Flow]
    public var mark: SourceMark

    public init(
        id: String, kind: Kind = .plain, name: String? = nil, documentation: String? = nil, flows: [Flow] = [],
        mark: SourceMark = .unknown
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.documentation = documentation
        self.flows = flows
        self.mark = mark
    }
}

/// An arrow from one element to the next.
public struct Flow: Sendable, Equatable {
    public var target: String
    public var predicate: Predicate?
    public var isDefault: Bool
    public var documentation: String?
    public var mark: SourceMark

    /// The condition under which an XOR or OR split takes the flow.
    public struct Predicate: Sendable, Equatable {
        public var query: String
        /// As written; XOR splits look at flows in ascending order.
        public var ordering: String?
        public var mark: SourceMark

        public init(_ query: String, ordering: String? = nil, mark: SourceMark = .unknown) {
            self.query = query
            self.ordering = ordering
            self.mark = mark
        }

        public var order: Int? { ordering.flatMap { Int($0.filter { !$0.isWhitespace }) } }
    }

    public init(
        target: String, predicate: Predicate? = nil, isDefault: Bool = false, documentation: String? = nil, mark: SourceMark = .unknown
    ) {
        self.target = target
        self.predicate = predicate
        self.isDefault = isDefault
        self.documentation = documentation
        self.mark = mark
    }
}

/// How a task gathers or spreads tokens.
public enum ControlType: String, Sendable, Equatable, Codable { case and, or, xor }

/// A unit of work: atomic, composite (a net) or empty (no decomposition: pure routing).
public struct NetTask: Sendable, Equatable {
    public var id: String
    public var name: String?
    public var documentation: String?
    public var flows: [Flow] = []
    public var join: ControlType
    public var split: ControlType
    /// Elements of the same net that lose their tokens when the task completes: the cancellation set.
    public var removesTokens: [RemovedElement] = []
    /// The same for the implicit conditions of flows between two tasks.
    public var removesTokensFromFlows: [RemovedFlow] = []
    public var startingMappings: [Mapping] = []
    public var completedMappings: [Mapping] = []
    public var enablementMappings: [Mapping] = []
    public var timer: TimerSetting?
    public var resourcing: Resourcing?
    public var customForm: String?
    public var decomposition: String?
    public var multipleInstances: MultipleInstances?
    /// Configurable process models; kept, never interpreted.
    public var configuration: XMLDocument?
    public var defaultConfiguration: XMLDocument?
    public var mark: SourceMark

    public init(id: String, join: ControlType, split: ControlType, mark: SourceMark = .unknown) {
        self.id = id
        self.join = join
        self.split = split
        self.mark = mark
    }

    /// The name people see.
    public var label: String { if let name, !name.isEmpty { name } else { id } }
}

public struct RemovedElement: Sendable, Equatable {
    public var id: String
    public var mark: SourceMark

    public init(id: String, mark: SourceMark = .unknown) {
        self.id = id
        self.mark = mark
    }
}

public struct RemovedFlow: Sendable, Equatable {
    public var source: String
    public var destination: String
    public var mark: SourceMark

    public init(source: String, destination: String, mark: SourceMark = .unknown) {
        self.source = source
        self.destination = destination
        self.mark = mark
    }
}

/// A query whose result goes to a variable or parameter.
public struct Mapping: Sendable, Equatable {
    public var query: String
    public var target: String
    public var mark: SourceMark

    public init(query: String, target: String, mark: SourceMark = .unknown) {
        self.query = query
        self.target = target
        self.mark = mark
    }

    /// `#external:Class[:parameter]`: a call of a data gateway, not a query.
    public var isExternal: Bool { query.hasPrefix("#external:") }
}
