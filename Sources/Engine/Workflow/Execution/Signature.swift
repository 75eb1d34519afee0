import XMLTree

/// What a decomposition takes and gives, worked out once so that a step has nothing to sort or look up.
public final class Signature: Sendable {
    /// Id of the decomposition.
    public let id: String
    /// Root element name of its data documents.
    public let dataRoot: String
    let dataRootName: XMLName
    /// In the order in which data are written and validated.
    public let inputs: [Parameter]
    public let outputs: [Parameter]
    let outputNames: [String]
    public let attributes: [ExtendedAttribute]
    let validatesInput: Bool
    /// Some output has a value for when it is missing.
    let hasDefaultOutputs: Bool
    /// What the documents are validated against; nil when a parameter is untyped or declared by an element, which have no place in a
    /// generated sequence: such specifications are refused at load.
    let inputSequence: [TypeLibrary.Member]?
    let outputSequence: [TypeLibrary.Member]?
    /// Its data when there are none.
    let emptyDocument: XMLDocument
    /// The same as the input of a single instance.
    let emptyInputs: [XMLDocument]

    init(_ common: DecompositionCommon, in specification: Specification) {
        id = common.id
        dataRoot = specification.schemaVersion.hasSimpleRootData ? "data" : common.id
        dataRootName = XMLName(dataRoot)
        inputs = common.inputs.sortedByIndex()
        outputs = common.outputs.sortedByIndex()
        outputNames = outputs.map(\.name)
        attributes = common.attributes
        validatesInput =
            specification.schemaVersion.validatesData
            && !attributes.contains { $0.name == "skipOutboundSchemaValidation" && $0.value == "true" }
        hasDefaultOutputs = outputs.contains { !($0.defaultValue ?? "").isEmpty }
        inputSequence = Self.sequence(inputs)
        outputSequence = Self.sequence(outputs)
        emptyDocument = XMLDocument(element: dataRoot)
        emptyInputs = [emptyDocument]
    }

    private static func sequence(_ parameters: [Parameter]) -> [TypeLibrary.Member]? {
        let members = parameters.compactMap { parameter in
            parameter.typeName.map { (name: parameter.name, type: $0, optional: parameter.isOptional) }
        }
        return members.count == parameters.count ? members : nil
    }
}

/// A variable or parameter as a place for values: what a step asks of it, answered beforehand.
final class DataSlot: Sendable {
    let name: String
    let parameter: Parameter
    let isRequired: Bool
    /// What most values can be checked against at a glance; nil when the type is none of these.
    let plainType: PlainType?

    init(_ parameter: Parameter) {
        name = parameter.name
        self.parameter = parameter
        isRequired = parameter.isRequired
        if case .named(let type, _) = parameter.type { plainType = PlainType.named[type] } else { plainType = nil }
    }
}
