import XMLTree

/// Direct constructors are read byte by byte: inside them the text is XML, not XQuery.
extension Parser {
    /// `<a …>…</a>`, `<!--…-->` or `<?…?>` as an expression.
    mutating func directConstructor() throws(XQueryError) -> any Expression {
        var at = token.start
        let expression = try direct(&at)
        token = try lexer.token(from: at)
        return expression
    }

    private mutating func direct(_ at: inout Int) throws(XQueryError) -> any Expression {
        if lexer.hasPrefix("<!--", at: at) { return try directComment(&at) }
        if lexer.hasPrefix("<?", at: at) { return try directInstruction(&at) }
        return try directElement(&at)
    }

    private func directComment(_ at: inout Int) throws(XQueryError) -> any Expression {
        let start = at
        at += 4
        while !lexer.hasPrefix("--", at: at) {
            guard at < lexer.bytes.count else { throw .syntax("a comment is not closed with '-->'", start) }
            at += 1
        }
        guard lexer.hasPrefix("-->", at: at) else { throw .syntax("a comment cannot contain '--'", at) }
        at += 3
        return OtherConstructor(.comment, Literal(.string(lines(start + 4, at - 3))), offset: start)
    }

    private func directInstruction(_ at: inout Int) throws(XQueryError) -> any Expression {
        let start = at
        let nameEnd = lexer.nameEnd(at + 2)
        let name = lexer.text(at + 2, nameEnd)
        guard Casting.isNCName(name), name.lowercased() != "xml" else {
            throw .syntax("'\(name)' cannot name a processing instruction", start)
        }
        at = nameEnd
        while !lexer.hasPrefix("?>", at: at) {
            guard at < lexer.bytes.count else { throw .syntax("a processing instruction is not closed with '?>'", start) }
            at += 1
        }
        guard at == nameEnd || Casting.isSpace(lexer.byte(nameEnd)) else { throw .syntax("a blank is expected after '\(name)'", nameEnd) }
        let data = lines(nameEnd, at)
        at += 2
        return OtherConstructor(.instruction(.fixed(XMLName(name))), Literal(.string(data)), offset: start)
    }

