/// Names and what is left.
enum OtherFunctions {
    static let all: [Builtin] = [
        Builtin("QName", 2 ... 2, qname), Builtin("local-name-from-QName", 1 ... 1, localName),
        Builtin("prefix-from-QName", 1 ... 1, prefix), Builtin("namespace-uri-from-QName", 1 ... 1, namespace),
    ]

    private static func qname(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let uri = try c.string(a[0]), text = try c.requiredString(a[1])
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy(Casting.isNCName), parts.count == 1 || !uri.isEmpty else {
            throw .dynamic("FOCA0002", "\"\(text)\" is not a name")
        }
        return .one(.qname(QualifiedName(prefix: parts.count == 2 ? parts[0] : "", uri: uri, local: parts[parts.count - 1])))
    }

    private static func name(_ value: Value, _ c: Evaluation) throws(XQueryError) -> QualifiedName? {
        guard let item = try c.optionalAtomic(value, "the argument") else { return nil }
        guard case .qname(let name) = item else { throw .type("an xs:QName is needed here, not \(item.typeName)") }
        return name
    }

    private static func localName(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        Value(try name(a[0], c).map { .string($0.local) })
    }

    private static func prefix(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let name = try name(a[0], c), !name.prefix.isEmpty else { return .empty }
        return .string(name.prefix)
    }

    private static func namespace(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        Value(try name(a[0], c).map { .uri($0.uri) })
    }
}
