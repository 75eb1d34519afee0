import XMLTree

/// `parse-xml`, `parse-xml-fragment`, `serialize`: between text and trees, under the bounds of every document here.
enum XMLFunctions {
    static let all: [Builtin] = [
        Builtin("parse-xml", 1 ... 1, parse), Builtin("parse-xml-fragment", 1 ... 1, parseFragment),
        Builtin("serialize", 1 ... 1, serialize),
    ]

    private static let options = XMLParseOptions(maxBytes: 1 << 20, dropsBoundarySpace: false, keepsComments: true)

    private static func document(_ text: String, _ c: Evaluation) throws(XQueryError) -> XMLDocument {
        try c.spend(bytes: text.utf8.count)
        do throws(XMLError) { return try XMLDocument.parse(text, options: options) } catch {
            throw .dynamic("FODC0006", "the text is not well-formed XML: \(error)")
        }
    }

    private static func parse(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let text = try c.optionalString(a[0]) else { return .empty }
        return .one(.node(try c.adopt(try document(text, c), asDocument: true)))
    }

    /// Content that need not be one element: read inside of one, which is then left away.
    private static func parseFragment(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard var text = try c.optionalString(a[0]) else { return .empty }
        if text.hasPrefix("<?xml"), let first = text.utf8.dropFirst(5).first, Casting.isSpace(first), let end = text.firstIndex(of: ">") {
            let head = text[...end]
            guard head.hasSuffix("?>"), head.contains("encoding"), !head.contains("standalone") else {
                throw .dynamic("FODC0006", "the text declaration is not one of a fragment")
            }
            text = String(text[text.index(after: end)...])
        }
        let wrapped = try document("<fragment>" + text + "</fragment>", c)
        guard let outer = wrapped.root, wrapped.node.children.allSatisfy(\.isElement) else {
            throw .dynamic("FODC0006", "the text is not well-formed XML")
        }
        var builder = XMLBuilder()
        builder.copyContent(of: outer)
        return .one(.node(try c.adopt(builder.finish(), asDocument: true)))
    }

    private static func serialize(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { .string(try c.program.serialized(a[0], c)) }
}
