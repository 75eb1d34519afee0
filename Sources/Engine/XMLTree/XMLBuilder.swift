/// Builds a document front to back: the only way arenas come to be, for the parser, for constructors and for copies.
public struct XMLBuilder {
    private struct Open {
        var index: Int
        /// The latest child, to be linked to the next; 0 = none yet.
        var lastChild = 0
    }

    private var records: [XMLArena.Record]
    private var attributes: [XMLArena.Attribute] = []
    private var names = NameTable()
    private var text: [UInt8] = []
    private var namespaces: [XMLArena.NamespaceDeclaration] = []
    private var positions: [SourcePosition] = []
    private var open = [Open(index: 0)]
    private let keepsPositions: Bool

    public init(keepingPositions: Bool = false) {
        keepsPositions = keepingPositions
        records = [XMLArena.Record(kind: .document, name: 0, parent: 0, nextSibling: 0, end: 0, start: 0, count: 0)]
        if keepingPositions { positions = [SourcePosition(line: 1, column: 1)] }
    }

    /// Open elements, the document not counted.
    public var depth: Int { open.count - 1 }
    public var nodeCount: Int { records.count }
    public var textBytes: Int { text.count }
    /// `true` when the open element (or the document) has no child yet.
    package var isAtStart: Bool { open[open.count - 1].lastChild == 0 }

    public mutating func startElement(_ name: XMLName, at position: SourcePosition? = nil) {
        let index = append(.element, name: names.intern(name), start: attributes.count, count: 0, at: position)
        open.append(Open(index: index))
    }

    public mutating func startElement(_ local: String) { startElement(XMLName(local)) }

    /// Adds an attribute to the element just started, before any content. A second one of the same name is ignored.
    public mutating func attribute(_ name: XMLName, _ value: some Collection<UInt8>) {
        guard let id = newAttribute(name) else { return }
        attributes.append(XMLArena.Attribute(name: id, start: UInt32(text.count), count: UInt32(value.count)))
        text.append(contentsOf: value)
    }

    public mutating func attribute(_ local: String, _ value: String) { attribute(XMLName(local), value.utf8) }

    /// `true` when the element just started already has this attribute.
    package func hasAttribute(_ name: XMLName) -> Bool {
        let record = records[open[open.count - 1].index]
        guard record.kind == .element else { return false }
        return attributes[Int(record.start) ..< Int(record.start + record.count)].contains { names[$0.name] == name }
    }

    /// Declares a namespace on the element just started; prefix "" is the default namespace.
    public mutating func namespace(prefix: String, uri: String) {
        let element = open[open.count - 1].index
        namespaces.append(XMLArena.NamespaceDeclaration(element: UInt32(element), prefix: prefix, uri: uri))
    }

    /// The namespaces declared on the open elements, innermost last.
    package var declaredNamespaces: [XMLArena.NamespaceDeclaration] {
        namespaces.isEmpty ? [] : namespaces.filter { declared in open.contains { $0.index == Int(declared.element) } }
    }

    /// Adds text; adjoining texts become one node, empty text none.
    public mutating func text(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        openText(bytes.count)
        text.append(contentsOf: bytes)
    }

    public mutating func text(_ string: String) { text(string.utf8) }

    /// Adds a piece of another document's text.
    package mutating func text(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        openText(bytes.count)
        text.append(contentsOf: bytes)
    }

    public mutating func comment(_ string: String) {
        append(.comment, name: 0, start: text.count, count: string.utf8.count, at: nil)
        text.append(contentsOf: string.utf8)
    }

    public mutating func instruction(_ target: String, _ data: String) {
        append(.instruction, name: names.intern(XMLName(target)), start: text.count, count: data.utf8.count, at: nil)
        text.append(contentsOf: data.utf8)
    }

    public mutating func endElement() {
        guard open.count > 1, let closed = open.popLast() else { return }
        records[closed.index].end = UInt32(records.count)
    }

