import XMLTree

/// A user's inline schema in one form: prefix `xs` for XML Schema, no target namespace, every reference to the schema's own
/// definitions without prefix. Workflow data are in no namespace, so a target namespace could only make them invalid; and
/// definitions of our own can be put beside the user's without asking what the prefixes mean there.
struct NormalizedSchema {
    /// Positions are those of the source.
    let document: XMLDocument

    static let namespace = "http://www.w3.org/2001/XMLSchema"

    /// `nil` gives an empty schema.
    init(_ schema: XMLNode?) {
        var builder = XMLBuilder(keepingPositions: schema?.position != nil)
        if let schema {
            var writer = Writer(builder: builder, target: schema.attribute("targetNamespace") ?? "")
            writer.enterScope(above: schema)
            writer.write(schema, isRoot: true)
            builder = writer.builder
        } else {
            builder.startElement(Self.name("schema"))
            builder.namespace(prefix: "xs", uri: Self.namespace)
        }
        document = builder.finish()
    }

    static func name(_ local: String) -> XMLName { XMLName(local, namespace: namespace, prefix: "xs") }
}

extension NormalizedSchema {
    private struct Writer {
        var builder: XMLBuilder
        let target: String
        /// Namespaces in force, innermost last.
        private var scope: [(prefix: String, uri: String)] = [("xml", "http://www.w3.org/XML/1998/namespace")]

        init(builder: XMLBuilder, target: String) {
            self.builder = builder
            self.target = target
        }

        /// Prefixes declared around the schema count. The default namespace there does not: it is that of YAWL, and the reference
        /// engine reads the schema as a document of its own, where a name without prefix is in no namespace.
        mutating func enterScope(above node: XMLNode) {
            var levels: [[(prefix: String, uri: String)]] = []
            var above = node.parent
            while let element = above {
                levels.append(element.namespaceDeclarations)
                above = element.parent
            }
            for level in levels.reversed() { scope += level.filter { !$0.prefix.isEmpty } }
            if node.name.prefix.isEmpty { scope.append(("", node.name.namespace)) }
        }

        mutating func write(_ node: XMLNode, isRoot: Bool = false) {
            switch node.kind {
            case .text: builder.text(node.stringValue)
            case .element: writeElement(node, isRoot: isRoot)
            default: break
            }
        }

        private mutating func writeElement(_ node: XMLNode, isRoot: Bool) {
            let depth = scope.count
            defer { scope.removeLast(scope.count - depth) }
            scope += node.namespaceDeclarations
            let isSchema = node.name.namespace == namespace
            builder.startElement(isSchema ? NormalizedSchema.name(node.localName) : node.name, at: node.position)
            if isRoot { builder.namespace(prefix: "xs", uri: namespace) }
            var foreign = 0
            for (name, value) in node.attributes {
                guard isSchema, name.namespace.isEmpty else {
                    if name.prefix == "xml" || !isSchema { builder.attribute(name, value.utf8) }
                    continue
                }
                switch name.local {
                case "targetNamespace", "elementFormDefault", "attributeFormDefault", "form": break
                case "type", "base", "ref", "refer", "itemType", "substitutionGroup", "memberTypes":
                    let names = value.split(whereSeparator: \.isWhitespace).map { resolve(String($0), &foreign) }
                    builder.attribute(name.local, names.joined(separator: " "))
                case "xpath": builder.attribute(name.local, withoutTargetPrefixes(value))
                case "namespace" where node.localName.hasPrefix("any"):
                    let names = value.split(whereSeparator: \.isWhitespace).map {
                        $0 == target || $0 == "##targetNamespace" ? "##local" : $0
                    }
                    builder.attribute(name.local, names.joined(separator: " "))
                default: builder.attribute(name.local, value)
                }
            }
            // What stands in appinfo is for other programs and may be anything.
            if !(isSchema && node.localName == "appinfo") {
                for child in node.children { write(child) }
            }
            builder.endElement()
        }

        /// A qualified name as it must be written in the new schema. One of another namespace stays one, and so does not resolve.
        private mutating func resolve(_ qualified: String, _ foreign: inout Int) -> String {
            let parts = qualified.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let prefix = parts.count == 2 ? parts[0] : "", local = parts.last ?? ""
            let found = scope.last { $0.prefix == prefix }?.uri
            let uri = found ?? (prefix.isEmpty ? "" : "undeclared prefix \(prefix)")
            if uri == namespace { return "xs:" + local }
            if uri == target { return local }
            if uri == "http://www.w3.org/XML/1998/namespace" { return "xml:" + local }
            foreign += 1
            builder.namespace(prefix: "other\(foreign)", uri: uri.isEmpty ? "no namespace" : uri)
            return "other\(foreign):" + local
        }

        private func withoutTargetPrefixes(_ path: String) -> String {
            guard !target.isEmpty else { return path }
            return scope.filter { $0.uri == target && !$0.prefix.isEmpty }.reduce(path) { text, declared in
                text.split(separator: "/", omittingEmptySubsequences: false).map { step in
                    step.hasPrefix(declared.prefix + ":") ? step.dropFirst(declared.prefix.count + 1) : step
                }.joined(separator: "/")
            }
        }
    }
}
