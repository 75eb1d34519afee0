import XMLTree

/// A command with its arguments: what a key, the prompt and the command line all make, and what is kept when a dialog asks
/// first, so that what was asked about is what is done.
public struct CommandCall: Sendable, Hashable {
    public let id: String
    /// Values by parameter name; a flag that is set has `true`.
    public var arguments: [String: [String]]
    /// What `--data`, `--set` or `--param` of the arguments say, as a form holds it that was filled in: it need not be read back from text.
    package var document: XMLDocument?

    public init(_ id: String, _ arguments: [String: [String]] = [:]) {
        self.id = id
        self.arguments = arguments
    }

    /// For commands with single values only.
    public init(_ id: String, with arguments: KeyValuePairs<String, String>) {
        self.id = id
        self.arguments = [:]
        for (name, value) in arguments { self.arguments[name, default: []].append(value) }
    }

    /// The document says nothing that the arguments do not say.
    public static func == (a: CommandCall, b: CommandCall) -> Bool { a.id == b.id && a.arguments == b.arguments }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(arguments)
    }

    public subscript(name: String) -> String? { arguments[name]?.first }
    public func all(_ name: String) -> [String] { arguments[name] ?? [] }
    public func isSet(_ name: String) -> Bool { arguments[name] != nil }
}

/// The rules of the shell, as far as the prompt needs them, both ways.
package enum ShellWords {
    /// Splits at spaces outside of `'…'`, `"…"` and behind a backslash. Nil when a quote is left open.
    package static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var current: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                current = (current ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { current = (current ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                current = current ?? ""
            } else if character == " " {
                if let word = current { words.append(word) }
                current = nil
            } else {
                current = (current ?? "") + String(character)
            }
        }
        if let word = current { words.append(word) }
        return quote == nil && !isEscaped ? words : nil
    }

    /// The word as a shell reads it back.
    package static func quote(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy {
                ("a" ... "z").contains($0) || ("A" ... "Z").contains($0) || ("0" ... "9").contains($0)
                    || "_-.,:/@%+=".unicodeScalars.contains($0)
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