    /// Copies a node and all below it; of a document, its children. `withScope` also declares the namespaces that were in
    /// scope around it, so that qualified names inside text keep their meaning.
    public mutating func copy(_ node: XMLNode, withScope: Bool = false) {
        switch node.record.kind {
        case .document: copyContent(of: node)
        case .text: text(node.document.arena.slice(node.record.start, node.record.count))
        case .comment, .instruction: copyBlock(node.document.arena, node.index)
        case .element:
            let copied = copyBlock(node.document.arena, node.index)
            guard withScope, !node.document.arena.namespaces.isEmpty else { return }
            var declared = node.namespaceDeclarations
            var added: [XMLArena.NamespaceDeclaration] = []
            var above = node.parent
            while let element = above {
                for outer in element.namespaceDeclarations where !declared.contains(where: { $0.prefix == outer.prefix }) {
                    declared.append(outer)
                    added.append(XMLArena.NamespaceDeclaration(element: UInt32(copied), prefix: outer.prefix, uri: outer.uri))
                }
                above = element.parent
            }
            if !added.isEmpty {
                let place = namespaces.firstIndex { $0.element > UInt32(copied) } ?? namespaces.endIndex
                namespaces.insert(contentsOf: added, at: place)
            }
        }
    }

    /// Copies the children of a node.
    public mutating func copyContent(of node: XMLNode) {
        for child in node.children { copy(child) }
    }

    /// Closes what is still open and hands over the document.
    public mutating func finish() -> XMLDocument {
        while open.count > 1 { endElement() }
        records[0].end = UInt32(records.count)
        return XMLDocument(arena: XMLArena(records: records, attributes: attributes, names: names.all, text: text,
                                           namespaces: namespaces, positions: positions))
    }

    /// A subtree lies in one piece in every table of its arena, so a copy is a few runs with constants added.
    @discardableResult
    private mutating func copyBlock(_ arena: XMLArena, _ first: Int) -> Int {
        let top = arena.records[first], end = Int(top.end)
        let here = records.count
        var nameIDs = NameMap(count: arena.names.count)
        var textFrom = -1, textTo = 0, attributesFrom = -1, attributesTo = 0
        for i in first ..< end {
            let record = arena.records[i]
            if record.kind == .element {
                guard record.count > 0 else { continue }
                if attributesFrom < 0 { attributesFrom = Int(record.start) }
                attributesTo = Int(record.start + record.count)
                if textFrom < 0 { textFrom = Int(arena.attributes[attributesFrom].start) }
                let last = arena.attributes[attributesTo - 1]
                textTo = Int(last.start + last.count)
            } else {
                if textFrom < 0 { textFrom = Int(record.start) }
                textTo = Int(record.start + record.count)
            }
        }
        let textShift = text.count - max(textFrom, 0)
        let attributeShift = attributes.count - max(attributesFrom, 0)
        for i in first ..< end {
            var record = arena.records[i]
            switch record.kind {
            case .element:
                record.name = nameIDs.id(record.name, in: arena.names, &names)
                record.start = record.count > 0 ? UInt32(Int(record.start) + attributeShift) : UInt32(attributes.count)
            case .instruction:
                record.name = nameIDs.id(record.name, in: arena.names, &names)
                record.start = UInt32(Int(record.start) + textShift)
            default: record.start = UInt32(Int(record.start) + textShift)
            }
            if i > first { record.parent = UInt32(Int(record.parent) - first + here) }
            if record.nextSibling != 0 { record.nextSibling = UInt32(Int(record.nextSibling) - first + here) }
            record.end = UInt32(Int(record.end) - first + here)
            records.append(record)
        }
        let parent = open[open.count - 1]
        records[here].parent = UInt32(parent.index)
        records[here].nextSibling = 0
        if parent.lastChild != 0 { records[parent.lastChild].nextSibling = UInt32(here) }
        open[open.count - 1].lastChild = here
        if attributesFrom >= 0 {
            for var attribute in arena.attributes[attributesFrom ..< attributesTo] {
                attribute.name = nameIDs.id(attribute.name, in: arena.names, &names)
                attribute.start = UInt32(Int(attribute.start) + textShift)
                attributes.append(attribute)
            }
        }
        if textFrom >= 0 { text.append(contentsOf: arena.text[textFrom ..< textTo]) }
        for declared in arena.namespaces where Int(declared.element) >= first && Int(declared.element) < end {
            namespaces.append(XMLArena.NamespaceDeclaration(element: UInt32(Int(declared.element) - first + here),
                                                            prefix: declared.prefix, uri: declared.uri))
        }
        if keepsPositions {
            let place = positions[parent.index]
            for i in first ..< end { positions.append(i < arena.positions.count ? arena.positions[i] : place) }
        }
        return here
    }

