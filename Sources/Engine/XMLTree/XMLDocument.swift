/// An XML document as a value: one immutable arena of fixed-size records in document order, shared by every copy.
///
/// Index 0 is the document node; a node's subtree is the index range `index ..< end`. So document order is integer order,
/// descendants are a range scan, and the text of a subtree without comments is one slice of the text buffer.
public struct XMLDocument: Sendable {
    /// The storage itself, for the floors of this package that walk it without copying.
    package let arena: XMLArena

    package init(arena: XMLArena) { self.arena = arena }

    /// The document node.
    public var node: XMLNode { XMLNode(document: self, index: 0) }

    /// The outermost element. Every document has exactly one unless it was built as a fragment, whose first element this is then.
    public var root: XMLNode? { node.elements.first }

    /// The number of nodes, attributes not counted.
    public var nodeCount: Int { arena.records.count }

    /// `true` when both are the very same arena, so equal without looking.
    public func isIdentical(to other: XMLDocument) -> Bool { arena === other.arena }
}

/// Storage of a document. Written once by `XMLBuilder`, never changed afterwards.
package final class XMLArena: Sendable {
    package enum Kind: UInt8 { case document, element, text, comment, instruction }

    package struct Record: Sendable {
        package var kind: Kind
        /// Index into `names` for elements and instructions.
        package var name: UInt32
        package var parent: UInt32
        /// 0 when there is none (the document node is nobody's sibling).
        package var nextSibling: UInt32
        /// One past the last node of the subtree.
        package var end: UInt32
        /// Elements: first attribute. Others: offset into `text`.
        package var start: UInt32
        /// Elements: number of attributes. Others: length in bytes.
        package var count: UInt32
    }

    package struct Attribute: Sendable {
        package var name: UInt32
        package var start: UInt32
        package var count: UInt32
    }

    package struct NamespaceDeclaration: Sendable {
        package var element: UInt32
        package var prefix: String
        package var uri: String
    }

    package let records: [Record]
    package let attributes: [Attribute]
    package let names: [XMLName]
    package let text: [UInt8]
    /// Sorted by element; empty for nearly all data.
    package let namespaces: [NamespaceDeclaration]
    /// Positions of the nodes in their source text, index by index; empty when not asked for.
    package let positions: [SourcePosition]

    init(records: [Record], attributes: [Attribute], names: [XMLName], text: [UInt8],
         namespaces: [NamespaceDeclaration], positions: [SourcePosition]) {
        self.records = records
        self.attributes = attributes
        self.names = names
        self.text = text
        self.namespaces = namespaces
        self.positions = positions
    }

    /// The XPath string value of a node.
    package func stringValue(of index: Int) -> String {
        let record = records[index]
        guard record.kind == .element || record.kind == .document else { return string(record.start, record.count) }
        // Nearly always there is one text below, or none.
        var first = -1
        var bytes: [UInt8] = []
        for i in index + 1 ..< max(index + 1, Int(record.end)) where records[i].kind == .text {
            let text = records[i]
            if first < 0 {
                first = i
            } else {
                if bytes.isEmpty { bytes += slice(records[first].start, records[first].count) }
                bytes += slice(text.start, text.count)
            }
        }
        if first < 0 { return "" }
        return bytes.isEmpty ? string(records[first].start, records[first].count) : String(decoding: bytes, as: UTF8.self)
    }

    package func slice(_ start: UInt32, _ count: UInt32) -> ArraySlice<UInt8> { text[Int(start) ..< Int(start) + Int(count)] }

    package func string(_ start: UInt32, _ count: UInt32) -> String {
        String(decoding: text[Int(start) ..< Int(start) + Int(count)], as: UTF8.self)
    }
}

extension XMLDocument: Equatable {
    /// Deep equality as the data perspective sees it: same elements, attributes in any order, same text; prefixes and
    /// comments do not count.
    public static func == (a: XMLDocument, b: XMLDocument) -> Bool {
        a.isIdentical(to: b) || a.node.isDeepEqual(to: b.node)
    }
}

extension XMLDocument: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try XMLDocument.parse(container.decode(String.self), options: .stored)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(serialized())
    }
}
