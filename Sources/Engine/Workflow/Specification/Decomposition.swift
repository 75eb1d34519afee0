import XMLTree

/// What a task can stand for: a net of its own or work given to somebody outside.
public enum Decomposition: Sendable, Equatable {
    case net(Net)
    case gateway(Gateway)

    public var id: String { common.id }

    /// What both kinds have.
    public var common: DecompositionCommon {
        get {
            switch self {
            case .net(let net): net.common
            case .gateway(let gateway): gateway.common
            }
        }
        set {
            switch self {
            case .net(var net):
                net.common = newValue
                self = .net(net)
            case .gateway(var gateway):
                gateway.common = newValue
                self = .gateway(gateway)
            }
        }
    }
}

/// The signature shared by nets and gateways.
public struct DecompositionCommon: Sendable, Equatable {
    public var id: String
    public var name: String?
    public var documentation: String?
    /// In document order; `sorted` puts them in the order data are written and validated in.
    public var inputs: [Parameter] = []
    public var outputs: [Parameter] = []
    /// Beta 2 and 3: the queries that make the output of the decomposition (`outputExpression`).
    public var outputExpressions: [String] = []
    public var logPredicate: LogPredicate?
    /// Every attribute that is not the grammar's own, kept and handed to whoever does the work.
    public var attributes: [ExtendedAttribute] = []
    public var mark: SourceMark = .unknown

    public init(id: String) { self.id = id }
}

/// `NetFactsType`: a process graph with its variables.
public struct Net: Sendable, Equatable {
    public var common: DecompositionCommon
    public var isRoot: Bool
    public var locals: [Parameter]
    /// Conditions and tasks in document order, the input condition first and the output condition last.
    public var elements: [NetElement]
    /// Class name of a case data gateway.
    public var externalDataGateway: String?

    public init(
        common: DecompositionCommon, isRoot: Bool = false, locals: [Parameter] = [], elements: [NetElement] = [],
        externalDataGateway: String? = nil
    ) {
        self.common = common
        self.isRoot = isRoot
        self.locals = locals
        self.elements = elements
        self.externalDataGateway = externalDataGateway
    }

    public var id: String { common.id }
    public var tasks: [NetTask] { elements.compactMap { if case .task(let task) = $0 { task } else { nil } } }
    public var conditions: [NetCondition] { elements.compactMap { if case .condition(let condition) = $0 { condition } else { nil } } }
    public var inputCondition: NetCondition? { conditions.first { $0.kind == .input } }
    public var outputCondition: NetCondition? { conditions.first { $0.kind == .output } }

    /// Input parameters and local variables, which together hold the net's data, in index order.
    public var variables: [Parameter] { (common.inputs + locals).sortedByIndex() }
}

/// `WebServiceGatewayFactsType`: work for a person or a service.
public struct Gateway: Sendable, Equatable {
    public var common: DecompositionCommon
    public var enablementParameters: [Parameter] = []
    public var service: ServiceReference?
    public var codelet: String?
    /// As written: `manual` or `automated`; absent means manual.
    public var externalInteraction: String?

    public init(common: DecompositionCommon) { self.common = common }

    public var id: String { common.id }
    public var isAutomated: Bool { externalInteraction == "automated" }

    /// The service that does the work of the task; nil for work of people. A codelet goes before a service, as in the reference
    /// resource service; a service may also take work that is not automated.
    public var serviceName: String? {
        if isAutomated, let codelet, !codelet.isEmpty { return codelet }
        if let uri = service?.uri, !uri.isEmpty { return uri }
        return isAutomated ? Self.automated : nil
    }

    /// Stands for the service of automated tasks that name neither a codelet nor a service.
    public static let automated = "automated"
}

/// `yawlService`: the URI of the service that does the work, and what the file says of it.
public struct ServiceReference: Sendable, Equatable {
    public var uri: String
    public var documentation: String?
    public var wsdlLocation: String?
    public var operationName: String?

    public init(uri: String, documentation: String? = nil, wsdlLocation: String? = nil, operationName: String? = nil) {
        self.uri = uri
        self.documentation = documentation
        self.wsdlLocation = wsdlLocation
        self.operationName = operationName
    }
}

/// Text templates evaluated when an event is logged.
public struct LogPredicate: Sendable, Equatable {
    public var start: String?
    public var completion: String?

    public init(start: String? = nil, completion: String? = nil) {
        self.start = start
        self.completion = completion
    }
}

/// An attribute beyond the grammar, with its qualified name as written.
public struct ExtendedAttribute: Sendable, Equatable {
    public var name: String
    public var namespace: String
    public var value: String

    public init(name: String, namespace: String = "", value: String) {
        self.name = name
        self.namespace = namespace
        self.value = value
    }
}