    private mutating func newAttribute(_ name: XMLName) -> UInt32? {
        let element = open[open.count - 1].index
        guard element != 0, element == records.count - 1, !hasAttribute(name) else { return nil }
        records[element].count += 1
        return names.intern(name)
    }

    private mutating func openText(_ count: Int) {
        let last = open[open.count - 1].lastChild
        if last != 0, last == records.count - 1, records[last].kind == .text {
            records[last].count += UInt32(count)
        } else {
            append(.text, name: 0, start: text.count, count: count, at: nil)
        }
    }

    @discardableResult
    private mutating func append(_ kind: XMLArena.Kind, name: UInt32, start: Int, count: Int, at position: SourcePosition?) -> Int {
        let index = records.count
        let parent = open[open.count - 1]
        records.append(XMLArena.Record(kind: kind, name: name, parent: UInt32(parent.index), nextSibling: 0, end: UInt32(index + 1),
                                       start: UInt32(start), count: UInt32(count)))
        if parent.lastChild != 0 { records[parent.lastChild].nextSibling = UInt32(index) }
        open[open.count - 1].lastChild = index
        if keepsPositions { positions.append(position ?? positions[parent.index]) }
        return index
    }
}

/// Names by number. A document has few, so they are searched one after the other until there are many.
private struct NameTable {
    private(set) var all: [XMLName] = []
    private var index: [XMLName: UInt32] = [:]
    private static let searched = 12

    subscript(id: UInt32) -> XMLName { all[Int(id)] }

    mutating func intern(_ name: XMLName) -> UInt32 {
        if all.count <= Self.searched {
            for i in all.indices where all[i].prefix == name.prefix && all[i] == name { return UInt32(i) }
        } else if let known = index[name], all[Int(known)].prefix == name.prefix {
            return known
        }
        let id = UInt32(all.count)
        all.append(name)
        if all.count == Self.searched + 1 {
            for i in all.indices { index[all[i]] = UInt32(i) }
        } else if all.count > Self.searched {
            index[name] = id
        }
        return id
    }
}

/// Numbers of one document's names in another, found once per copy.
private struct NameMap {
    private var known: [UInt32]
    private static let unknown = UInt32.max
    private var last: (from: UInt32, to: UInt32) = (unknown, 0)

    init(count: Int) { known = count > 4 ? Array(repeating: Self.unknown, count: count) : [] }

    mutating func id(_ name: UInt32, in names: [XMLName], _ table: inout NameTable) -> UInt32 {
        if last.from == name { return last.to }
        if !known.isEmpty, known[Int(name)] != Self.unknown { return known[Int(name)] }
        let id = table.intern(names[Int(name)])
        if !known.isEmpty { known[Int(name)] = id }
        last = (name, id)
        return id
    }
}

extension XMLDocument {
    /// A document of one element with text.
    public init(element name: String, text: String = "") {
        var builder = XMLBuilder()
        builder.startElement(name)
        builder.text(text)
        self = builder.finish()
    }

    /// A document of one element whose children are copies of the roots of `children`, in order.
    public init(element name: String, children: some Sequence<XMLDocument>) {
        var builder = XMLBuilder()
        builder.startElement(name)
        for child in children { builder.copyContent(of: child.node) }
        self = builder.finish()
    }
}
