/// Builds a document front to back: the way arenas come to be for constructors and copies, as the parser's tables are for texts.
public struct XMLBuilder {
    /// While an element (or the document) is open, `end` of its record holds its latest child, 0 for none.
    private var records: [XMLArena.Record]
    private var attributes: [XMLArena.Attribute] = []
    private var names = NameTable()
    private var text: [UInt8] = []
    private var namespaces: [XMLArena.NamespaceDeclaration] = []
    private var positions: [SourcePosition] = []
    /// The open element.
    private var open = 0
    /// Open elements, the document not counted.
    public private(set) var depth = 0
    private let keepsPositions: Bool

    public init(keepingPositions: Bool = false) {
        keepsPositions = keepingPositions
        records = []
        // Most constructed elements are a handful of nodes.
        records.reserveCapacity(8)
        records.append(XMLArena.Record(kind: .document, name: 0, parent: 0, nextSibling: 0, end: 0, start: 0, count: 0))
        if keepingPositions { positions = [SourcePosition(line: 1, column: 1)] }
    }

    /// With room for what is to come; it may become more or less.
    package init(nodes: Int, names: Int, textBytes: Int) {
        self.init()
        records.reserveCapacity(nodes)
        self.names.reserveCapacity(names)
        text.reserveCapacity(textBytes)
    }

    public var nodeCount: Int { records.count }
    public var textBytes: Int { text.count }
    /// `true` when the open element (or the document) has no child yet.
    package var isAtStart: Bool { records[open].end == 0 }

    public mutating func startElement(_ name: XMLName, at position: SourcePosition? = nil) {
        open = append(.element, name: names.intern(name), start: attributes.count, count: 0, at: position)
        depth += 1
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
        let record = records[open]
        guard record.kind == .element else { return false }
        return attributes[Int(record.start) ..< Int(record.start + record.count)].contains { names[$0.name] == name }
    }

    /// Declares a namespace on the element just started; prefix "" is the default namespace.
    public mutating func namespace(prefix: String, uri: String) {
        namespaces.append(XMLArena.NamespaceDeclaration(element: UInt32(open), prefix: prefix, uri: uri))
    }

    /// Adds text; adjoining texts become one node, empty text none.
    public mutating func text(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        openText(bytes.count)
        text.append(contentsOf: bytes)
    }

    public mutating func text(_ string: String) {
        var string = string
        string.withUTF8 { bytes in
            guard !bytes.isEmpty else { return }
            openText(bytes.count)
            text.append(contentsOf: bytes)
        }
    }

    /// Adds a piece of another document's text.
    package mutating func text(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        openText(bytes.count)
        text.append(contentsOf: bytes)
    }

