// The notation of keys, both ways, and what it refuses.

import Testing

import Terminal

@Suite struct KeyChordTests {
    @Test(arguments: [
        "q", "Q", "?", "ctrl+k", "alt+x", "ctrl+alt+x", "shift+tab", "ctrl+shift+up", "f1", "f24", "space", "enter", "esc", "plus", "é",
        "g g", "g q", "ctrl+x ctrl+s",
    ])
    func notationReadsAndPrintsTheSame(_ text: String) throws {
        #expect(try KeySequence(parsing: text).description == text)
    }

    @Test func modifiersAndKeysAreRead() throws {
        #expect(try KeyChord(parsing: "ctrl+k") == KeyChord(.character("k"), .control))
        #expect(try KeyChord(parsing: "shift+tab") == KeyChord(.tab, .shift))
        #expect(try KeyChord(parsing: "+") == KeyChord(.character("+")))
        #expect(try KeySequence(parsing: "g q").chords == [.character("g"), .character("q")])
    }

    @Test(arguments: [
        "", " ", "hyper+x", "ctrl+1", "shift+a", "ctrl+i", "ctrl+tab", "f25", "f0", "longname", "ctrl+", "a b c d e", "\u{7}",
    ])
    func whatNoTerminalSendsIsRefused(_ text: String) {
        #expect(throws: KeyNotationError.self) { try KeySequence(parsing: text) }
    }

    @Test func onlyPlainCharactersAreTyped() {
        #expect(KeyChord.character("ä").typed == "ä")
        #expect(KeyChord(.character("a"), .control).typed == nil)
        #expect(KeyChord(.enter).typed == nil)
    }
}
