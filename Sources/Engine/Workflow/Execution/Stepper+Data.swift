import XMLTree
import XQuery

/// The data perspective of a step: what goes into nets and tasks, what comes out, and the checks at every boundary.
extension Stepper {
    func data(of net: NetState) -> QueryInput {
        guard let graph = specification.nets[net.net] else { return .none }
        var document = graph.emptyData
        document.parts = net.variables.map(\.value)
        return .composite(document)
    }

    // MARK: Nets

    /// Case parameters: each supplied child replaces an input parameter; the whole is validated as a sequence.
    func load(_ document: XMLDocument, into variables: inout [Variable], of graph: NetGraph) throws(ExecutionError) {
        let root = specification.dataRoot(graph.id)
        guard let given = document.root, [root, graph.id, specification.specification.uri].contains(given.localName) else {
            throw ExecutionError(
                .invalid, "bad-case-data-root",
                "case data must be rooted <\(root)>, not <\(document.root?.localName ?? "")>")
        }
        let inputs = graph.signature.inputs
        for element in given.elements where !inputs.contains(where: { $0.name == element.localName }) {
            let names = inputs.map(\.name).joined(separator: ", ")
            throw ExecutionError(
                .invalid, "unknown-case-parameter",
                "\(element.localName) is no input parameter of net \(graph.id); "
                    + (names.isEmpty ? "it takes none" : "it takes \(names)"))
        }
        let plain = document.withoutAttributes()
        try check(plain, against: graph.signature.inputSequence, root: given.localName, role: "case data")
        for element in withFlags(plain, as: document, for: inputs).root?.elements ?? [] {
            variables.set(Variable(name: element.localName, value: element.detached()))
        }
    }

    /// One child per output parameter, read from the variable of the same name; a Beta 2 or 3 subnet hands over everything.
    func outputDocument(of net: NetState, _ graph: NetGraph) -> XMLDocument {
        let root = graph.signature.dataRoot
        if specification.specification.schemaVersion.hasSimpleRootData, net.parent != nil {
            return XMLDocument(element: root, children: net.variables.map(\.value))
        }
        if graph.signature.outputs.isEmpty { return graph.signature.emptyDocument }
        let parts = graph.signature.outputs.map { net.variables[$0.name] ?? XMLDocument(element: $0.name) }
        return XMLDocument(element: root, children: parts)
    }

    // MARK: Task input

    /// The input of a task: every mapping evaluated over the net, each value checked against its parameter's type.
    /// `instance` is the value of the formal parameter of a multiple instance task; it is taken as it is.
    mutating func inputDocument(
        for task: GraphTask, signature: Signature, in net: NetState, omitsEmpty: Bool,
        instance: XMLDocument?
    ) throws(ExecutionError) -> XMLDocument {
        if task.inputs.isEmpty, signature.attributes.isEmpty, omitsEmpty || signature.inputs.isEmpty { return signature.emptyDocument }
        let input = data(of: net)
        // As large as a few short texts need.
        var builder = XMLBuilder(nodes: 2 * task.inputs.count + 2, names: task.inputs.count + 1, textBytes: 16 * task.inputs.count)
        builder.startElement(signature.dataRootName)
        for attribute in signature.attributes { builder.attribute(attribute.name, resolved(attribute.value)) }
        for taken in task.inputs {
            let slot = taken.slot, value: XMLDocument
            let isInstance = instance != nil && taken.isInstance
            if let instance, isInstance {
                value = instance
            } else if let mapping = taken.mapping {
                value = try element(mapping.query, over: input, task: task, target: slot.name)
            } else if let mapping = taken.external {
                value = try gatewayValue(mapping, of: task, in: net)
            } else {
                continue
            }
            let parameter = slot.parameter
            let marked = specification.flagTypes.isEmpty ? value : carryingFlag(value, of: parameter, from: net.variables[slot.name]?.root)
            guard let root = (marked ?? (omitsEmpty ? nil : unsetFlag(parameter)))?.root else { continue }
            if omitsEmpty, !slot.isRequired, root.isEmpty, root.attributes.isEmpty { continue }
            if signature.validatesInput, !isInstance { try check(value, as: slot, role: "task \(task.id), input \(slot.name)") }
            builder.startElement(root.name)
            for attribute in root.attributes { builder.attribute(attribute.name, attribute.value.utf8) }
            if omitsEmpty { for attribute in parameter.attributes { builder.attribute(attribute.name, resolved(attribute.value)) } }
            builder.copyContent(of: root)
            builder.endElement()
        }
        let document = builder.finish()
        // A net looks at what it is given as a whole, the values of instances among it, whatever the schema version.
        if !omitsEmpty {
            try check(
                document.withoutAttributes(), against: signature.inputSequence, root: signature.dataRoot,
                role: "data for net \(signature.id)")
        }
        return document
    }

