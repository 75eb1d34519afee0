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
    }

    /// Root element name of the data documents of a decomposition.
    func dataRoot(_ decompositionID: String) -> String {
        specification.schemaVersion.hasSimpleRootData ? "data" : decompositionID
    }

    var validatesData: Bool { specification.schemaVersion.validatesData }
}
