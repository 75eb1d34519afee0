import CXML

/// How a text becomes a document. Sizes are bytes, depth counts elements.
public struct XMLParseOptions: Sendable {
    public var maxBytes: Int
    public var maxDepth: Int
    /// Text that is only white space between tags is dropped, as the reference engine does with every document it reads.
    public var dropsBoundarySpace: Bool
    public var keepsPositions: Bool
    public var keepsComments: Bool

    public init(maxBytes: Int = 16 << 20, maxDepth: Int = 512, dropsBoundarySpace: Bool = true,
                keepsPositions: Bool = false, keepsComments: Bool = false) {
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
        try parse(Array(text.utf8), options: options)
    }

    public static func parse(_ bytes: [UInt8], options: XMLParseOptions = .data) throws(XMLError) -> XMLDocument {
        guard bytes.count <= options.maxBytes else {
            throw XMLError(.tooLarge, "the document has \(bytes.count) bytes; the limit is \(options.maxBytes)")
        }
        let sink = ParserSink(bytes: bytes, options: options)
        var failure = cxml_error()
        let outcome = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { chars in
                var handler = ParserSink.handler
                return cxml_parse(chars.baseAddress, chars.count, &handler, Unmanaged.passUnretained(sink).toOpaque(), &failure)
            }
        }
        if let refused = sink.refusal { throw refused }
        guard outcome == Int32(CXML_OK) else {
            let place = SourcePosition(line: Int(failure.line), column: Int(failure.column))
            let message = withUnsafeBytes(of: failure.message) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw XMLError(outcome == Int32(CXML_DOCTYPE) ? .doctype : .malformed, message, at: place)
        }
        return sink.builder.finish()
    }
}

/// Receives the parser's callbacks; lives for one parse on one thread.
private final class ParserSink {
    var builder: XMLBuilder
    var refusal: XMLError?
    private let options: XMLParseOptions
    private var lines: LineIndex?
    /// Text since the last tag; it becomes a node when it proves to be more than boundary space.
    private var pending: [UInt8] = []

    init(bytes: [UInt8], options: XMLParseOptions) {
        self.options = options
        builder = XMLBuilder(keepingPositions: options.keepsPositions)
        lines = options.keepsPositions ? LineIndex(bytes) : nil
    }

    static let handler = cxml_handler(
        start_element: { user, local, prefix, uri, namespaces, namespaceCount, attributes, attributeCount, offset, line in
            sink(user).start(local, prefix, uri, UnsafeBufferPointer(start: namespaces, count: namespaceCount),
                             UnsafeBufferPointer(start: attributes, count: attributeCount), Int(offset), Int(line))
        },
        end_element: { user in
            let sink = sink(user)
            sink.flush()
            sink.builder.endElement()
            return 0
        },
        text: { user, bytes, length in
            let raw = UnsafeRawBufferPointer(start: bytes, count: length)
            sink(user).pending.append(contentsOf: raw)
            return 0
        },
        comment: { user, text in
            let sink = sink(user)
            guard sink.options.keepsComments, let text else { return 0 }
            sink.flush()
            sink.builder.comment(String(cString: text))
            return 0
        },
        instruction: { user, target, data in
            let sink = sink(user)
            guard sink.options.keepsComments, let target, let data else { return 0 }
            sink.flush()
            sink.builder.instruction(String(cString: target), String(cString: data))
            return 0
        })

    private static func sink(_ user: UnsafeMutableRawPointer?) -> ParserSink {
        // The pointer was made from the sink just above in `parse` and outlives the call.
        Unmanaged<ParserSink>.fromOpaque(user.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func start(_ local: UnsafePointer<CChar>?, _ prefix: UnsafePointer<CChar>?, _ uri: UnsafePointer<CChar>?,
                       _ namespaces: UnsafeBufferPointer<cxml_namespace>, _ attributes: UnsafeBufferPointer<cxml_attribute>,
                       _ offset: Int, _ line: Int) -> CInt {
        flush()
        guard builder.depth < options.maxDepth else {
            refusal = XMLError(.tooDeep, "elements are nested deeper than \(options.maxDepth)", at: SourcePosition(line: line, column: 1))
            return 1
        }
        builder.startElement(XMLName(string(local), namespace: string(uri), prefix: string(prefix)),
                             at: lines?.tagStart(before: offset, line: line))
        for declared in namespaces { builder.namespace(prefix: string(declared.prefix), uri: string(declared.uri)) }
        for attribute in attributes {
            let value = UnsafeRawBufferPointer(start: attribute.value, count: attribute.value_length)
            builder.attribute(XMLName(string(attribute.local), namespace: string(attribute.uri), prefix: string(attribute.prefix)), value)
        }
        return 0
    }

    private func string(_ chars: UnsafePointer<CChar>?) -> String { chars.map { String(cString: $0) } ?? "" }

    private func flush() {
        guard !pending.isEmpty else { return }
        if !(options.dropsBoundarySpace && pending.allSatisfy { $0 == 32 || (9...13).contains($0) }) { builder.text(pending) }
        pending.removeAll(keepingCapacity: true)
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
