// Every byte sequence is decoded the same, wherever the reads cut it.

import Testing

@testable import Terminal
@testable import TextCells

private struct Sample: Sendable, CustomTestStringConvertible {
    let bytes: String
    let events: [InputEvent]
    var testDescription: String { bytes.replacingOccurrences("\u{1B}", "ESC ") }

    init(_ bytes: String, _ events: [InputEvent]) {
        self.bytes = bytes
        self.events = events
    }

    /// Keys in the notation of keymaps.
    init(_ bytes: String, keys: String...) {
        self.bytes = bytes
        events = keys.compactMap { try? KeyChord(parsing: $0) }.map { .key($0) }
    }
}

extension String {
    fileprivate func replacingOccurrences(_ of: Character, _ with: String) -> String {
        map { $0 == of ? with : String($0) }.joined()
    }
}

private let e = "\u{1B}"

private let samples: [Sample] = [
    Sample("aZ ", keys: "a", "Z", "space"), Sample("é世", keys: "é", "世"), Sample("\r\t\u{7F}", keys: "enter", "tab", "backspace"),
    Sample("\u{1}\u{1A}\u{0}", keys: "ctrl+a", "ctrl+z", "ctrl+space"), Sample("\(e)x", keys: "alt+x"), Sample("\(e)é", keys: "alt+é"),
    Sample("\(e)[A\(e)[B\(e)[C\(e)[D", keys: "up", "down", "right", "left"), Sample("\(e)OA\(e)OB", keys: "up", "down"),
    Sample("\(e)[1;5A\(e)[1;2D\(e)[1;3C", keys: "ctrl+up", "shift+left", "alt+right"), Sample("\(e)[Z", keys: "shift+tab"),
    Sample("\(e)[H\(e)[F\(e)OH\(e)OF\(e)[1~\(e)[4~\(e)[7~\(e)[8~", keys: "home", "end", "home", "end", "home", "end", "home", "end"),
    Sample("\(e)[2~\(e)[3~\(e)[5~\(e)[6~\(e)[3;5~", keys: "insert", "delete", "pgup", "pgdn", "ctrl+delete"),
    Sample("\(e)OP\(e)OQ\(e)OR\(e)OS\(e)[15~\(e)[24~\(e)[[A\(e)[[E", keys: "f1", "f2", "f3", "f4", "f5", "f12", "f1", "f5"),
    Sample("\(e)[11~\(e)[1;5P\(e)O5P", keys: "f1", "ctrl+f1", "ctrl+f1"), Sample("\(e)OM\(e)Oj", keys: "enter", "*"),
    Sample("\(e)[97;5u\(e)[27;5;98~", keys: "ctrl+a", "ctrl+b"), Sample("\(e)[97;2u", keys: "A"), Sample("\(e)\(e)[A", keys: "alt+up"),
    Sample("\(e)[200~a\nb\(e)[A;\(e)[201~x", [.paste("a\nb\(e)[A;"), .key(.character("x"))]),
    Sample("\(e)[200~\(e)[201\(e)[201~", [.paste("\(e)[201")]),
    Sample(
        "\(e)[<0;5;3M\(e)[<0;5;3m",
        [
            .mouse(MouseEvent(action: .press, button: .left, position: Point(x: 4, y: 2))),
            .mouse(MouseEvent(action: .release, button: .left, position: Point(x: 4, y: 2))),
        ]),
    Sample(
        "\(e)[<64;1;1M\(e)[<81;1;1M",
        [
            .mouse(MouseEvent(action: .wheelUp, button: .none, position: Point(x: 0, y: 0))),
            .mouse(MouseEvent(action: .wheelDown, button: .none, position: Point(x: 0, y: 0), modifiers: .control)),
        ]),
    Sample("\(e)[<34;2;2M", [.mouse(MouseEvent(action: .drag, button: .right, position: Point(x: 1, y: 1)))]),
    Sample("\(e)[M !!", [.mouse(MouseEvent(action: .press, button: .left, position: Point(x: 0, y: 0)))]),
    Sample("\(e)[I\(e)[O", [.focus(true), .focus(false)]),
    // Late answers to questions somebody else asked.
    Sample("\(e)[?62;4c", [.unknown(Array("\(e)[?62;4c".utf8))]), Sample("\(e)[>1;10;0c", [.unknown(Array("\(e)[>1;10;0c".utf8))]),
    Sample("\(e)[24;80R", [.unknown(Array("\(e)[24;80R".utf8))]), Sample("\(e)[?2026;2$y", [.unknown(Array("\(e)[?2026;2$y".utf8))]),
    Sample("\(e)]11;rgb:0000/0000/0000\(e)\\q", keys: "q"), Sample("\(e)]0;title\u{7}q", keys: "q"),
    Sample("\(e)P1+r544e\(e)\\q", keys: "q"), Sample("\(e)_Gi=1;OK\(e)\\q", keys: "q"),
]

