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
    public var root: XMLNode? { node.children.first { $0.isElement } }

    /// The number of nodes, attributes not counted.
    public var nodeCount: Int { arena.records.count }

    /// `true` when both are the very same arena, so equal without looking.
    public func isIdentical(to other: XMLDocument) -> Bool { arena === other.arena }
}

/// Storage of a document. Written once by `XMLBuilder`, never changed afterwards.
package final class XMLArena: Sendable {
    package enum Kind: UInt8 {
        case document, element, text, comment, instruction

        /// What the standard library would do through a witness table when asked from another module.
        @inlinable package static func == (a: Kind, b: Kind) -> Bool { a.number == b.number }

        @inlinable var number: UInt8 {
            switch self {
            case .document: 0
            case .element: 1
            case .text: 2
            case .comment: 3
            case .instruction: 4
            }
        }
    }

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

    /// The digest of the root element's name when the document holds nothing beside it: a look that spares most walks.
    let soleRootKey: UInt64?

    init(
        records: [Record], attributes: [Attribute], names: [XMLName], text: [UInt8],
        namespaces: [NamespaceDeclaration], positions: [SourcePosition]
    ) {
        self.records = records
        self.attributes = attributes
        self.names = names
        self.text = text
        self.namespaces = namespaces
        self.positions = positions
        if records.count > 1, records[1].kind == .element, records[1].nextSibling == 0 {
            soleRootKey = names[Int(records[1].name)].key
        } else {
            soleRootKey = nil
        }
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

    /// The pieces of the text and of the attribute table that belong to a run of nodes which is a subtree: everything is in
    /// document order, so each is one piece between the first and the last node that has any.
    func extent(of nodes: Range<Int>) -> (text: Range<Int>, attributes: Range<Int>) {
        var texts = 0 ..< 0, attributed = 0 ..< 0
        guard let first = nodes.first(where: { records[$0].kind != .element || records[$0].count > 0 }),
            let last = nodes.last(where: { records[$0].kind != .element || records[$0].count > 0 })
        else { return (texts, attributed) }
        let from = records[first], to = records[last]
        if !attributes.isEmpty, let one = nodes.first(where: { records[$0].kind == .element && records[$0].count > 0 }),
            let other = nodes.last(where: { records[$0].kind == .element && records[$0].count > 0 })
        {
            attributed = Int(records[one].start) ..< Int(records[other].start + records[other].count)
        }
        let low = from.kind == .element ? attributes[Int(from.start)].start : from.start
        let high =
            to.kind == .element
            ? attributes[Int(to.start + to.count) - 1].start + attributes[Int(to.start + to.count) - 1].count
            : to.start + to.count
        texts = Int(low) ..< Int(high)
        return (texts, attributed)
    }

    /// The bytes of text in a subtree, attribute values among them.
    package func textBytes(of index: Int) -> Int { extent(of: index ..< Int(records[index].end)).text.count }

    /// Where in `namespaces` the declarations of a run of nodes stand. The table is sorted, so it is searched by halves.
    func declarations(from first: Int, to end: Int) -> Range<Int> {
        if namespaces.isEmpty { return 0 ..< 0 }
        func place(_ element: Int) -> Int {
            var low = 0, high = namespaces.count
            while low < high {
                let middle = (low + high) / 2
                if Int(namespaces[middle].element) < element { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let low = place(first)
        return low ..< max(low, place(end))
    }

    /// Just one element of this name with one text in it: a variable of a simple type, mostly.
    package func isPlainText(named name: XMLName) -> Bool {
        records.count == 3 && records[2].kind == .text && attributes.isEmpty && namespaces.isEmpty && positions.isEmpty
            && records[1].kind == .element && names[Int(records[1].name)] == name && names[Int(records[1].name)].prefix == name.prefix
    }

    /// One past the last node of a subtree.
    package func end(of index: Int) -> Int { Int(records[index].end) }

    /// Appends the content of a text node.
    package func appendText(of index: Int, to bytes: inout [UInt8]) {
        let record = records[index]
        guard record.kind == .text else { return }
        bytes.append(contentsOf: text[Int(record.start) ..< Int(record.start) + Int(record.count)])
    }

    /// The string value of an element or text when it is one piece; nil when it would have to be put together.
    package func onlyText(of index: Int) -> ArraySlice<UInt8>? {
        let record = records[index]
        guard record.kind == .element else { return record.kind == .text ? slice(record.start, record.count) : nil }
        if Int(record.end) == index + 1 { return [] }
        let child = records[index + 1]
        return Int(record.end) == index + 2 && child.kind == .text ? slice(child.start, child.count) : nil
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
