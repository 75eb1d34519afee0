import CXML

/// How a text becomes a document. Sizes are bytes, depth counts elements.
public struct XMLParseOptions: Sendable {
    public var maxBytes: Int
    public var maxDepth: Int
    /// Text that is only white space between tags is dropped, as the reference engine does with every document it reads.
    public var dropsBoundarySpace: Bool
    public var keepsPositions: Bool
    public var keepsComments: Bool

    public init(
        maxBytes: Int = 16 << 20, maxDepth: Int = 512, dropsBoundarySpace: Bool = true,
        keepsPositions: Bool = false, keepsComments: Bool = false
    ) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
        self.dropsBoundarySpace = dropsBoundarySpace
        self.keepsPositions = keepsPositions
        self.keepsComments = keepsComments
    }

    /// Work item and case data: boundary space dropped.
    public static let data = XMLParseOptions()
    /// Specification files: with positions, so that every finding can name its line.
    public static let specification = XMLParseOptions(keepsPositions: true)
    /// What we wrote ourselves: everything is kept as it is.
    public static let stored = XMLParseOptions(dropsBoundarySpace: false, keepsComments: true)
}

extension XMLDocument {
    /// Parses a whole document. Nothing outside the text is ever read, a DOCTYPE is refused, size and depth are bounded.
    public static func parse(_ text: String, options: XMLParseOptions = .data) throws(XMLError) -> XMLDocument {
        try parse(bytes: text.utf8, options: options)
    }

    public static func parse(_ bytes: [UInt8], options: XMLParseOptions = .data) throws(XMLError) -> XMLDocument {
        try parse(bytes: bytes, options: options)
    }

    private static func parse(bytes: some Collection<UInt8>, options: XMLParseOptions) throws(XMLError) -> XMLDocument {
        guard bytes.count <= options.maxBytes else {
            throw XMLError(.tooLarge, "the document has \(bytes.count) bytes; the limit is \(options.maxBytes)")
        }
        var tree = cxml_tree()
        defer { cxml_tree_free(&tree) }
        var failure = cxml_error()
        var wishes = cxml_options(
            max_depth: max(0, options.maxDepth), drops_space: options.dropsBoundarySpace ? 1 : 0,
            keeps_comments: options.keepsComments ? 1 : 0, keeps_places: options.keepsPositions ? 1 : 0)
        // The parser reads up to a zero.
        let terminated = Array(unsafeUninitializedCapacity: bytes.count + 1) { buffer, count in
            _ = buffer.initialize(from: bytes)
            buffer[bytes.count] = 0
            count = bytes.count + 1
        }
        let outcome = terminated.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cxml_parse($0.baseAddress, $0.count - 1, &wishes, &tree, &failure) }
        }
        guard outcome == Int32(CXML_OK) else {
            if outcome == Int32(CXML_TOO_DEEP) {
                throw XMLError(
                    .tooDeep, "elements are nested deeper than \(options.maxDepth)",
                    at: SourcePosition(line: Int(failure.line), column: 1))
            }
            let place = SourcePosition(line: Int(failure.line), column: Int(failure.column))
            let message = withUnsafeBytes(of: failure.message) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw XMLError(outcome == Int32(CXML_DOCTYPE) ? .doctype : .malformed, message, at: place)
        }
        return XMLDocument(arena: XMLArena(tree, source: terminated))
    }
}

private extension XMLArena {
    /// Takes over the tables of a parse.
    convenience init(_ tree: cxml_tree, source: [UInt8]) {
        let names = UnsafeRawBufferPointer(start: tree.name_text, count: tree.name_text_count)
        func string(_ piece: cxml_piece) -> String {
            piece.count == 0 ? "" : String(decoding: names[Int(piece.start) ..< Int(piece.start) + Int(piece.count)], as: UTF8.self)
        }
        self.init(
            records: UnsafeBufferPointer(start: tree.nodes, count: tree.node_count).map { node in
                Record(
                    kind: Kind(rawValue: UInt8(truncatingIfNeeded: node.kind)) ?? .document, name: node.name, parent: node.parent,
                    nextSibling: node.next_sibling, end: node.end, start: node.start, count: node.count)
            },
            attributes: UnsafeBufferPointer(start: tree.attributes, count: tree.attribute_count).map {
                Attribute(name: $0.name, start: $0.start, count: $0.count)
            },
            names: UnsafeBufferPointer(start: tree.names, count: tree.name_count).map {
                XMLName(string($0.local), namespace: string($0.uri), prefix: string($0.prefix))
            },
            text: Array(UnsafeRawBufferPointer(start: tree.text, count: tree.text_count)),
            namespaces: UnsafeBufferPointer(start: tree.namespaces, count: tree.namespace_count).map {
                NamespaceDeclaration(element: $0.element, prefix: string($0.prefix), uri: string($0.uri))
            },
            positions: Self.positions(tree, source))
    }

    /// What has no place of its own is where its parent is.
    private static func positions(_ tree: cxml_tree, _ source: [UInt8]) -> [SourcePosition] {
        guard tree.place_count > 0 else { return [] }
        var lines = LineIndex(source)
        var positions: [SourcePosition] = []
        positions.reserveCapacity(tree.node_count)
        let nodes = UnsafeBufferPointer(start: tree.nodes, count: tree.node_count)
        for (node, place) in zip(nodes, UnsafeBufferPointer(start: tree.places, count: tree.place_count)) {
            switch Int(node.kind) {
            case Int(CXML_DOCUMENT): positions.append(SourcePosition(line: 1, column: 1))
            case Int(CXML_ELEMENT): positions.append(lines.tagStart(before: Int(place.tag_end_offset), line: Int(place.line)))
            default: positions.append(positions[Int(node.parent)])
            }
        }
        return positions
    }
}

/// Finds line and column of a start tag from the byte offset at which its end was seen. Asked front to back, it reads every
/// byte once, however long the lines.
struct LineIndex {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// `<` cannot occur inside a tag, so the nearest one before the offset opens it. Without an offset (transcoded input) the
    /// parser's own line is all there is.
    mutating func tagStart(before end: Int, line: Int) -> SourcePosition {
        guard end >= 0, end <= bytes.count, !bytes.isEmpty else { return SourcePosition(line: line, column: 1) }
        var at = min(end, bytes.count - 1)
        while at > 0 && bytes[at] != 60 { at -= 1 }
        return position(of: at)
    }

    /// Columns count code points.
    private mutating func position(of target: Int) -> SourcePosition {
        if target < offset { (offset, line, column) = (0, 1, 1) }
        while offset < target {
            if bytes[offset] == 10 { (line, column) = (line + 1, 1) } else if bytes[offset] & 0xC0 != 0x80 { column += 1 }
            offset += 1
        }
        return SourcePosition(line: line, column: column)
    }
}
