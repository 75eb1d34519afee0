// Typing into a line.

import Testing

import Terminal

private func chords(_ keys: [String]) throws -> [KeyChord] { try keys.map { try KeyChord(parsing: $0) } }

@Suite struct TextFieldTests {
    private func press(_ chord: KeyChord, on field: inout TextField, isTaken: Bool = true) {
        let taken = field.handle(chord)
        #expect(taken == isTaken, "\(chord)")
    }

    @Test(arguments: [
        (["h", "i"], "hi", 2), (["a", "b", "left", "x"], "axb", 2), (["a", "b", "backspace"], "a", 1),
        (["a", "b", "home", "delete"], "b", 0),
        (["a", "space", "b", "c", "ctrl+w"], "a ", 2), (["a", "b", "left", "ctrl+u"], "b", 0), (["a", "b", "left", "ctrl+k"], "a", 1),
        (["a", "b", "ctrl+a", "x", "ctrl+e", "y"], "xaby", 4), (["世", "界", "left", "x"], "世x界", 2),
        (["backspace", "delete", "left", "a"], "a", 1),
        (["a", "space", "b", "ctrl+left", "x"], "a xb", 3),
    ])
    func keysEdit(_ keys: [String], _ text: String, _ cursor: Int) throws {
        var field = TextField()
        for chord in try chords(keys) { press(chord, on: &field) }
        #expect(field.text == text)
        #expect(field.cursor == cursor)
    }

    @Test func otherKeysAreNotTaken() throws {
        var field = TextField("x")
        for chord in try chords(["enter", "tab", "esc", "f1", "ctrl+s", "up"]) { press(chord, on: &field, isTaken: false) }
        #expect(field.text == "x")
    }

    @Test func aCombiningMarkJoinsTheCharacterBefore() {
        var field = TextField("e")
        press(.character("\u{301}"), on: &field)
        #expect(field.cursor == 1)
        press(KeyChord(.backspace), on: &field)
        #expect(field.isEmpty)
    }

    @Test func pastedTextIsCleanedAndBounded() {
        var field = TextField()
        field.insert("a\nb\u{1B}")
        #expect(field.text == "a b\u{FFFD}")
        field.insert(String(repeating: "x", count: TextField.longest))
        #expect(field.text == "a b\u{FFFD}")
    }

    @Test func theCursorIsAlwaysInTheWindow() {
        var field = TextField("0123456789")
        #expect(field.window(columns: 5) == ("6789", 4))
        for _ in 0 ..< 10 { _ = field.handle(KeyChord(.left)) }
        #expect(field.window(columns: 5) == ("01234", 0))
        #expect(TextField("世界世界").window(columns: 4) == ("界", 2))
    }
}