    /// Adds the content of a text node of another document.
    package mutating func appendText(of index: Int, in arena: XMLArena) {
        let record = arena.records[index]
        if record.kind == .text { text(arena.slice(record.start, record.count)) }
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
        guard open != 0 else { return }
        records[open].end = UInt32(records.count)
        open = Int(records[open].parent)
        depth -= 1
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
                // The declarations of this copy are at the end, so the place is near it too.
                var place = namespaces.endIndex
                while place > 0 && namespaces[place - 1].element > UInt32(copied) { place -= 1 }
                namespaces.insert(contentsOf: added, at: place)
            }
        }
    }

    /// Copies the children of a node.
    public mutating func copyContent(of node: XMLNode) {
        let arena = node.document.arena, record = node.record
        guard record.kind == .document || record.kind == .element, Int(record.end) > node.index + 1 else { return }
        var child = node.index + 1
        while child != 0 {
            let record = arena.records[child]
            if record.kind == .text { text(arena.slice(record.start, record.count)) } else { copyBlock(arena, child) }
            child = Int(record.nextSibling)
        }
    }

    /// Closes what is still open and hands over the document.
    public mutating func finish() -> XMLDocument {
        while open != 0 { endElement() }
        let lastChild = records[0].end
        records[0].end = UInt32(records.count)
        defer { records[0].end = lastChild }
        return XMLDocument(
            arena: XMLArena(
                records: records, attributes: attributes, names: names.all, text: text,
                namespaces: namespaces, positions: positions))
    }

    /// Copies neighbouring children of one node with all below them, one after the other without gap, none of the first being a
    /// text that would join the text before it. Gives the bytes of text copied. Declarations of namespaces go along.
    @discardableResult
    package mutating func copy(_ arena: XMLArena, siblings: Range<Int>) -> Int {
        let before = text.count
        if !siblings.isEmpty { copyBlock(arena, siblings) }
        return text.count - before
    }

    @discardableResult
    private mutating func copyBlock(_ arena: XMLArena, _ first: Int) -> Int {
        copyBlock(arena, first ..< Int(arena.records[first].end))
    }

    /// A subtree lies in one piece in every table of its arena, and so do neighbours; a copy is a few runs with constants added.
    @discardableResult
    private mutating func copyBlock(_ arena: XMLArena, _ nodes: Range<Int>) -> Int {
        let first = nodes.lowerBound, end = nodes.upperBound, here = records.count
        let (texts, attributed) = arena.extent(of: first ..< end)
        // Wrapping: a sum of unsigned numbers modulo 2^32 is the difference wanted, whichever way it goes.
        let nodeShift = UInt32(truncatingIfNeeded: here - first)
        let textShift = UInt32(truncatingIfNeeded: text.count - texts.lowerBound)
        let attributeShift = UInt32(truncatingIfNeeded: attributes.count - attributed.lowerBound)
        let attributeCount = UInt32(attributes.count)
        records.append(contentsOf: arena.records[first ..< end])
        attributes.append(contentsOf: arena.attributes[attributed])
        text.append(contentsOf: arena.text[texts])
        records.withUnsafeMutableBufferPointer { records in
            for i in here ..< records.count {
                if records[i].kind == .element {
                    records[i].start = records[i].count > 0 ? records[i].start &+ attributeShift : attributeCount
                } else {
                    records[i].start &+= textShift
                }
                records[i].parent &+= nodeShift
                records[i].end &+= nodeShift
                if records[i].nextSibling != 0 { records[i].nextSibling &+= nodeShift }
            }
        }
        for i in Int(attributeCount) ..< attributes.count { attributes[i].start &+= textShift }
        renumberNames(of: arena, from: here, attributesFrom: Int(attributeCount))
        link(here)
        var top = here
        while top < records.count {
            records[top].parent = UInt32(open)
            records[top].nextSibling = records[top].end < UInt32(records.count) ? records[top].end : 0
            records[open].end = UInt32(top)
            top = Int(records[top].end)
        }
        for number in arena.declarations(from: first, to: end) {
            let declared = arena.namespaces[number]
            namespaces.append(
                XMLArena.NamespaceDeclaration(element: declared.element &+ nodeShift, prefix: declared.prefix, uri: declared.uri))
        }
        if keepsPositions {
            let place = positions[open]
            for i in first ..< end { positions.append(i < arena.positions.count ? arena.positions[i] : place) }
        }
        return here
    }

    /// Gives copied records and attributes the numbers their names have here.
    private mutating func renumberNames(of arena: XMLArena, from first: Int, attributesFrom: Int) {
        // The first copy into a fresh element, as mappings make it: the other document's names serve for both.
        if first == 2, attributesFrom == 0, let number = names.adopt(arena.names) {
            records[1].name = number
            return
        }
        // A small piece of a document with many names looks each up instead of laying out a table for all of them.
        let remembered = arena.names.count <= max(32, 4 * (records.count - first)) ? arena.names.count : 0
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: remembered) { numbers in
            numbers.initialize(repeating: NameTable.unknown)
            for i in first ..< records.count where records[i].kind == .element || records[i].kind == .instruction {
                records[i].name = names.number(of: records[i].name, in: arena, numbers)
            }
            for i in attributesFrom ..< attributes.count { attributes[i].name = names.number(of: attributes[i].name, in: arena, numbers) }
        }
    }

    private mutating func newAttribute(_ name: XMLName) -> UInt32? {
        guard open != 0, open == records.count - 1, !hasAttribute(name) else { return nil }
        records[open].count += 1
        return names.intern(name)
    }

    private mutating func openText(_ count: Int) {
        let last = Int(records[open].end)
        if last != 0, last == records.count - 1, records[last].kind == .text {
            records[last].count += UInt32(count)
        } else {
            append(.text, name: 0, start: text.count, count: count, at: nil)
        }
    }

    @discardableResult
    private mutating func append(_ kind: XMLArena.Kind, name: UInt32, start: Int, count: Int, at position: SourcePosition?) -> Int {
        let index = records.count
        records.append(
            XMLArena.Record(
                kind: kind, name: name, parent: UInt32(open), nextSibling: 0, end: kind == .element ? 0 : UInt32(index + 1),
                start: UInt32(start), count: UInt32(count)))
        link(index)
        if keepsPositions { positions.append(position ?? positions[open]) }
        return index
    }

    /// Makes a record the latest child of the open element.
    private mutating func link(_ index: Int) {
        let last = Int(records[open].end)
        if last != 0 { records[last].nextSibling = UInt32(index) }
        records[open].end = UInt32(index)
    }
}

