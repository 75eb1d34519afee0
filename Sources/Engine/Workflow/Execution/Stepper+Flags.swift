import XMLTree

/// Flags: values of a type without any content, which are set or not. An empty element with `TypeLibrary.flagAttribute` is a set
/// one, without it an unset one; what is not set does not go into a task.
extension Stepper {
    /// A mapped value with the mark its source has: a query that copies content loses it. nil for a flag that is not set.
    func carryingFlag(_ value: XMLDocument, of parameter: Parameter, from source: XMLNode?) -> XMLDocument? {
        guard isFlag(parameter) else { return value }
        guard value.root?.isSetFlag == true || source?.isSetFlag == true else { return nil }
        return flag(value.root?.localName ?? parameter.name, isSet: true)
    }

    /// Puts the marks on a task's output or a case's parameters: a flag that was handed in is set, unless `given` says that it is not.
    func withFlags(_ document: XMLDocument, as given: XMLDocument?, for parameters: [Parameter]) -> XMLDocument {
        let flags = Set(parameters.lazy.filter(isFlag).map(\.name))
        guard !flags.isEmpty, let root = document.root else { return document }
        return XMLDocument(
            element: root.localName,
            children: root.elements.map { element in
                guard flags.contains(element.localName) else { return element.detached() }
                let mark = given?.root?.element(element.localName)
                return flag(element.localName, isSet: mark != nil && mark?.attribute(TypeLibrary.flagAttribute) != "false")
            })
    }

    /// What stands for a flag output that is not optional and that the item was not given.
    func unsetFlag(_ output: Parameter) -> XMLDocument? {
        isFlag(output) && !output.isOptional ? flag(output.name, isSet: false) : nil
    }

    private func isFlag(_ parameter: Parameter) -> Bool {
        guard !specification.flagTypes.isEmpty, let type = parameter.typeName else { return false }
        return specification.flagTypes.contains(type.nameWithoutPrefix)
    }

    private func flag(_ name: String, isSet: Bool) -> XMLDocument {
        var builder = XMLBuilder()
        builder.startElement(name)
        if isSet { builder.attribute(TypeLibrary.flagAttribute, "true") }
        builder.endElement()
        return builder.finish()
    }
}

extension XMLNode {
    fileprivate var isSetFlag: Bool { attribute(TypeLibrary.flagAttribute) == "true" }
}
