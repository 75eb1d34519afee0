/// A qualified name: what is compared is namespace and local part; the prefix is only kept for printing.
public struct XMLName: Sendable, CustomStringConvertible {
    public let local: String
    /// Empty when the name is in no namespace.
    public let namespace: String
    /// Empty without prefix.
    public let prefix: String

    public init(_ local: String, namespace: String = "", prefix: String = "") {
        self.local = local
        self.namespace = namespace
        self.prefix = prefix
    }

    /// The name as written: `prefix:local` or `local`.
    public var description: String { prefix.isEmpty ? local : prefix + ":" + local }
}

extension XMLName: Hashable {
    public static func == (a: XMLName, b: XMLName) -> Bool {
        sameBytes(a.local, b.local) && sameBytes(a.namespace, b.namespace)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(local)
        hasher.combine(namespace)
    }
}

/// Equality code point by code point, as XML has it; `==` on strings also equates composed and decomposed letters.
package func sameBytes(_ a: String, _ b: String) -> Bool {
    // `==` first: for short ASCII names it is one comparison of words.
    a == b && (a.isEmpty || a.utf8.elementsEqual(b.utf8))
}
