import XMLTree
import XQuery

/// A specification ready to run: its nets as graphs and its types compiled. Made once per loaded version and shared by all
/// its cases.
public final class ExecutableSpecification: Sendable {
    public let specification: Specification
    public let id: SpecificationID
    public let rootNet: String
    public let nets: SmallDictionary<String, NetGraph>
    public let types: TypeLibrary
    /// Whether a step may ask for the working calendar.
    public let usesCalendar: Bool

    /// Fails where verification would have refused: call it with a verified specification.
    public init(_ specification: Specification) throws(ExecutionError) {
        guard let root = specification.rootNet else {
            throw ExecutionError(.invalid, "no-root-net", "the specification has no root net")
        }
        self.specification = specification
        id = specification.id
        rootNet = root.id
        do {
            types = try TypeLibrary(schema: specification.schema?.root)
        } catch {
            throw ExecutionError(.invalid, "bad-schema", "the data types do not compile: \(error)")
        }
        var nets: SmallDictionary<String, NetGraph> = [:]
        for net in specification.nets { nets[net.id] = try NetGraph(net, in: specification) }
        self.nets = nets
        usesServices = specification.gateways.contains { $0.serviceName != nil }
        logsTexts = specification.hasLogTexts
        flagTypes = types.flagTypes
        usesCalendar = nets.values.contains { $0.tasks.values.contains { $0.timer?.usesCalendar ?? false } }
    }

    /// Root element name of the data documents of a decomposition.
    func dataRoot(_ decompositionID: String) -> String {
        specification.schemaVersion.hasSimpleRootData ? "data" : decompositionID
    }

    /// Whether any of its tasks is work for a service.
    public let usesServices: Bool
    /// Whether a step may have texts for the log.
    let logsTexts: Bool
    /// Names of the user's types that are flags: set or not.
    let flagTypes: Set<String>

    var validatesData: Bool { specification.schemaVersion.validatesData }
}
