/// A qualified name: what is compared is namespace and local part; the prefix is only kept for printing.
public struct XMLName: Sendable, CustomStringConvertible {
    public let local: String
    /// Empty when the name is in no namespace.
    public let namespace: String
    /// Empty without prefix.
    public let prefix: String
    /// A digest of namespace and local part: different names nearly always differ in it, so most comparisons end here.
    package let key: UInt64

    public init(_ local: String, namespace: String = "", prefix: String = "") {
        self.local = local
        self.namespace = namespace
        self.prefix = prefix
        key = namespace.isEmpty ? Self.digest(local) : Self.digest(local) &* 31 &+ Self.digest(namespace)
    }

    /// FNV-1a over the bytes. Names made to collide only cost time.
    private static func digest(_ string: String) -> UInt64 {
        // Reading the bytes in place is several times faster than asking the string for one after the other.
        string.utf8.withContiguousStorageIfAvailable { digest($0) } ?? digest(string.utf8)
    }

    private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The name as written: `prefix:local` or `local`.
    public var description: String { prefix.isEmpty ? local : prefix + ":" + local }
}

extension XMLName: Hashable {
    public static func == (a: XMLName, b: XMLName) -> Bool {
        a.key == b.key && sameBytes(a.local, b.local) && sameBytes(a.namespace, b.namespace)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// Equality code point by code point, as XML has it; `==` on strings also equates composed and decomposed letters.
package func sameBytes(_ a: String, _ b: String) -> Bool {
    if let same = a.utf8.withContiguousStorageIfAvailable({ x in b.utf8.withContiguousStorageIfAvailable { sameBytes(x, $0) } }), let same {
        return same
    }
    return a.utf8.elementsEqual(b.utf8)
}

/// Eight bytes at a time: most names are shorter than two such words.
private func sameBytes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    let x = UnsafeRawBufferPointer(a), y = UnsafeRawBufferPointer(b)
    var at = 0
    while at + 8 <= a.count {
        guard x.loadUnaligned(fromByteOffset: at, as: UInt64.self) == y.loadUnaligned(fromByteOffset: at, as: UInt64.self) else {
            return false
        }
        at += 8
    }
    while at < a.count {
        guard x[at] == y[at] else { return false }
        at += 1
    }
    return true
}