    /// `dynamic{…}` asks the reference engine for a property of its own Java objects; there is none here, so it is empty, as it
    /// is there for everything it cannot find (findings: da38).
    private func resolved(_ value: String) -> String { value.hasPrefix("dynamic{") ? "" : value }

    // MARK: Task output

    /// What completing with no document of one's own hands in: the outputs the item already has as inputs.
    func ownOutput(from data: XMLDocument?, for signature: Signature) -> XMLDocument {
        if signature.outputs.isEmpty { return signature.emptyDocument }
        // Often the outputs are the inputs, and then it is the very same document.
        if let data, specification.flagTypes.isEmpty, data.consists(of: signature.outputNames, in: signature.dataRoot) { return data }
        let parts = signature.outputs.compactMap { data?.root?.element($0.name)?.detached().withoutAttributes() ?? unsetFlag($0) }
        return withFlags(XMLDocument(element: signature.dataRoot, children: parts), as: data, for: signature.outputs)
    }

    /// What an item hands in that nobody completed: what was supplied, else input of the same name, else the default value, else
    /// the type's. `verb` is for the refusal: `skipped`.
    func filledOutput(
        of item: WorkItem, for signature: Signature, supplied: XMLDocument? = nil, verb: String
    ) throws(ExecutionError) -> XMLDocument {
        var parts: [XMLDocument] = []
        for parameter in signature.outputs {
            let name = parameter.name
            if let given = supplied?.root?.element(name) ?? item.data?.root?.element(name) {
                parts.append(given.detached().withoutAttributes())
            } else if let text = parameter.defaultValue, !text.isEmpty {
                parts.append(try defaultElement(parameter, text))
            } else if let flag = unsetFlag(parameter) {
                parts.append(flag)
            } else if let type = parameter.typeName, let text = specification.types.typeDefault(of: type) {
                parts.append(XMLDocument(element: name, text: text))
            } else {
                throw ExecutionError(
                    .invalid, "no-default-output",
                    "item \(item.id) cannot be \(verb): its output \(name) has neither an "
                        + "input of that name nor a default value")
            }
        }
        return withFlags(XMLDocument(element: signature.dataRoot, children: parts), as: item.data, for: signature.outputs)
    }

    /// Puts default values where an output is missing or empty, in its place in the order.
    func withDefaults(_ document: XMLDocument, for signature: Signature) throws(ExecutionError) -> XMLDocument {
        let parameters = signature.outputs
        guard signature.hasDefaultOutputs, let root = document.root else { return document }
        var elements = root.elements.map { $0.detached() }
        for (place, parameter) in parameters.enumerated() {
            guard let text = parameter.defaultValue, !text.isEmpty else { continue }
            let index = elements.firstIndex { $0.root?.localName == parameter.name }
            if let index {
                if elements[index].root?.isEmpty == true { elements[index] = try defaultElement(parameter, text) }
            } else {
                let before = Set(parameters[..<place].map(\.name))
                let after = elements.lastIndex { before.contains($0.root?.localName ?? "") }.map { $0 + 1 } ?? 0
                elements.insert(try defaultElement(parameter, text), at: after)
            }
        }
        return XMLDocument(element: root.localName, children: elements)
    }

    /// Checks an output document and evaluates the completion mappings over it.
    func completionResults(of task: GraphTask, output: XMLDocument) throws(ExecutionError) -> [Variable] {
        guard let signature = task.signature else { return [] }
        let isNothing = signature.outputs.isEmpty && output.isIdentical(to: signature.emptyDocument)
        if specification.validatesData, !isNothing, let root = output.root {
            try check(output, against: signature.outputSequence, root: root.localName, role: "output of task \(task.id)")
        }
        if task.completed.isEmpty { return [] }
        var results: [Variable] = []
        results.reserveCapacity(task.completed.count)
        for mapping in task.completed {
            var value = try element(mapping.query, over: .document(output), task: task, target: mapping.target)
            if !specification.flagTypes.isEmpty, let variable = mapping.variable?.parameter {
                value = carryingFlag(value, of: variable, from: output.root?.element(variable.name)) ?? XMLDocument(element: variable.name)
            }
            results.set(try checked(value, for: mapping.target, mapping.variable, of: task))
        }
        return results
    }

