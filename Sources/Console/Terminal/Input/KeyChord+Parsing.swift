// The notation of keymap files: `ctrl+k`, `shift+tab`, `f1`, `space`, `g q`. It prints the same way.

import TextCells

/// Why a notation is refused, as a sentence.
public struct KeyNotationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension KeyChord {
    private static let named: [String: Key] = [
        "enter": .enter, "tab": .tab, "esc": .escape, "backspace": .backspace, "delete": .delete, "insert": .insert, "up": .up,
        "down": .down, "left": .left, "right": .right, "home": .home, "end": .end, "pgup": .pageUp, "pgdn": .pageDown,
        "space": .character(" "), "plus": .character("+"),
    ]
    private static let names: [Key: String] = Dictionary(named.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })

    /// Reads one chord. Refuses what no terminal can send, for instance `ctrl+1` or `shift+a`.
    public init(parsing text: String) throws(KeyNotationError) {
        var modifiers: Modifiers = []
        var rest = Substring(text)
        while let plus = rest.firstIndex(of: "+"), rest.count > 1, plus != rest.startIndex {
            switch rest[..<plus] {
            case "ctrl": modifiers.insert(.control)
            case "alt": modifiers.insert(.alt)
            case "shift": modifiers.insert(.shift)
            default: throw KeyNotationError(description: "“\(text)” has an unknown modifier; use ctrl, alt or shift")
            }
            rest = rest[rest.index(after: plus)...]
        }
        let key = try Self.key(String(rest), of: text)
        if case .character(let character) = key {
            if modifiers.contains(.shift) {
                throw KeyNotationError(description: "“\(text)” cannot be typed: write the character that shift produces instead")
            }
            if modifiers.contains(.control), !Self.isControllable(character) {
                throw KeyNotationError(description: "“\(text)” cannot be sent by a terminal; ctrl goes with a–z, space, \\ and ]")
            }
        }
        if key == .tab || key == .enter, modifiers.contains(.control) {
            throw KeyNotationError(description: "“\(text)” cannot be told from “\(rest)” by a terminal")
        }
        self.init(key, modifiers)
        if modifiers == .control, let twin = Self.twins[key] {
            throw KeyNotationError(description: "“\(text)” is the same as “\(twin)” to a terminal; write \(twin)")
        }
    }

    private static let twins: [Key: String] = [
        .character("i"): "tab", .character("m"): "enter", .character("j"): "enter", .character("h"): "backspace",
    ]

    private static func isControllable(_ character: Character) -> Bool {
        switch character {
        case "a" ... "z", " ", "\\", "]": true
        default: false
        }
    }

    private static func key(_ name: String, of text: String) throws(KeyNotationError) -> Key {
        if let key = named[name] { return key }
        if name.count == 1, let character = name.first, character.unicodeScalars.allSatisfy({ Sanitizer.isPlain($0) }) {
            return .character(character)
        }
        if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1 ... 24).contains(number) { return .function(number) }
        throw KeyNotationError(description: "“\(text)” names no key; use a character, enter, tab, esc, space, up, pgdn, f1, ctrl+k …")
    }
}

extension KeyChord: CustomStringConvertible {
    /// The notation that `init(parsing:)` reads.
    public var description: String {
        var result = ""
        if modifiers.contains(.control) { result += "ctrl+" }
        if modifiers.contains(.alt) { result += "alt+" }
        if modifiers.contains(.shift) { result += "shift+" }
        switch key {
        case .character(let character): result += Self.names[key] ?? String(character)
        case .function(let number): result += "f\(number)"
        default: result += Self.names[key] ?? ""
        }
        return result
    }
}

extension KeySequence: CustomStringConvertible {
    /// Reads chords separated by single spaces: at most four.
    public init(parsing text: String) throws(KeyNotationError) {
        var chords: [KeyChord] = []
        for part in text.split(separator: " ") { chords.append(try KeyChord(parsing: String(part))) }
        guard !chords.isEmpty else { throw KeyNotationError(description: "an empty key; write for instance q or ctrl+k") }
        guard chords.count <= 4 else { throw KeyNotationError(description: "“\(text)” has more than four keys") }
        self.chords = chords
    }

    public var description: String { chords.map(\.description).joined(separator: " ") }
}