@Suite struct InputDecoderTests {
    @Test(arguments: samples)
    fileprivate func sequencesAreDecoded(_ sample: Sample) {
        var decoder = InputDecoder()
        #expect(decoder.decode(sample.bytes.utf8) == sample.events)
        #expect(!decoder.isWaiting)
    }

    @Test(arguments: samples)
    fileprivate func everySplitPointGivesTheSame(_ sample: Sample) {
        let bytes = Array(sample.bytes.utf8)
        for cut in 0 ... bytes.count {
            var decoder = InputDecoder()
            let events = decoder.decode(bytes[..<cut]) + decoder.decode(bytes[cut...])
            #expect(events == sample.events, "cut at \(cut)")
        }
        var decoder = InputDecoder()
        #expect(bytes.flatMap { decoder.decode([$0]) } == sample.events, "byte by byte")
    }

    @Test func escapeAloneWaitsForTheCaller() {
        var decoder = InputDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.timeout() == [.key(KeyChord(.escape))])
        #expect(!decoder.isWaiting)
        #expect(decoder.timeout().isEmpty)
    }

    @Test func escapePressedTwiceIsTwoEscapes() {
        var decoder = InputDecoder()
        #expect(decoder.decode([0x1B, 0x1B]).isEmpty)
        #expect(decoder.timeout() == [.key(KeyChord(.escape)), .key(KeyChord(.escape))])
    }

    @Test func altWithABracketIsAKeyAfterTheTimeout() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\(e)[".utf8).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.timeout() == [.key(KeyChord(.character("["), .alt))])
    }

    @Test func aTimeoutDoesNotTearAnUnfinishedSequence() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\(e)[1;5".utf8).isEmpty)
        #expect(!decoder.isWaiting)
        #expect(decoder.timeout().isEmpty)
        #expect(decoder.decode("A".utf8) == [.key(KeyChord(.up, .control))])
    }

    @Test func brokenUTF8IsNoKeyAndSpoilsNothingAfterIt() {
        var decoder = InputDecoder()
        #expect(decoder.decode([0xC3, 0x41]) == [.unknown([0xC3]), .key(.character("A"))])
        #expect(decoder.decode([0xFF, 0x80]) == [.unknown([0xFF]), .unknown([0x80])])
        #expect(decoder.decode([0xED, 0xA0, 0x80]) == [.unknown([0xED, 0xA0, 0x80])])
    }

    @Test func aLostTerminatorDoesNotSwallowTheKeyboard() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\(e)]never closed\u{3}q".utf8) == [.key(.character("q"))])
        _ = decoder.decode("\(e)]".utf8 + Array(repeating: 0x61, count: 5000))
        #expect(decoder.decode("q".utf8) == [.key(.character("q"))])
    }

    @Test func anEndlessPasteIsBounded() {
        var decoder = InputDecoder()
        _ = decoder.decode("\(e)[200~".utf8)
        let piece = [UInt8](repeating: 0x61, count: 1 << 16)
        for _ in 0 ..< 20 { #expect(decoder.decode(piece).isEmpty) }
        guard case .paste(let text)? = decoder.decode("\(e)[201~".utf8).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == 1 << 20)
    }

    @Test func randomBytesNeverTrapAndTheKeyboardComesBack() {
        let seed = UInt64.random(in: 0 ... UInt64.max)
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = Array("\(e)\(e)[[O]P0123;:<?$~MmRuAqé\u{7}\\".utf8) + [0x80, 0xC3, 0xFF, 0x18, 0x00]
        for _ in 0 ..< 2000 {
            var decoder = InputDecoder()
            let bytes = (0 ..< Int.random(in: 0 ..< 40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let whole = decoder.decode(bytes)
            var other = InputDecoder()
            #expect(bytes.flatMap { other.decode([$0]) } == whole, "seed \(seed), bytes \(bytes)")
            _ = decoder.timeout()
            // Whatever was begun, CAN and the end of a paste bring it back.
            _ = decoder.decode([0x18, 0x18, 0x18, 0x18] + Array("\(e)[201~".utf8))
            _ = decoder.timeout()
            #expect(decoder.decode("q".utf8).last == .key(.character("q")), "seed \(seed), bytes \(bytes)")
        }
    }
}
