/// The text form of documents: no declaration, no indentation unless asked for, as the reference engine writes its data.
public struct XMLSerialization: Sendable {
    /// `<a />` (the reference engine's data) instead of `<a/>` (an XQuery result).
    public var spaceInEmptyTag: Bool
    /// Blanks per level; 0 writes everything on one line. Elements with text are never broken.
    public var indent: Int

    public init(spaceInEmptyTag: Bool = false, indent: Int = 0) {
        self.spaceInEmptyTag = spaceInEmptyTag
        self.indent = indent
    }

    public static let compact = XMLSerialization()
    public static let pretty = XMLSerialization(indent: 2)
}

extension XMLDocument {
    public func serialized(_ style: XMLSerialization = .compact) -> String { node.serialized(style) }
}

extension XMLNode {
    public func serialized(_ style: XMLSerialization = .compact) -> String {
        var writer = XMLWriter(style: style)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The children's text form: what stands between the node's tags.
    public func serializedContent(_ style: XMLSerialization = .compact) -> String {
        children.map { $0.serialized(style) }.joined()
    }
}

/// Writes nodes as bytes; several in a row share nothing but the buffer.
package struct XMLWriter {
    package var bytes: [UInt8] = []
    let style: XMLSerialization
    /// Declarations in force, innermost last.
    private var scope: [(prefix: String, uri: String)] = [("xml", "http://www.w3.org/XML/1998/namespace"), ("", "")]

    package init(style: XMLSerialization = .compact) { self.style = style }

    /// Writes a node and all below it. A loop over the arena: depth costs no stack.
    package mutating func write(_ node: XMLNode) {
        let arena = node.document.arena
        let end = node.kind == .document || node.isElement ? Int(node.record.end) : node.index + 1
        let first = node.kind == .document ? 1 : node.index
        var open: [OpenElement] = []
        var index = first
        while index < end {
            close(&open, until: index)
            if open.last?.breaks == true { newline(open.count) }
            let record = arena.records[index]
            switch record.kind {
            case .document: break
            case .text: escape(arena.slice(record.start, record.count), inAttribute: false)
            case .comment: put("<!--" + arena.string(record.start, record.count) + "-->")
            case .instruction:
                let data = arena.string(record.start, record.count)
                put("<?" + arena.names[Int(record.name)].local + (data.isEmpty ? "" : " " + data) + "?>")
            case .element:
                let depth = scope.count
                let name = arena.names[Int(record.name)]
                startTag(name, XMLNode(document: node.document, index: index))
                if Int(record.end) > index + 1 {
                    put(">")
                    let breaks = style.indent > 0 && !hasText(arena, index)
                    open.append(OpenElement(end: Int(record.end), name: name, scope: depth, breaks: breaks))
                } else {
                    put(style.spaceInEmptyTag ? " />" : "/>")
                    scope.removeLast(scope.count - depth)
                }
            }
            index += 1
        }
        close(&open, until: end)
    }

    private struct OpenElement {
        let end: Int
        let name: XMLName
        /// Length of the namespace scope outside of it.
        let scope: Int
        let breaks: Bool
    }

    private mutating func close(_ open: inout [OpenElement], until index: Int) {
        while let element = open.last, element.end <= index {
            open.removeLast()
            if element.breaks { newline(open.count) }
            put("</")
            put(element.name)
            put(">")
            scope.removeLast(scope.count - element.scope)
        }
    }

    private mutating func startTag(_ name: XMLName, _ node: XMLNode) {
        let arena = node.document.arena, record = node.record
        put("<")
        put(name)
        if !arena.namespaces.isEmpty { for (prefix, uri) in node.namespaceDeclarations { declare(prefix, uri) } }
        require(name)
        for attribute in arena.attributes[Int(record.start) ..< Int(record.start + record.count)] {
            let name = arena.names[Int(attribute.name)]
            if !name.namespace.isEmpty { require(name) }
            put(" ")
            put(name)
            put("=\"")
            escape(arena.slice(attribute.start, attribute.count), inAttribute: true)
            put("\"")
        }
    }

    private func hasText(_ arena: XMLArena, _ element: Int) -> Bool {
        var child = element + 1
        while child != 0 {
            if arena.records[child].kind == .text { return true }
            child = Int(arena.records[child].nextSibling)
        }
        return false
    }

    private mutating func put(_ name: XMLName) {
        if !name.prefix.isEmpty {
            put(name.prefix)
            put(":")
        }
        put(name.local)
    }

    /// Declares a name's namespace where nobody has yet.
    private mutating func require(_ name: XMLName) {
        if name.namespace.isEmpty && scope.count == 2 { return }
        if scope.last(where: { $0.prefix == name.prefix })?.uri ?? "" != name.namespace { declare(name.prefix, name.namespace) }
    }

    private mutating func declare(_ prefix: String, _ uri: String) {
        guard scope.last(where: { $0.prefix == prefix })?.uri != uri else { return }
        scope.append((prefix, uri))
        put(prefix.isEmpty ? " xmlns=\"" : " xmlns:" + prefix + "=\"")
        escape(ArraySlice(uri.utf8), inAttribute: true)
        put("\"")
    }

    private mutating func newline(_ level: Int) {
        bytes.append(10)
        bytes.append(contentsOf: repeatElement(32, count: style.indent * level))
    }

    private mutating func put(_ string: String) { bytes.append(contentsOf: string.utf8) }

    /// Writes text that is no node: an atomic value at the top level.
    package mutating func text(_ content: String) { escape(ArraySlice(content.utf8), inAttribute: false) }

    private mutating func escape(_ content: ArraySlice<UInt8>, inAttribute: Bool) {
        guard content.contains(where: { $0 < 64 && Self.special[Int($0)] }) else {
            bytes.append(contentsOf: content)
            return
        }
        for byte in content {
            switch byte {
            case 38: put("&amp;")
            case 60: put("&lt;")
            case 62: put("&gt;")
            case 34 where inAttribute: put("&quot;")
            case 9 where inAttribute: put("&#x9;")
            case 10 where inAttribute: put("&#xA;")
            case 13: put("&#xD;")
            default: bytes.append(byte)
            }
        }
    }

    /// Bytes below 64 that are not always written as they are.
    private static let special: [Bool] = (0 ..< 64).map { [9, 10, 13, 34, 38, 60, 62].contains($0) }
}
