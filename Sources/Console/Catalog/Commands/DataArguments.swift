import Engine
import Workflow
import XMLTree

/// Data documents out of what a person typed: `--data XML|FILE`, or `name=value` pairs.
enum DataArguments {
    /// The case parameters of `case start`; nil when none are given.
    static func caseDocument(
        _ call: CommandCall, _ reference: SpecificationReference, _ context: CommandContext
    ) async throws(EngineError) -> XMLDocument? {
        if let document = call.document { return document }
        let pairs = call.all("param")
        if let text = call["data"] {
            guard pairs.isEmpty else {
                throw EngineError(.invalid, "bad-argument", "give the parameters with --data or with --param, not both")
            }
            return try document(text, context)
        }
        guard !pairs.isEmpty else { return nil }
        let model = try await context.session().specification(reference).model
        guard let net = model.rootNet else { throw EngineError(.invalid, "no-root-net", "\(reference) has no root net") }
        let inputs = net.common.inputs.sortedByIndex()
        let given = try values(pairs, option: "--param", of: inputs, owner: "a case of \(reference)")
        return try assemble(root: model.schemaVersion.hasSimpleRootData ? "data" : net.id, inputs) { parameter throws(EngineError) in
            guard let text = given[parameter.name] ?? parameter.defaultValue else { return nil }
            return try element(parameter.name, content: text)
        }
    }

    /// The output of `item complete`; nil leaves it to the engine: input data and default values.
    /// - Throws: `missing-fields` naming every output that has no value from anywhere.
    static func outputDocument(_ call: CommandCall, _ id: WorkItemID, _ context: CommandContext) async throws(EngineError) -> XMLDocument? {
        if let document = call.document { return document }
        let pairs = call.all("set")
        if let text = call["data"] {
            guard pairs.isEmpty else { throw EngineError(.invalid, "bad-argument", "give the output with --data or with --set, not both") }
            return try document(text, context)
        }
        guard !pairs.isEmpty else { return nil }
        let detail: ItemDetail
        do {
            detail = try await context.session().itemDetail(id)
        } catch {
            // What nobody can work on any more: the engine knows what became of it and says so when it is to be completed.
            guard error.kind == .notFound else { throw error }
            return nil
        }
        guard let decomposition = detail.decomposition else {
            throw EngineError(.invalid, "no-data", "the task of \(id) takes no data; complete it without --set")
        }
        let outputs = decomposition.outputs.sortedByIndex()
        let given = try values(pairs, option: "--set", of: outputs, owner: id.description)
        let input = detail.input?.root
        let missing = outputs.filter { parameter in
            given[parameter.name] == nil && input?.element(parameter.name) == nil && parameter.defaultValue == nil && !parameter.isOptional
        }
        guard missing.isEmpty else {
            let names = missing.map { "--set \($0.name)=… (\($0.typeText))" }.joined(separator: ", ")
            throw EngineError(.invalid, "missing-fields", "\(id) needs \(names)")
        }
        return try assemble(root: input?.localName ?? decomposition.id, outputs) { parameter throws(EngineError) in
            if let text = given[parameter.name] { return try element(parameter.name, content: text) }
            if let node = input?.element(parameter.name) { return node.detached() }
            guard let text = parameter.defaultValue else { return nil }
            return try element(parameter.name, content: text)
        }
    }

    /// `<name>content</name>`; content that begins with `<` is XML.
    static func element(_ name: String, content: String) throws(EngineError) -> XMLDocument {
        guard content.hasPrefix("<") else { return XMLDocument(element: name, text: content) }
        do {
            return try XMLDocument.parse("<\(name)>\(content)</\(name)>")
        } catch {
            throw EngineError(.invalid, error.code.rawValue, "the value of \(name) begins with < but is not XML: \(error)")
        }
    }

    /// A data document from the text of an argument or the file it names.
    static func document(_ text: String, _ context: CommandContext) throws(EngineError) -> XMLDocument {
        // A document begins with a tag; anything else can only be meant as a file, `@` or not.
        let isFile = text.hasPrefix("@") || text.first { !$0.isWhitespace } != "<"
        let file = text.hasPrefix("@") ? String(text.dropFirst()) : text
        let bytes = isFile ? try context.readFile(file) : Array(text.utf8)
        do {
            return try XMLDocument.parse(bytes)
        } catch {
            let source = isFile ? file : "the data"
            throw EngineError(.invalid, error.code.rawValue, "\(source) is not acceptable XML: \(error)")
        }
    }

    private static func values(
        _ pairs: [String], option: String, of parameters: [Parameter], owner: String
    ) throws(EngineError) -> [String: String] {
        var result: [String: String] = [:]
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
                throw EngineError(.invalid, "bad-argument", "\(option) takes name=value, not “\(pair)”")
            }
            let name = String(pair[..<equals])
            guard parameters.contains(where: { $0.name == name }) else {
                let known = parameters.map(\.name).joined(separator: ", ")
                throw EngineError(
                    .invalid, "unknown-parameter",
                    "\(owner) has no parameter \(name); " + (known.isEmpty ? "it takes none" : "it takes \(known)"))
            }
            guard result.updateValue(String(pair[pair.index(after: equals)...]), forKey: name) == nil else {
                throw EngineError(.invalid, "bad-argument", "\(name) is given twice")
            }
        }
        return result
    }

    private static func assemble(
        root: String, _ parameters: [Parameter], value: (Parameter) throws(EngineError) -> XMLDocument?
    ) throws(EngineError) -> XMLDocument {
        var parts: [XMLDocument] = []
        for parameter in parameters {
            if let part = try value(parameter) { parts.append(part) }
        }
        return XMLDocument(element: root, children: parts)
    }
}
