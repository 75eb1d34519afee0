// What a person presses, as a value that keymaps can name.

/// A key without its modifiers. Printable characters are themselves: `A` is the character `A`, not shift and `a`.
public enum Key: Hashable, Sendable {
    case character(Character)
    case enter, tab, escape, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1 to F24.
    case function(Int)
}

/// Keys held down together with another.
public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let control = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    /// Only with keys that are no characters: shift+tab, shift+up.
    public static let shift = Modifiers(rawValue: 4)
}

/// One press: a key with its modifiers.
public struct KeyChord: Hashable, Sendable {
    public let key: Key
    public let modifiers: Modifiers

    public init(_ key: Key, _ modifiers: Modifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    /// A character without modifiers.
    public static func character(_ character: Character) -> KeyChord { KeyChord(.character(character)) }

    /// The text this press types, nil when it is a command key.
    public var typed: String? {
        guard case .character(let character) = key, modifiers.isEmpty else { return nil }
        return String(character)
    }
}

/// Presses one after the other, such as `g q`. Never empty.
public struct KeySequence: Hashable, Sendable {
    public let chords: [KeyChord]

    /// Nil for no chord at all.
    public init?(_ chords: [KeyChord]) {
        guard !chords.isEmpty else { return nil }
        self.chords = chords
    }

    public init(_ chord: KeyChord) { chords = [chord] }
}
