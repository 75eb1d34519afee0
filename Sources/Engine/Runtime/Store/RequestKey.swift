import Platform

/// Makes a repeated request harmless: within a tenant, the second request with the same key is answered as the first was. A key says who
/// asked, so that nobody meets somebody else's, and never the engine's own.
public struct RequestKey: Sendable, Hashable, CustomStringConvertible {
    public enum Origin: Sendable, Hashable {
        /// By the principal's name.
        case person(String)
        /// Timers, services, exlets: named after what they are about, so that it happens once whoever carries it out.
        case engine
    }

    public let origin: Origin
    public let text: String

    public init(_ origin: Origin, _ text: String) {
        self.origin = origin
        self.text = text
    }

    /// As it is kept: no two keys look alike, because a name is preceded by its length.
    public var description: String {
        switch origin {
        case .person(let name): "p\(name.utf8.count):\(name)/\(text)"
        case .engine: "e/\(text)"
        }
    }

    /// What people know a stored key by. Logs of format 1 hold nothing but that.
    public static func text(of stored: String, format: Int) -> String {
        guard format > 1 else { return stored }
        let bytes = stored.utf8
        guard bytes.first == UInt8(ascii: "p") else { return String(stored.dropFirst(2)) }
        let digits = bytes.dropFirst().prefix { $0 != UInt8(ascii: ":") }
        guard let length = Int(Substring(digits)), length < bytes.count else { return stored }
        return String(Substring(bytes.dropFirst(digits.count + length + 3)))
    }
}
