import XMLTree
import XQuery

/// What the keys of a `TextTemplate` can speak of. Parts that are nil have nothing to say: their keys stay unresolved.
public struct TextScope: Sendable {
    public var specification: Specification
    public var item: WorkItem?
    public var task: NetTask?
    public var decomposition: Decomposition?
    public var parameter: Parameter?
    /// How a parameter is used: `inputParam` or `outputParam`.
    public var usage: String?
    /// The item's or the net's data.
    public var data: XMLDocument?
    /// When the item's timer runs out, milliseconds since 1970.
    public var timerDue: Int64?
    public var environment: QueryEnvironment

    public init(
        specification: Specification, item: WorkItem? = nil, task: NetTask? = nil, decomposition: Decomposition? = nil,
        data: XMLDocument? = nil, timerDue: Int64? = nil, environment: QueryEnvironment
    ) {
        self.specification = specification
        self.item = item
        self.task = task
        self.decomposition = decomposition
        self.data = data
        self.timerDue = timerDue
        self.environment = environment
    }

    public func filled(_ text: String) -> String { TextTemplate(text).filled(value) }

    /// nil where the key is unknown or has no value here.
    func value(_ key: String) -> String? {
        let parts = key.split(separator: ":", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : ""
        let found: String? =
            switch parts.first {
            case _ where key.hasPrefix("/"): query(key)
            case "item": itemValue(rest)
            case "task": taskValue(rest)
            case "spec": specificationValue(rest)
            case "decomp": decompositionValue(rest)
            case "parameter": parameterValue(rest)
            case "expression": query(rest)
            case "now" where rest.isEmpty: query("string(current-dateTime())")
            case "date" where rest.isEmpty: query("string(current-date())")
            case "time" where rest.isEmpty: query("string(current-time())")
            default: nil
            }
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func itemValue(_ key: String) -> String? {
        guard let item else { return nil }
        let gateway: Gateway? = if case .gateway(let gateway)? = decomposition { gateway } else { nil }
        return switch key {
        case "id": item.id.description
        case "status": item.status.text
        case "codelet": gateway?.codelet
        case "customform": task?.customForm
        case "enabledtime": moment(item.enabledAt)
        // An item fires when it is started, or with the sibling that is.
        case "firedtime", "startedtime": item.startedAt.flatMap(moment)
        case "timer:status": task?.timer == nil ? nil : timerDue == nil ? "closed" : "active"
        case "timer:expiry": timerDue.flatMap(moment)
        // The engine knows a service by nothing but its address.
        case "handlingservice:name", "handlingservice:uri": gateway?.service?.uri
        case "handlingservice:doco": gateway?.service?.documentation
        default: attribute(key, decomposition?.common.attributes)
        }
    }

    private func taskValue(_ key: String) -> String? {
        switch key {
        case "id": task?.id
        case "name": task?.label
        case "doco": task?.documentation
        case "decomposition:name": decomposition.map(label)
        default: nil
        }
    }

    private func specificationValue(_ key: String) -> String? {
        switch key {
        case "name": specification.uri
        case "version": specification.id.version.description
        case "key": specification.id.key
        default: nil
        }
    }

    private func decompositionValue(_ key: String) -> String? {
        guard let decomposition else { return nil }
        return switch key {
        case "name": label(decomposition)
        case "spec:name": specification.uri
        case "inputs": decomposition.common.inputs.sortedByIndex().map(\.name).joined(separator: ", ")
        case "outputs": decomposition.common.outputs.sortedByIndex().map(\.name).joined(separator: ", ")
        default: attribute(key, decomposition.common.attributes)
        }
    }

    private func parameterValue(_ key: String) -> String? {
        guard let parameter else { return nil }
        return switch key {
        case "name": parameter.name
        case "datatype": parameter.typeName
        case "namespace": if case .named(_, let namespace) = parameter.type { namespace } else { nil }
        case "doco": parameter.documentation
        case "usage": usage
        case "ordering": parameter.index.map(String.init)
        case "decomposition": decomposition.map(label)
        case "initialvalue": parameter.initialValue
        case "defaultvalue": parameter.defaultValue
        default: attribute(key, parameter.attributes)
        }
    }

    private func attribute(_ key: String, _ attributes: [ExtendedAttribute]?) -> String? {
        guard key.hasPrefix("attribute:") else { return nil }
        return attributes?.first { $0.name == key.dropFirst("attribute:".count) }?.value
    }

    private func label(_ decomposition: Decomposition) -> String { decomposition.common.name ?? decomposition.id }

    private func query(_ text: String) -> String? {
        guard let query = try? Query.compile(text) else { return nil }
        let input = data.map { QueryInput.document($0) } ?? .none
        guard let found = try? query.string(over: input, in: environment) else { return nil }
        // A path gives its element; people want what it says.
        guard found.hasPrefix("<"), let element = try? XMLDocument.parse(found) else { return found }
        return element.root?.stringValue
    }

    private func moment(_ at: Int64) -> String? {
        let query = "string(xs:dateTime('1970-01-01T00:00:00Z') + xs:dayTimeDuration('PT\(at / 1000)S'))"
        return try? Query.compile(query).string(over: .none, in: environment)
    }
}
