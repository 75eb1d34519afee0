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
        return writer.string
    }

    /// The children's text form: what stands between the node's tags.
    public func serializedContent(_ style: XMLSerialization = .compact) -> String {
        children.map { $0.serialized(style) }.joined()
    }
}

/// Writes nodes as bytes; several in a row share nothing but the buffer.
package struct XMLWriter: ~Copyable {
    private var output = ByteBuffer()
    let style: XMLSerialization
    /// Declarations in force, innermost last.
    private var scope: [(prefix: String, uri: String)] = []

    package init(style: XMLSerialization = .compact) { self.style = style }

    package var string: String { output.string }

    /// Writes a node and all below it. A loop over the arena: depth costs no stack.
    package mutating func write(_ node: XMLNode) { write(node.document.arena, node.index) }

    package mutating func write(_ arena: XMLArena, _ index: Int) {
        let record = arena.records[index]
        if record.kind == .text { return escape(arena, record.start, record.count, inAttribute: false) }
        let end = Int(record.end)
        // A small piece of a document with many names does without a table of them.
        let remembered = arena.names.count <= max(32, end - index) ? arena.names.count : 0
        withUnsafeTemporaryAllocation(of: WrittenName.self, capacity: remembered) { names in
            names.initialize(repeating: WrittenName())
            write(arena, index == 0 ? 1 : index, end, names)
        }
    }

    private mutating func write(_ arena: XMLArena, _ first: Int, _ end: Int, _ names: UnsafeMutableBufferPointer<WrittenName>) {
        var open: [OpenElement] = []
        var index = first
        while index < end {
            close(&open, until: index)
            if style.indent > 0, open.last?.breaks == true { newline(open.count) }
            let record = arena.records[index]
            switch record.kind {
            case .document: break
            case .text: escape(arena, record.start, record.count, inAttribute: false)
            case .comment: put("<!--" + arena.string(record.start, record.count) + "-->")
            case .instruction:
                let data = arena.string(record.start, record.count)
                put("<?" + arena.names[Int(record.name)].local + (data.isEmpty ? "" : " " + data) + "?>")
            case .element:
                let depth = scope.count
                let name = startTag(arena, record, index, names)
                if Int(record.end) > index + 1 {
                    output.append(62)
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

    /// Where in the output a name already stands, to be copied from there; a count of 0 says nowhere yet.
    private struct WrittenName {
        var start = 0
        var count = 0
        var hasNamespace = false
    }

    private struct OpenElement {
        let end: Int
        let name: WrittenName
        /// Length of the namespace scope outside of it.
        let scope: Int
        let breaks: Bool
    }

    private mutating func close(_ open: inout [OpenElement], until index: Int) {
        while let element = open.last, element.end <= index {
            open.removeLast()
            if element.breaks { newline(open.count) }
            output.append(60)
            output.append(47)
            output.repeatBytes(from: element.name.start, count: element.name.count)
            output.append(62)
            scope.removeLast(scope.count - element.scope)
        }
    }

    private mutating func startTag(
        _ arena: XMLArena, _ record: XMLArena.Record, _ index: Int,
        _ names: UnsafeMutableBufferPointer<WrittenName>
    ) -> WrittenName {
        output.append(60)
        let name = put(arena, record.name, names)
        for number in arena.declarations(from: index, to: index + 1) {
            declare(arena.namespaces[number].prefix, arena.namespaces[number].uri)
        }
        if name.hasNamespace || !scope.isEmpty { require(arena.names[Int(record.name)]) }
        guard record.count > 0 else { return name }
        for number in Int(record.start) ..< Int(record.start + record.count) {
            let attribute = arena.attributes[number]
            if !arena.names[Int(attribute.name)].namespace.isEmpty { require(arena.names[Int(attribute.name)]) }
            output.append(32)
            put(arena, attribute.name, names)
            output.append(61)
            output.append(34)
            escape(arena, attribute.start, attribute.count, inAttribute: true)
            output.append(34)
        }
        return name
    }

    private func hasText(_ arena: XMLArena, _ element: Int) -> Bool {
        var child = element + 1
        while child != 0 {
            if arena.records[child].kind == .text { return true }
            child = Int(arena.records[child].nextSibling)
        }
        return false
    }

    @discardableResult
    private mutating func put(_ arena: XMLArena, _ number: UInt32, _ names: UnsafeMutableBufferPointer<WrittenName>) -> WrittenName {
        if !names.isEmpty {
            let known = names[Int(number)]
            if known.count > 0 {
                output.repeatBytes(from: known.start, count: known.count)
                return known
            }
        }
        let name = arena.names[Int(number)], start = output.count
        if !name.prefix.isEmpty {
            put(name.prefix)
            output.append(58)
        }
        put(name.local)
        let written = WrittenName(start: start, count: output.count - start, hasNamespace: !name.namespace.isEmpty)
        if !names.isEmpty { names[Int(number)] = written }
        return written
    }

    /// Declares a name's namespace where nobody has yet.
    private mutating func require(_ name: XMLName) {
        if uri(of: name.prefix) ?? "" != name.namespace { declare(name.prefix, name.namespace) }
    }

    private mutating func declare(_ prefix: String, _ uri: String) {
        guard self.uri(of: prefix) != uri else { return }
        scope.append((prefix, uri))
        put(prefix.isEmpty ? " xmlns=\"" : " xmlns:" + prefix + "=\"")
        var uri = uri
        uri.withUTF8 { escape($0, inAttribute: true) }
        put("\"")
    }

    /// What a prefix stands for here. No prefix means no namespace and `xml` its own until someone says otherwise.
    private func uri(of prefix: String) -> String? {
        if let declared = scope.last(where: { $0.prefix == prefix }) { return declared.uri }
        return prefix.isEmpty ? "" : prefix == "xml" ? "http://www.w3.org/XML/1998/namespace" : nil
    }

    private mutating func newline(_ level: Int) {
        output.append(10)
        for _ in 0 ..< style.indent * level { output.append(32) }
    }

    private mutating func put(_ string: String) {
        var string = string
        string.withUTF8 { output.append($0) }
    }

    /// Writes text that is no node: an atomic value at the top level.
    package mutating func text(_ content: String) {
        var content = content
        content.withUTF8 { escape($0, inAttribute: false) }
    }

    /// Bytes written so far.
    package var count: Int { output.count }

    /// Writes `<name>`.
    package mutating func startTag(_ name: XMLName) {
        output.append(60)
        put(name.description)
        output.append(62)
    }

    /// Writes `</name>`; makes the start tag an empty one when nothing was written since.
    package mutating func endTag(_ name: XMLName, emptySince start: Int) {
        if output.count == start {
            output.removeLast()
            return put(style.spaceInEmptyTag ? " />" : "/>")
        }
        output.append(60)
        output.append(47)
        put(name.description)
        output.append(62)
    }

    private mutating func escape(_ arena: XMLArena, _ start: UInt32, _ count: UInt32, inAttribute: Bool) {
        arena.text.withUnsafeBufferPointer { text in
            escape(UnsafeBufferPointer(rebasing: text[Int(start) ..< Int(start) + Int(count)]), inAttribute: inAttribute)
        }
    }

    /// Runs of ordinary bytes are taken over in one piece each.
    private mutating func escape(_ content: UnsafeBufferPointer<UInt8>, inAttribute: Bool) {
        var from = 0
        for at in content.indices where content[at] < 64 && Self.special & (1 << UInt64(content[at])) != 0 {
            let replacement: StaticString
            switch content[at] {
            case 38: replacement = "&amp;"
            case 60: replacement = "&lt;"
            case 62: replacement = "&gt;"
            case 13: replacement = "&#xD;"
            case 34 where inAttribute: replacement = "&quot;"
            case 9 where inAttribute: replacement = "&#x9;"
            case 10 where inAttribute: replacement = "&#xA;"
            default: continue
            }
            output.append(UnsafeBufferPointer(rebasing: content[from ..< at]))
            output.append(UnsafeBufferPointer(start: replacement.utf8Start, count: replacement.utf8CodeUnitCount))
            from = at + 1
        }
        output.append(UnsafeBufferPointer(rebasing: content[from...]))
    }

    /// The bytes below 64 that are not always written as they are, one bit each: tab, line feed, carriage return and `"&<>`.
    private static let special: UInt64 = 1 << 9 | 1 << 10 | 1 << 13 | 1 << 34 | 1 << 38 | 1 << 60 | 1 << 62
}

/// Bytes in one growing piece of memory. An array would ask at every byte whether it is shared.
package struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity = 256
    private(set) var count = 0

    init() { base = .allocate(capacity: capacity) }
    deinit { base.deallocate() }

    var string: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (base + count).initialize(from: source, count: bytes.count)
        count += bytes.count
    }

    mutating func removeLast() { if count > 0 { count -= 1 } }

    /// Appends what stands at a place before: names come again and again.
    mutating func repeatBytes(from start: Int, count length: Int) {
        precondition(start >= 0 && length >= 0 && start + length <= count)
        reserve(length)
        (base + count).initialize(from: base + start, count: length)
        count += length
    }

    private mutating func reserve(_ more: Int) { if capacity - count < more { grow(more) } }

    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        moved.initialize(from: base, count: count)
        base.deallocate()
        base = moved
    }
}
