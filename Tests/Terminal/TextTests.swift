// Widths, cleaning, cutting and wrapping of text.

import Terminal
import Testing

@testable import TextCells

@Suite struct TextTests {
    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("世界", 4), ("…│▌⣿✓●⚠▲", 8), ("✅", 2), ("👍", 2), ("ｱ", 1), ("Ａ", 2), ("한", 2),
        ("\u{1112}\u{1161}", 2),
        ("", 0), ("ﷺ", 1), ("\u{20000}", 2),
    ])
    func widthsAreThoseOfTerminals(_ text: String, _ width: Int) {
        #expect(text.cellWidth == width)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("a\tb\nc", "a b c"), ("\u{202E}evil", "\u{FFFD}evil"),
        ("❤\u{FE0F}", "❤"), ("👨\u{200D}👩", "👨👩"), ("\u{9B}2J", "\u{FFFD}2J"), ("nul\u{0}", "nul\u{FFFD}"), ("a\u{AD}b", "ab"),
        ("\u{FFFE}", "\u{FFFD}"),
    ])
    func linesAreCleaned(_ text: String, _ clean: String) {
        #expect(Sanitizer.line(text).unicodeScalars.elementsEqual(clean.unicodeScalars))
    }

    @Test func lineBreaksOfAllKindsSeparate() {
        #expect(Sanitizer.lines("a\nb\r\nc\rd") == ["a", "b", "c", "d"])
        #expect(Sanitizer.lines("") == [""])
        #expect(Sanitizer.lines("a\n") == ["a", ""])
    }

    @Test func longTextEndsInAnEllipsis() {
        #expect("abcdef".truncated(to: 4) == "abc…")
        #expect("世界世界".truncated(to: 4) == "世…")
        #expect("abc".truncated(to: 3) == "abc")
        #expect("abc".truncated(to: 1) == "a")
        #expect("abc".truncated(to: 0) == "")
        #expect("ab".padded(to: 5, alignment: .right) == "   ab")
        #expect("abcdef".padded(to: 3, ellipsis: "~") == "ab~")
    }

    @Test func textWrapsAtSpacesAndInsideLongWords() {
        #expect("the quick brown fox".wrapped(to: 10) == ["the quick", "brown fox"])
        #expect("abcdefghij k".wrapped(to: 4) == ["abcd", "efgh", "ij k"])
        #expect("世界世界".wrapped(to: 5) == ["世界", "世界"])
        #expect("a\n\nb".wrapped(to: 10) == ["a", "", "b"])
        #expect("  indented text".wrapped(to: 12) == ["  indented", "text"])
        #expect("x".wrapped(to: -3) == ["x"])
    }

    @Test func randomTextStaysInItsWidth() {
        let seed = UInt64.random(in: 0 ... UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0 ..< 1000 {
            let text = random.text(longest: 60)
            let width = Int.random(in: 2 ..< 30, using: &random)
            for row in text.wrapped(to: width) { #expect(row.cellWidth <= width, "seed \(seed): \(text.debugDescription)") }
            let cut = Sanitizer.line(text).truncated(to: width)
            #expect(cut.cellWidth <= width, "seed \(seed): \(text.debugDescription)")
            #expect(Sanitizer.line(cut) == cut, "seed \(seed): cleaning twice changes \(text.debugDescription)")
        }
    }
}
