/// What a decomposition takes and gives, worked out once so that a step has nothing to sort or look up.
public final class Signature: Sendable {
    /// Id of the decomposition.
    public let id: String
    /// Root element name of its data documents.
    public let dataRoot: String
    /// In the order in which data are written and validated.
    public let inputs: [Parameter]
    public let outputs: [Parameter]
    public let attributes: [ExtendedAttribute]
    let validatesInput: Bool
    /// Some output has a value for when it is missing.
    let hasDefaultOutputs: Bool

    init(_ common: DecompositionCommon, in specification: Specification) {
        id = common.id
        dataRoot = specification.schemaVersion.hasSimpleRootData ? "data" : common.id
        inputs = common.inputs.sortedByIndex()
        outputs = common.outputs.sortedByIndex()
        attributes = common.attributes
        validatesInput = specification.schemaVersion.validatesData
            && !attributes.contains { $0.name == "skipOutboundSchemaValidation" && $0.value == "true" }
        hasDefaultOutputs = outputs.contains { !($0.defaultValue ?? "").isEmpty }
    }
}
