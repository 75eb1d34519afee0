import XMLTree

/// `<x>{/Net/a/b/text()}</x>`
final class FastText: FastPath {
    private let name: XMLName
    private let names: [XMLName]
    private let path: ChildPath
    /// The result where there is no text, which is the same every time.
    private let empty: XMLDocument

    init(_ name: XMLName, _ path: ChildPath) {
        self.name = name
        names = [name]
        self.path = path
        empty = XMLDocument(element: name, text: [])
    }

    var description: String { "element of \(path.description)" }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? {
        // One text is the normal case; several become one.
        var text: [UInt8] = [], source: XMLArena?, count = 0
        let seen = path.walk(input) { arena, index in
            count += 1
            source = arena
            arena.appendText(of: index, to: &text)
        }
        guard let seen, limits.allow(seen: seen, copied: 2, bytes: text.count) else { return nil }
        if text.allSatisfy(Casting.isSpace) { return empty }
        if let source, count == 1, source.isPlainText(named: name) { return XMLDocument(arena: source) }
        return XMLDocument(element: name, names: names, text: text)
    }

    func string(over input: QueryInput, _ limits: QueryLimits) -> String? { path.serialized(input, limits, within: name) }
}

/// `<x>{/Net/a/*}</x>` and `<x>{/Net/a}</x>`
final class FastCopy: FastPath {
    private let name: XMLName
    private let path: ChildPath

    init(_ name: XMLName, _ path: ChildPath) {
        self.name = name
        self.path = path
    }

    var description: String { "element of \(path.description)" }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? {
        // Texts among the nodes would have to be joined.
        if path.tests.last?.kind == .anyNode { return nil }
        var builder = XMLBuilder()
        builder.startElement(name)
        // Neighbours are copied in one piece.
        var run: (arena: XMLArena, nodes: Range<Int>)?
        var isPlain = true, copied = 0, bytes = 0
        let seen = path.walk(input) { arena, index in
            let end = arena.end(of: index)
            copied += end - index
            if let before = run, before.arena === arena, before.nodes.upperBound == index {
                run = (arena, before.nodes.lowerBound ..< end)
                return
            }
            if let run { bytes += builder.copy(run.arena, siblings: run.nodes) }
            if !arena.namespaces.isEmpty { isPlain = false }
            run = (arena, index ..< end)
        }
        if let run { bytes += builder.copy(run.arena, siblings: run.nodes) }
        guard let seen, isPlain, limits.allow(seen: seen, copied: copied, bytes: bytes) else { return nil }
        return builder.finish().withoutBoundarySpace()
    }

    func string(over input: QueryInput, _ limits: QueryLimits) -> String? { path.serialized(input, limits, within: name) }
}

extension ChildPath {
    /// The nodes at the end of the path as text, perhaps within an element.
    func serialized(_ input: QueryInput, _ limits: QueryLimits, within name: XMLName?) -> String? {
        var writer = XMLWriter()
        var isPlain = true, copied = 0, bytes = 0
        if let name { writer.startTag(name) }
        let start = writer.count
        let seen = walk(input) { arena, index in
            if !arena.namespaces.isEmpty { isPlain = false }
            copied += arena.end(of: index) - index + 8
            bytes += arena.textBytes(of: index)
            writer.write(arena, index)
        }
        guard let seen, isPlain, limits.allow(seen: seen, copied: copied, bytes: bytes) else { return nil }
        if let name { writer.endTag(name, emptySince: start) }
        return writer.string
    }
}
