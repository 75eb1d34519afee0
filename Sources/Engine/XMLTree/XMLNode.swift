/// A place in a document: an element, a text, a comment, an instruction or the document itself. Attributes are read through
/// their element.
public struct XMLNode: Sendable {
    public enum Kind: Sendable { case document, element, text, comment, instruction }

    public let document: XMLDocument
    /// Position in document order; 0 is the document node.
    public let index: Int

    package init(document: XMLDocument, index: Int) {
        self.document = document
        self.index = index
    }

    package var record: XMLArena.Record { document.arena.records[index] }

    public var kind: Kind {
        switch record.kind {
        case .document: .document
        case .element: .element
        case .text: .text
        case .comment: .comment
        case .instruction: .instruction
        }
    }

    public var isElement: Bool { record.kind == .element }

    /// The name of an element or the target of an instruction; empty for the other kinds.
    public var name: XMLName {
        switch record.kind {
        case .element, .instruction: document.arena.names[Int(record.name)]
        default: XMLName("")
        }
    }

    /// Local part of the name.
    public var localName: String { name.local }

    public var parent: XMLNode? { index == 0 ? nil : XMLNode(document: document, index: Int(record.parent)) }

    /// Where the node starts in the text it was parsed from; `nil` unless positions were asked for.
    public var position: SourcePosition? {
        let positions = document.arena.positions
        return index < positions.count ? positions[index] : nil
    }

    public var children: Children { Children(parent: self) }

    /// Child elements in document order.
    public var elements: [XMLNode] { children.filter(\.isElement) }

    /// Child elements with this local name, whatever their namespace.
    public func elements(_ local: String) -> [XMLNode] { children.filter { $0.isElement && $0.localName == local } }

    /// The first child element with this local name.
    public func element(_ local: String) -> XMLNode? { children.first { $0.isElement && $0.localName == local } }

    /// All attributes in document order, namespace declarations not among them.
    public var attributes: [(name: XMLName, value: String)] {
        let arena = document.arena, record = record
        guard record.kind == .element else { return [] }
        return arena.attributes[Int(record.start) ..< Int(record.start + record.count)].map {
            (arena.names[Int($0.name)], arena.string($0.start, $0.count))
        }
    }

    /// The value of the attribute with this local name in this namespace (none by default).
    public func attribute(_ local: String, namespace: String = "") -> String? {
        let arena = document.arena, record = record
        guard record.kind == .element else { return nil }
        for attribute in arena.attributes[Int(record.start) ..< Int(record.start + record.count)] {
            let name = arena.names[Int(attribute.name)]
            if name.local == local && name.namespace == namespace { return arena.string(attribute.start, attribute.count) }
        }
        return nil
    }

    /// Namespace declarations written on this element.
    public var namespaceDeclarations: [(prefix: String, uri: String)] {
        let arena = document.arena
        return arena.declarations(from: index, to: index + 1).map { (arena.namespaces[$0].prefix, arena.namespaces[$0].uri) }
    }

    /// The XPath string value: all text below, comments and instructions left out; for those two, their own content.
    public var stringValue: String { document.arena.stringValue(of: index) }

    /// `true` when the node holds neither elements nor text.
    public var isEmpty: Bool { !children.contains { $0.record.kind == .element || $0.record.kind == .text } }

    /// The node and everything below as a document of its own, with the namespaces in scope where it stood.
    public func detached() -> XMLDocument {
        if index == 0 { return document }
        var builder = XMLBuilder()
        builder.copy(self, withScope: true)
        return builder.finish()
    }

    /// The same, but a document of which it is all there is serves as it is.
    package func rootedDocument() -> XMLDocument {
        index == 1 && Int(record.end) == document.arena.records.count ? document : detached()
    }

    /// Children in document order.
    public struct Children: Sequence, IteratorProtocol, Sendable {
        private let document: XMLDocument
        private var next_: Int

        init(parent: XMLNode) {
            document = parent.document
            let record = parent.record
            next_ = parent.index + 1 < Int(record.end) ? parent.index + 1 : 0
        }

        public mutating func next() -> XMLNode? {
            guard next_ != 0 else { return nil }
            defer { next_ = Int(document.arena.records[next_].nextSibling) }
            return XMLNode(document: document, index: next_)
        }
    }
}