/// Names by number, found by their digest: a document has few, so they are searched one after the other until there are many.
private struct NameTable {
    private(set) var all: [XMLName] = []
    private var index: [XMLName: UInt32] = [:]
    private static let searched = 24
    static let unknown = UInt32.max

    subscript(id: UInt32) -> XMLName { all[Int(id)] }

    mutating func reserveCapacity(_ count: Int) { all.reserveCapacity(min(count, Self.searched)) }

    mutating func intern(_ name: XMLName) -> UInt32 {
        if all.count <= Self.searched {
            for i in all.indices where all[i].key == name.key && all[i].prefix == name.prefix && all[i] == name { return UInt32(i) }
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

    /// Takes over the names of another document and gives the number the only name here has among them; nil when there are
    /// several names here or very many there.
    mutating func adopt(_ others: [XMLName]) -> UInt32? {
        guard all.count == 1, others.count < Self.searched else { return nil }
        let own = all[0]
        all = others
        return intern(own)
    }

    /// The number here of a name of another document; `numbers` remembers those found before.
    mutating func number(of name: UInt32, in arena: XMLArena, _ numbers: UnsafeMutableBufferPointer<UInt32>) -> UInt32 {
        if numbers.isEmpty { return intern(arena.names[Int(name)]) }
        if numbers[Int(name)] == Self.unknown { numbers[Int(name)] = intern(arena.names[Int(name)]) }
        return numbers[Int(name)]
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

    /// A document of one element with text given as UTF-8.
    /// - Parameter names: the name alone, where the caller has that array already.
    package init(element name: XMLName, names: [XMLName]? = nil, text: [UInt8]) {
        let hasText = !text.isEmpty
        var records: [XMLArena.Record] = []
        records.reserveCapacity(3)
        let end: UInt32 = hasText ? 3 : 2
        records.append(XMLArena.Record(kind: .document, name: 0, parent: 0, nextSibling: 0, end: end, start: 0, count: 0))
        records.append(XMLArena.Record(kind: .element, name: 0, parent: 0, nextSibling: 0, end: end, start: 0, count: 0))
        if hasText {
            records.append(XMLArena.Record(kind: .text, name: 0, parent: 1, nextSibling: 0, end: 3, start: 0, count: UInt32(text.count)))
        }
        self.init(arena: XMLArena(records: records, attributes: [], names: names ?? [name], text: text, namespaces: [], positions: []))
    }

    /// A document of one element whose children are copies of the roots of `children`, in order.
    public init(element name: String, children: some Sequence<XMLDocument>) {
        var builder = XMLBuilder()
        builder.startElement(name)
        for child in children { builder.copyContent(of: child.node) }
        self = builder.finish()
    }
}