    /// Source text with line ends normalized.
    private func lines(_ start: Int, _ end: Int) -> String {
        var bytes: [UInt8] = []
        var at = start
        while at < end { at = lexer.character(at, into: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func directElement(_ at: inout Int) throws(XQueryError) -> any Expression {
        try enter()
        defer { leave() }
        let start = at
        at += 1
        let (prefix, local) = try rawName(&at)
        let saved = context
        defer { context = saved }
        var raw: [(prefix: String, local: String, value: [ElementConstructor.Part], offset: Int)] = []
        var declared: [(prefix: String, uri: String)] = []
        // Declarations hold for the whole tag, also for enclosed expressions before them; so they are found first.
        try readNamespaces(at, &declared, start)
        while true {
            let before = at
            while Casting.isSpace(lexer.byte(at)) { at += 1 }
            if lexer.byte(at) == 62 || lexer.byte(at) == 47 { break }
            guard at > before else { throw .syntax("a blank, '>' or '/>' is expected in the tag", at) }
            let offset = at
            let name = try rawName(&at)
            let value = try attributeValue(&at)
            if name.prefix == "xmlns" || (name.prefix.isEmpty && name.local == "xmlns") { continue }
            raw.append((name.prefix, name.local, value, offset))
        }
        var attributes: [ElementConstructor.Attribute] = []
        for part in raw {
            let name = XMLName(
                part.local, namespace: part.prefix.isEmpty ? "" : try namespace(part.prefix, part.offset), prefix: part.prefix)
            guard !attributes.contains(where: { $0.name == name }) else {
                throw .static("XQST0040", "the attribute '\(name)' occurs twice", part.offset)
            }
            attributes.append(ElementConstructor.Attribute(name: name, value: part.value))
        }
        let name = try elementName(prefix, local, start)
        var content: [ElementConstructor.Part] = []
        if lexer.hasPrefix("/>", at: at) {
            at += 2
        } else if lexer.byte(at) == 62 {
            at += 1
            content = try self.content(&at, start, prefix.isEmpty ? local : prefix + ":" + local)
        } else {
            throw .syntax("'>' or '/>' is expected", at)
        }
        return ElementConstructor(
            .fixed(name), namespaces: declared, inherited: saved.enclosing, attributes: attributes, content: content, offset: start)
    }

    private func rawName(_ at: inout Int) throws(XQueryError) -> (prefix: String, local: String) {
        guard Lexer.isNameStart(lexer.byte(at)) else { throw .syntax("a name is expected", at) }
        let end = lexer.nameEnd(at)
        guard end > at else { throw .syntax("a name is expected", at) }
        let first = lexer.text(at, end)
        at = end
        guard lexer.byte(at) == 58, Lexer.isNameStart(lexer.byte(at + 1)) else { return ("", first) }
        let last = lexer.nameEnd(at + 1)
        defer { at = last }
        return (first, lexer.text(at + 1, last))
    }

    /// Looks ahead through the tag for namespace declarations.
    private mutating func readNamespaces(_ from: Int, _ declared: inout [(prefix: String, uri: String)], _ start: Int) throws(XQueryError) {
        var at = from
        while at < lexer.bytes.count {
            while Casting.isSpace(lexer.byte(at)) { at += 1 }
            guard Lexer.isNameStart(lexer.byte(at)) else { return }
            let offset = at
            let name = try rawName(&at)
            while Casting.isSpace(lexer.byte(at)) { at += 1 }
            guard lexer.byte(at) == 61 else { return }
            at += 1
            while Casting.isSpace(lexer.byte(at)) { at += 1 }
            let quote = lexer.byte(at)
            guard quote == 34 || quote == 39 else { return }
            let isDeclaration = name.prefix == "xmlns" || (name.prefix.isEmpty && name.local == "xmlns")
            if !isDeclaration {
                guard let end = skipValue(at) else { return }
                at = end
                continue
            }
            var value = offset
            let parts = try attributeValueOnly(at, &value)
            at = value
            var uri = ""
            for part in parts {
                guard case .text(let text) = part else {
                    throw .static("XQST0022", "a namespace declaration cannot contain an expression", offset)
                }
                uri += text
            }
            let prefix = name.prefix.isEmpty ? "" : name.local
            if prefix == "xmlns" || (prefix == "xml") != (uri == "http://www.w3.org/XML/1998/namespace") {
                throw .static("XQST0070", "the prefix '\(prefix)' cannot be declared so", offset)
            }
            if !prefix.isEmpty && uri.isEmpty {
                throw .static("XQST0085", "the prefix '\(prefix)' is declared with an empty namespace", offset)
            }
            guard !declared.contains(where: { $0.prefix == prefix }) else {
                throw .static("XQST0071", "the prefix '\(prefix)' is declared twice", offset)
            }
            guard !uri.utf8.contains(where: { $0 == 123 || $0 == 125 }) else {
                throw .static("XQST0046", "\"\(uri)\" is not a URI", offset)
            }
            guard prefix.isEmpty ? ![StaticContext.xml, StaticContext.xmlns].contains(uri) : uri != StaticContext.xmlns else {
                throw .static("XQST0070", "the prefix '\(prefix)' cannot be declared so", offset)
            }
            declared.append((prefix, uri))
            context.enclosing.append((prefix, uri))
            context.namespaces[prefix] = uri
        }
    }

    /// The end of a quoted value that may hold expressions with quotes and braces of their own; nil when it has none.
    private func skipValue(_ start: Int) -> Int? {
        let quote = lexer.byte(start)
        var at = start + 1, braces = 0
        var inner: UInt8 = 0
        while at < lexer.bytes.count {
            let b = lexer.bytes[at]
            if braces == 0 {
                if b == quote {
                    guard lexer.byte(at + 1) == quote else { return at + 1 }
                    at += 1
                } else if b == 123 {
                    if lexer.byte(at + 1) == 123 { at += 1 } else { braces = 1 }
                }
            } else if inner != 0 {
                if b == inner { inner = 0 }
            } else if b == 34 || b == 39 {
                inner = b
            } else if b == 123 {
                braces += 1
            } else if b == 125 {
                braces -= 1
            }
            at += 1
        }
        return nil
    }

    private mutating func attributeValue(_ at: inout Int) throws(XQueryError) -> [ElementConstructor.Part] {
        while Casting.isSpace(lexer.byte(at)) { at += 1 }
        guard lexer.byte(at) == 61 else { throw .syntax("'=' is expected after the attribute's name", at) }
        at += 1
        while Casting.isSpace(lexer.byte(at)) { at += 1 }
        guard lexer.byte(at) == 34 || lexer.byte(at) == 39 else { throw .syntax("a quoted value is expected", at) }
        return try attributeValueOnly(at, &at)
    }

    private mutating func attributeValueOnly(_ start: Int, _ end: inout Int) throws(XQueryError) -> [ElementConstructor.Part] {
        let quote = lexer.byte(start)
        var at = start + 1
        var parts: [ElementConstructor.Part] = []
        var text: [UInt8] = []
        func flush() {
            guard !text.isEmpty else { return }
            parts.append(.text(String(decoding: text, as: UTF8.self)))
            text = []
        }
        while true {
            guard at < lexer.bytes.count else { throw .syntax("an attribute value is not closed", start) }
            let b = lexer.bytes[at]
            switch b {
            case quote:
                guard lexer.byte(at + 1) == quote else {
                    flush()
                    end = at + 1
                    return parts
                }
                text.append(quote)
                at += 2
            case 123:
                if lexer.byte(at + 1) == 123 {
                    text.append(123)
                    at += 2
                } else {
                    flush()
                    parts.append(.expression(try enclosedInText(&at)))
                }
            case 125: at = try closingBrace(at, into: &text)
            case 38: at = try lexer.reference(at, into: &text)
            case 60: throw .syntax("'<' cannot stand in an attribute value", at)
            case 9, 10:
                text.append(32)
                at += 1
            case 13:
                text.append(32)
                at += lexer.byte(at + 1) == 10 ? 2 : 1
            default:
                text.append(b)
                at += 1
            }
        }
    }

    private func closingBrace(_ at: Int, into text: inout [UInt8]) throws(XQueryError) -> Int {
        guard lexer.byte(at + 1) == 125 else { throw .syntax("'}' in text must be written '}}'", at) }
        text.append(125)
        return at + 2
    }

    /// `{ … }` inside text: back to tokens and out again.
    private mutating func enclosedInText(_ at: inout Int) throws(XQueryError) -> any Expression {
        token = try lexer.token(from: at + 1)
        if isSymbol("}") {
            at = token.end
            return SequenceExpression([])
        }
        let inner = try expression()
        guard isSymbol("}") else { throw unexpected("'}' is expected to close the enclosed expression") }
        at = token.end
        return copied(inner)
    }

    private mutating func content(_ at: inout Int, _ start: Int, _ name: String) throws(XQueryError) -> [ElementConstructor.Part] {
        var parts: [ElementConstructor.Part] = []
        var text: [UInt8] = []
        // Boundary space: white space alone, written as such, between tags and enclosed expressions.
        var onlySpace = true
        func flush(_ keepsSpace: Bool) {
            if !text.isEmpty && !(onlySpace && !keepsSpace) { parts.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
            onlySpace = true
        }
        let keepsSpace = context.preservesBoundarySpace
        while true {
            guard at < lexer.bytes.count else { throw .syntax("the element '\(name)' is not closed", start) }
            let b = lexer.bytes[at]
            switch b {
            case 60:
                if lexer.hasPrefix("</", at: at) {
                    flush(keepsSpace)
                    try endTag(&at, name)
                    return parts
                }
                if lexer.hasPrefix("<![CDATA[", at: at) {
                    let from = at
                    at += 9
                    onlySpace = false
                    while !lexer.hasPrefix("]]>", at: at) {
                        guard at < lexer.bytes.count else { throw .syntax("a CDATA section is not closed with ']]>'", from) }
                        at = lexer.character(at, into: &text)
                    }
                    at += 3
                } else {
                    flush(keepsSpace)
                    parts.append(.expression(try direct(&at)))
                }
            case 123:
                if lexer.byte(at + 1) == 123 {
                    text.append(123)
                    onlySpace = false
                    at += 2
                } else {
                    flush(keepsSpace)
                    parts.append(.expression(try enclosedInText(&at)))
                }
            case 125:
                at = try closingBrace(at, into: &text)
                onlySpace = false
            case 38:
                at = try lexer.reference(at, into: &text)
                onlySpace = false
            default:
                if !Casting.isSpace(b) { onlySpace = false }
                at = lexer.character(at, into: &text)
            }
        }
    }

    private func endTag(_ at: inout Int, _ name: String) throws(XQueryError) {
        let start = at
        at += 2
        let (prefix, local) = try rawName(&at)
        let found = prefix.isEmpty ? local : prefix + ":" + local
        guard sameBytes(found, name) else {
            throw XQueryError(code: "XQST0118", message: "'</\(found)>' closes '<\(name)>'", offset: start, kind: .syntax)
        }
        while Casting.isSpace(lexer.byte(at)) { at += 1 }
        guard lexer.byte(at) == 62 else { throw .syntax("'>' is expected in the end tag", at) }
        at += 1
    }

    /// Content that is written straight into its element keeps all namespaces; other modes need the copy the standard speaks of.
    private func copied(_ content: any Expression) -> any Expression { context.copying.isDefault ? content : CopiedContent(content) }

    // MARK: Computed constructors

    /// `element a {…}`, `attribute {…} {…}`, `text {…}` and so on; nil when the word is just a name here.
    mutating func computedConstructor(_ word: String, _ next: Token) throws(XQueryError) -> (any Expression)? {
        let offset = token.start
        switch word {
        case "text", "comment", "document":
            guard next.kind == .symbol("{") else { return nil }
            try advance()
            let value = try enclosed()
            return OtherConstructor(
                word == "text" ? .text : word == "comment" ? .comment : .document, word == "document" ? copied(value) : value,
                offset: offset)
        case "ordered", "unordered":
            guard next.kind == .symbol("{") else { return nil }
            try advance()
            return try enclosed()
        case "element", "attribute", "processing-instruction":
            let name: ConstructedName
            if next.kind == .symbol("{") {
                try advance()
                var namespaces = context.namespaces
                if word == "attribute" { namespaces[""] = "" }
                name = .computed(try enclosed(), namespaces: namespaces)
            } else {
                let after = try lexer.token(from: next.end)
                guard after.kind == .symbol("{") else { return nil }
                switch next.kind {
                case .name(let prefix, let local):
                    let isElement = word == "element"
                    guard prefix.isEmpty || word != "processing-instruction" else {
                        throw .syntax("the name of a processing instruction has no prefix", next.start)
                    }
                    name = .fixed(
                        isElement
                            ? try elementName(prefix, local, next.start)
                            : XMLName(local, namespace: prefix.isEmpty ? "" : try namespace(prefix, next.start), prefix: prefix))
                case .expanded(let uri, let local): name = .fixed(XMLName(local, namespace: uri))
                default: return nil
                }
                try advance()
                try advance()
            }
            let value = try enclosed()
            switch word {
            case "element":
                return ElementConstructor(name, inherited: context.enclosing, content: [.expression(copied(value))], offset: offset)
            case "attribute": return AttributeConstructor(name, value, offset: offset)
            default: return OtherConstructor(.instruction(name), value, offset: offset)
            }
        default: return nil
        }
    }
}
