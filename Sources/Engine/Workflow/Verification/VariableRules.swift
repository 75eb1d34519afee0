import XMLTree

/// Rules about variables and parameters: a name, a type that exists, a first value that fits it.
extension Verifier {
    mutating func checkVariables(of decomposition: Decomposition) {
        var variables = decomposition.common.inputs + decomposition.common.outputs
        if case .net(let net) = decomposition { variables += net.locals }
        for variable in variables { checkVariable(variable, decomposition) }
    }

    private mutating func checkVariable(_ variable: Parameter, _ owner: Decomposition) {
        let element = ElementName.decomposition(owner)
        if variable.name.isEmpty {
            error("yawl-variable-name", element, variable.mark, "a variable of \(owner.id) has no name; give it one")
        }
        guard let type = variable.typeName else {
            // The reference engine fails on these while verifying, so no file with one can be loaded there.
            error(
                "yawl-variable-untyped", element, variable.mark,
                "the variable \(variable.name) of \(owner.id) has no named type "
                    + "(it is untyped or given by a schema element), which the YAWL engine does not load; give it a type")
            return
        }
        if variable.hasMandatoryElement && variable.initialValue != nil {
            error(
                "yawl-mandatory-initial", element, variable.mark,
                "\(variable.name) of \(owner.id) is mandatory and has an initial value; it can be only one of them")
        }
        if isForeign(variable) {
            for value in [variable.initialValue, variable.defaultValue] { checkForeignValue(value, variable, owner) }
            return
        }
        guard let types else { return }
        if type == "YDocumentType" {
            warning(
                "yawl-document-store", element, variable.mark,
                "\(variable.name) of \(owner.id) is a YDocumentType, but there is no document store")
        }
        guard types.knows(type) else {
            error(
                "yawl-type-unknown", element, variable.mark,
                "the type \(type) of \(variable.name) in \(owner.id) is neither built in nor defined in the schema; "
                    + "define it or correct the name")
            return
        }
        for (what, value) in [("initial", variable.initialValue), ("default", variable.defaultValue)] {
            guard let value, !value.isEmpty, type != "string" else { continue }
            checkValue(value, what, of: variable, type, types, owner)
        }
    }

    private mutating func checkValue(
        _ value: String, _ what: String, of variable: Parameter, _ type: String, _ types: TypeLibrary,
        _ owner: Decomposition
    ) {
        let intro = "the \(what) value of \(variable.name) in \(owner.id) does not fit its type \(type): "
        let element = ElementName.decomposition(owner)
        let document: XMLDocument
        do {
            document = try XMLDocument.parse("<\(variable.name)>\(value)</\(variable.name)>")
        } catch let failure {
            error("yawl-initial-value", element, variable.mark, intro + "it is not well-formed XML (\(failure.message))")
            return
        }
        guard let violation = types.validate(document, name: variable.name, type: type).first else { return }
        error("yawl-initial-value", element, variable.mark, intro + violation.message)
    }

    // MARK: Beta 2

    /// A Beta 2 type that is not a built-in one lives in a schema outside the file, which nobody reads.
    private func isForeign(_ variable: Parameter) -> Bool {
        guard specification.schemaVersion == .beta2, case .named(_, let namespace) = variable.type else { return false }
        return namespace == nil
    }

    /// Values of such types are accepted as plain text only.
    private mutating func checkForeignValue(_ value: String?, _ variable: Parameter, _ owner: Decomposition) {
        guard let value, !value.isEmpty else { return }
        let document = try? XMLDocument.parse("<value>\(value)</value>")
        guard document?.root?.elements.isEmpty ?? true else {
            error(
                "yawl-initial-value", ElementName.decomposition(owner), variable.mark,
                """
                the initial value of \(variable.name) in \(owner.id) has elements, but its type \
                \(variable.typeName ?? "") is not defined in this file
                """
            )
            return
        }
        guard document == nil else { return }
        error(
            "yawl-initial-value", ElementName.decomposition(owner), variable.mark,
            "the initial value of \(variable.name) in \(owner.id) is not well-formed XML")
    }
}

/// The specification's types, or what is wrong with its schema.
enum TypeSource {
    static func library(of specification: Specification) -> (types: TypeLibrary?, findings: [Finding]) {
        do {
            return (try TypeLibrary(schema: specification.schema?.root), [])
        } catch {
            let place = SourceMark(specification.schema?.root?.position)
            return (
                nil,
                error.findings.map {
                    Finding(
                        code: "yawl-type-schema", severity: .error, element: "schema",
                        message: "the data types cannot be used: \($0.message)",
                        mark: $0.position.map { SourceMark($0) } ?? place)
                }
            )
        }
    }
}