    /// A value on its way into a net variable. An empty one empties the variable, whatever its type.
    func checked(_ value: XMLDocument, for name: String, _ slot: DataSlot?, of task: GraphTask) throws(ExecutionError) -> Variable {
        if specification.validatesData, value.root?.isEmpty == false, let slot {
            try check(value, as: slot, role: "task \(task.id), output to variable \(name)")
        }
        return Variable(name: name, value: value.root?.localName == name ? value : value.renamed(name))
    }

    // MARK: Queries and checks

    func holds(_ predicate: FlowPredicate, in net: NetState, task: GraphTask, flow: OutFlow) throws(ExecutionError) -> Bool {
        switch predicate {
        case .timer(let question):
            return (state.timers?.phase(of: question.task, in: net.caseID) ?? .dormant == question.phase) != question.isNegated
        case .wrong(let error): throw error
        case .query(let query):
            do {
                return try query.truth(over: data(of: net), in: context.environment)
            } catch {
                throw ExecutionError(
                    .invalid, "predicate-failed",
                    "task \(task.id), predicate of the flow to \(flow.flow.target): \(error) in \(query.text)")
            }
        }
    }

    func element(_ query: UncheckedQuery, over input: QueryInput, task: GraphTask, target: String) throws(ExecutionError) -> XMLDocument {
        let query = try query.get()
        do {
            return try query.element(over: input, in: context.environment)
        } catch {
            throw ExecutionError(.invalid, "mapping-failed", "task \(task.id), mapping to \(target): \(error) in \(query.text)")
        }
    }

    private func defaultElement(_ parameter: Parameter, _ text: String) throws(ExecutionError) -> XMLDocument {
        do {
            return try XMLDocument.parse("<\(parameter.name)>\(text)</\(parameter.name)>")
        } catch {
            throw ExecutionError(
                .invalid, "bad-default-value", "the default value of \(parameter.name) is not well-formed: \(error.message)")
        }
    }

    func check(_ value: XMLDocument, as slot: DataSlot, role: @autoclosure () -> String) throws(ExecutionError) {
        let violations: [SchemaViolation]
        if slot.plainType?.surelyFits(value, name: slot.name) == true { return }
        switch slot.parameter.type {
        case .named(let type, _): violations = specification.types.validate(value, name: slot.name, type: type)
        case .element(let element): violations = specification.types.validate(value, element: element)
        case .untyped, .missing: return
        }
        if !violations.isEmpty { throw refusal(violations, role()) }
    }

    private func check(
        _ document: XMLDocument, against members: [TypeLibrary.Member]?, root: String,
        role: @autoclosure () -> String
    ) throws(ExecutionError) {
        guard let members else { return }
        let violations = specification.types.validate(sequence: document, root: root, members: members)
        if !violations.isEmpty { throw refusal(violations, role()) }
    }

    private func refusal(_ violations: [SchemaViolation], _ role: String) -> ExecutionError {
        ExecutionError(.invalid, "data-invalid", role + ": " + violations.prefix(3).map(\.description).joined(separator: "; "))
    }
}

extension XMLDocument {
    /// Attributes in task and case data are not part of the data.
    func withoutAttributes() -> XMLDocument {
        guard let root, root.hasAttributesBelow else { return self }
        var builder = XMLBuilder()
        builder.copyElementsOnly(root)
        return builder.finish()
    }

    /// An element of this name that holds just these, each once and in this order, no attributes and no namespaces anywhere.
    func consists(of names: [String], in rootName: String) -> Bool {
        guard arena.attributes.isEmpty, arena.namespaces.isEmpty, let root, root.name == XMLName(rootName), root.isAlone else {
            return false
        }
        var names = names[...]
        for child in root.children {
            guard child.isElement, child.localName == names.popFirst() else { return false }
        }
        return names.isEmpty
    }

    func renamed(_ name: String) -> XMLDocument {
        var builder = XMLBuilder()
        builder.startElement(name)
        if let root { builder.copyContent(of: root) }
        return builder.finish()
    }
}

extension XMLNode {
    /// Nothing stands beside it.
    fileprivate var isAlone: Bool { index == 1 && record.nextSibling == 0 }

    fileprivate var hasAttributesBelow: Bool { !attributes.isEmpty || elements.contains(where: \.hasAttributesBelow) }
}

extension XMLBuilder {
    fileprivate mutating func copyElementsOnly(_ node: XMLNode) {
        guard node.isElement else { return copy(node) }
        startElement(node.name)
        for child in node.children { copyElementsOnly(child) }
        endElement()
    }
}
