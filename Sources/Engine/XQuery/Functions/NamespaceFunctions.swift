/// Prefixes, QNames and URIs.
enum NamespaceFunctions {
    static let all: [Builtin] = [
        Builtin("in-scope-prefixes", 1 ... 1, prefixes), Builtin("namespace-uri-for-prefix", 2 ... 2, uri),
        Builtin("resolve-QName", 2 ... 2, resolveQName),
        Builtin("resolve-uri", 2 ... 2, resolveURI),
    ]

    private static func element(_ value: Value, _ c: Evaluation) throws(XQueryError) -> Node {
        guard case .node(let node) = try c.one(value, "the element"), c.kind(of: node) == .element else {
            throw .type("an element is needed here")
        }
        return node
    }

    private static func prefixes(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        Value(c.namespacesInScope(of: try element(a[0], c)).map { .string($0.prefix) })
    }

    private static func uri(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let prefix = try c.string(a[0])
        return Value(c.namespacesInScope(of: try element(a[1], c)).first { $0.prefix == prefix }.map { .uri($0.uri) })
    }

    private static func resolveQName(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let text = try c.optionalString(a[0]) else { return .empty }
        let element = try element(a[1], c)
        let parts = Casting.trimmed(text).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy(Casting.isNCName) else { throw .dynamic("FOCA0002", "\"\(text)\" is not a name") }
        let prefix = parts.count == 2 ? parts[0] : ""
        let uri = c.namespacesInScope(of: element).first { $0.prefix == prefix }?.uri
        guard prefix.isEmpty || uri != nil else { throw .dynamic("FONS0004", "the prefix '\(prefix)' means nothing at this element") }
        return .one(.qname(QualifiedName(prefix: prefix, uri: uri ?? "", local: parts[parts.count - 1])))
    }

    private static func resolveURI(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let reference = try c.optionalString(a[0]) else { return .empty }
        let base = try c.requiredString(a[1])
        guard let target = URIReference(reference), let from = URIReference(base) else {
            throw .dynamic("FORG0002", "the URI is not well formed")
        }
        if target.scheme != nil { return .one(.uri(reference)) }
        guard from.scheme != nil, from.fragment == nil, from.path.isEmpty || from.path.hasPrefix("/") else {
            throw .dynamic("FORG0002", "\"\(base)\" is not an absolute URI to resolve against")
        }
        return .one(.uri(target.resolved(against: from).text))
    }
}

/// The five parts of a URI reference (RFC 3986).
struct URIReference {
    var scheme: String?
    var authority: String?
    var path: String
    var query: String?
    var fragment: String?

    /// nil for what cannot be one.
    init?(_ text: String) {
        guard !text.utf8.contains(where: { $0 <= 32 || $0 == 127 || "<>\"{}|\\^`".utf8.contains($0) }) else { return nil }
        var rest = Substring(text)
        if let mark = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
            if fragment?.contains("#") == true { return nil }
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") {
            let name = rest[..<colon].utf8
            guard let first = name.first, 97 ... 122 ~= first | 32,
                name.allSatisfy({ (97 ... 122 ~= $0 | 32) || 48 ... 57 ~= $0 || $0 == 43 || $0 == 45 || $0 == 46 })
            else { return nil }
            scheme = String(rest[..<colon])
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            authority = String(rest[..<end])
            rest = rest[end...]
        }
        path = String(rest)
    }

    var text: String {
        (scheme.map { $0 + ":" } ?? "") + (authority.map { "//" + $0 } ?? "") + path + (query.map { "?" + $0 } ?? "")
            + (fragment.map { "#" + $0 } ?? "")
    }

    func resolved(against base: URIReference) -> URIReference {
        var result = self
        result.scheme = base.scheme
        if authority != nil {
            result.path = Self.withoutDots(path)
            return result
        }
        result.authority = base.authority
        if path.isEmpty {
            result.path = base.path
            result.query = query ?? base.query
        } else if path.hasPrefix("/") {
            result.path = Self.withoutDots(path)
        } else if base.authority != nil && base.path.isEmpty {
            result.path = Self.withoutDots("/" + path)
        } else {
            result.path = Self.withoutDots((base.path.lastIndex(of: "/").map { String(base.path[...$0]) } ?? "") + path)
        }
        return result
    }

    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            if part == "." || part == ".." {
                if part == "..", kept.count > 1 || (kept.count == 1 && kept[0] != "") { kept.removeLast() }
                if isLast { kept.append("") }
            } else {
                kept.append(part)
            }
        }
        return kept.joined(separator: "/")
    }
}
