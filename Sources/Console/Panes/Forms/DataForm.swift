import Engine
import Terminal
import Workflow
import XMLTree

/// The data side of a form: which parameters it is about, how their fields are made, and what document the fields add up to.
struct DataForm: Sendable {
    struct Entry: Sendable {
        let parameter: Parameter
        let isReadOnly: Bool
        var value: XMLDocument?
    }

    let types: TypeLibrary
    /// Name of the document's outermost element.
    let root: String
    private(set) var entries: [Entry]
    private var originals: [String: String] = [:]

    /// The form of an item: its outputs to be filled in, from input and default values; inputs that are no outputs to be read.
    init(item: ItemDetail) {
        let inputs = item.decomposition?.inputs.sortedByIndex() ?? []
        let outputs = item.decomposition?.outputs.sortedByIndex() ?? []
        let data = item.input?.root
        types = item.types
        root = data?.localName ?? item.decomposition?.id ?? "data"
        let read = inputs.filter { input in !outputs.contains { $0.name == input.name } }
        entries =
            read.map { Entry(parameter: $0, isReadOnly: true, value: data?.element($0.name)?.detached()) }
            + outputs.map { output in
                Entry(
                    parameter: output, isReadOnly: output.attribute("readOnly") == "true",
                    value: data?.element(output.name)?.detached() ?? Self.initial(output))
            }
    }

    /// The form of a new case: the root net's input parameters.
    init(parameters: [Parameter], root: String, types: TypeLibrary) {
        self.types = types
        self.root = root
        entries = parameters.sortedByIndex().map { Entry(parameter: $0, isReadOnly: false, value: Self.initial($0)) }
    }

    /// True when there is nothing to fill in.
    var isEmpty: Bool { entries.isEmpty }

    /// No value is left out, so naming each says the same as the whole document.
    var isWhole: Bool { entries.allSatisfy { $0.isReadOnly || $0.value != nil } }

    /// The fields for the values as they are.
    mutating func fields() -> [FormField] {
        var layout = FormLayout(types: types)
        for entry in entries {
            let parameter = entry.parameter
            layout.add(
                parameter.name, label: parameter.attribute("label") ?? parameter.name, path: path(parameter),
                structure: structure(of: parameter),
                node: entry.value?.root, depth: 0, isRequired: !parameter.isOptional, isReadOnly: entry.isReadOnly)
        }
        originals = layout.originals
        return layout.fields
    }

    /// Takes over what is in the fields.
    mutating func take(_ form: Form) throws(FormValue.Problem) {
        let reader = reader(form)
        for index in entries.indices where !entries[index].isReadOnly {
            let parameter = entries[index].parameter
            entries[index].value = try reader.element(
                parameter.name, path: path(parameter), structure: structure(of: parameter),
                isRequired: !parameter.isOptional)
        }
    }

    /// Takes over the values of a whole document.
    /// - Returns: a sentence about an element that belongs to no value, if there is one; nothing is taken then.
    mutating func take(_ document: XMLDocument) -> String? {
        let names = entries.filter { !$0.isReadOnly }.map(\.parameter.name)
        guard let root = document.root else { return "the document is empty" }
        if let stranger = root.elements.first(where: { !names.contains($0.localName) }) {
            return "there is no <\(stranger.localName)> here; there are \(names.joined(separator: ", "))"
        }
        for index in entries.indices where !entries[index].isReadOnly {
            entries[index].value = root.element(entries[index].parameter.name)?.detached()
        }
        return nil
    }

    /// What the schema says about the values, by field id. `only`: the parameter whose fields are asked for.
    func violations(only: String? = nil) -> [String: String] {
        var result: [String: String] = [:]
        for entry in entries where !entry.isReadOnly && (only == nil || entry.parameter.name == only) {
            guard let value = entry.value else { continue }
            for violation in check(value, entry.parameter) {
                let place = Self.numbered(violation.path.isEmpty ? path(entry.parameter) : violation.path)
                if result[place] == nil { result[place] = violation.message }
            }
        }
        return result
    }

    /// The document: all values that are not read-only, in order.
    var document: XMLDocument { XMLDocument(element: root, children: entries.filter { !$0.isReadOnly }.compactMap(\.value)) }

    /// `name=value` for each value when all are plain texts, for a command line a person can read; nil otherwise.
    var pairs: [String]? {
        var result: [String] = []
        for entry in entries where !entry.isReadOnly {
            guard let node = entry.value?.root, node.elements.isEmpty, node.attributes.isEmpty, !node.stringValue.hasPrefix("<") else {
                return nil
            }
            result.append("\(entry.parameter.name)=\(node.stringValue)")
        }
        return result.isEmpty ? nil : result
    }

    /// The parameter a field belongs to.
    static func parameter(ofField id: String) -> String? {
        id.split(separator: "/").first.map { String($0.prefix { $0 != "[" && $0 != "#" && $0 != "?" }) }
    }

    /// The field an error belongs to: the one with this path, or the nearest around it.
    static func field(for path: String, in form: Form) -> String? {
        var place = path
        while !place.isEmpty {
            for id in [place, place + "#xml"] where form.fields.contains(where: { $0.id == id && $0.isFocusable }) { return id }
            if let below = form.fields.first(where: { $0.id.hasPrefix(place + "/") && $0.isFocusable }) { return below.id }
            guard let slash = place.lastIndex(of: "/") else { break }
            place = String(place[..<slash])
        }
        return nil
    }

    private func check(_ value: XMLDocument, _ parameter: Parameter) -> [SchemaViolation] {
        switch parameter.type {
        case .named(let name, _): types.validate(value, name: parameter.name, type: name)
        case .element(let name): types.validate(value, element: name)
        case .untyped, .missing: []
        }
    }

    private func structure(of parameter: Parameter) -> TypeStructure? {
        switch parameter.type {
        case .named(let name, _): types.structure(of: name)
        case .element(let name): types.structure(ofElement: name)
        case .untyped, .missing: nil
        }
    }

    private func reader(_ form: Form) -> FormValue {
        var texts: [String: String] = [:]
        for (id, value) in form.values { texts[id] = value }
        let originals = originals
        return FormValue(types: types) { id in
            guard let typed = texts[id] else { return nil }
            // An untouched field gives back the very text it was made from.
            if let original = originals[id], TextField(original).text == typed { return original }
            return typed
        }
    }

    private func path(_ parameter: Parameter) -> String { "/\(parameter.name)[1]" }

    private static func initial(_ parameter: Parameter) -> XMLDocument? {
        guard let content = parameter.defaultValue ?? parameter.initialValue, !content.isEmpty else { return nil }
        return try? XMLDocument.parse("<\(parameter.name)>\(content)</\(parameter.name)>")
    }

    /// `/order/line[2]` → `/order[1]/line[2]`
    private static func numbered(_ path: String) -> String {
        path.split(separator: "/").map { step in
            "/" + (step.hasPrefix("@") || step.hasSuffix("]") ? String(step) : step + "[1]")
        }.joined()
    }
}
