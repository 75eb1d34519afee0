/// Text with places to be filled in: `Order ${task:name} of ${now}`. A place whose key says nothing becomes `n/a`.
public struct TextTemplate: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case text(String)
        case key(String)
    }

    /// What stands where a key cannot be resolved.
    public static let unresolved = "n/a"

    private let parts: [Part]

    /// Braces inside a key are counted, so that a query may have some. A place that is never closed is text.
    public init(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = Self.end(of: rest[start.upperBound...]) {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            parts.append(.key(String(rest[start.upperBound ..< end])))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// Whether there is anything to fill in.
    public var isPlain: Bool { !parts.contains { if case .key = $0 { true } else { false } } }

    public func filled(_ value: (String) -> String?) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .key(let key): value(key) ?? Self.unresolved
            }
        }.joined()
    }

    /// The brace that closes what begins here.
    private static func end(of text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "{": depth += 1
            case "}" where depth == 0: return index
            case "}": depth -= 1
            default: break
            }
        }
        return nil
    }
}
