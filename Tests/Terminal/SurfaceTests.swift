// The grid: nothing outside, no half characters, no control characters.

import Testing

@testable import Terminal
@testable import TextCells

@Suite struct SurfaceTests {
    @Test func writingIsClippedAtEveryEdge() {
        var surface = Surface(size: Size(width: 5, height: 2))
        surface.write("abcdefgh", x: 2, y: 0)
        surface.write("abcdefgh", x: -2, y: 1)
        surface.write("never", x: 0, y: 2)
        surface.write("never", x: 5, y: 0)
        #expect(surface.text == "  abc\ncdefg")
        #expect(surface[9, 9] == .blank)
    }

    @Test func aWideCharacterIsNeverLeftInHalf() {
        var surface = Surface(size: Size(width: 6, height: 1))
        surface.write("世界世", x: 0, y: 0)
        surface.write("x", x: 1, y: 0)
        #expect(surface.text == " x界世")
        surface.write("y", x: 2, y: 0)
        #expect(surface.text == " xy 世")
        surface.write("界", x: 3, y: 0)
        #expect(surface.text == " xy界")
        surface.write("世", x: 5, y: 0)
        #expect(surface.text == " xy界")
    }

    @Test func marksShareTheCellOfTheirCharacter() {
        var surface = Surface(size: Size(width: 4, height: 1))
        surface.write("e\u{301}\u{302}\u{303}x", x: 0, y: 0)
        #expect(surface[0, 0].text.unicodeScalars.elementsEqual("e\u{301}\u{302}".unicodeScalars))
        #expect(surface[1, 0].text == "x")
    }

    @Test func boxesHaveAnInsideAndATitle() {
        var surface = Surface(size: Size(width: 12, height: 3))
        let inside = surface.box(surface.bounds, glyphs: .unicode, style: .plain, title: "A long title")
        #expect(surface.text == "┌─ A lon… ─┐\n│          │\n└──────────┘")
        #expect(inside == Rect(x: 1, y: 1, width: 10, height: 1))
        #expect(surface.box(Rect(x: 0, y: 0, width: 1, height: 1), glyphs: .unicode, style: .plain).isEmpty)
    }

    @Test func stylesLieOverEachOther() {
        let lower = Style(foreground: .palette(1), background: .palette(2), attributes: .bold)
        #expect(
            Style(foreground: .rgb(1, 2, 3)).over(lower) == Style(foreground: .rgb(1, 2, 3), background: .palette(2), attributes: .bold))
    }

    @Test func splitsServeFixedPartsFirst() {
        let area = Rect(x: 0, y: 0, width: 80, height: 24)
        #expect(area.rows(.fixed(1), .rest, .fixed(1)).map(\.height) == [1, 22, 1])
        #expect(area.columns(.share(weight: 1, minimum: 10), .share(weight: 3, minimum: 10)).map(\.width) == [25, 55])
        #expect(Rect(x: 0, y: 0, width: 5, height: 2).rows(.fixed(1), .rest, .fixed(3)).map(\.height) == [1, 0, 1])
    }

    @Test func aDrawingLargerThanAnyScreenIsTextFromEndToEnd() {
        var drawing = Drawing(width: 2500, height: 250)
        drawing.line(fromX: 0, toX: 2499, y: 249)
        drawing.write("far away", x: 2400, y: 200, tone: .plain)
        let lines = drawing.text(ascii: true).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 250 && lines[249] == String(repeating: "-", count: 2500))
        #expect(lines[200] == String(repeating: " ", count: 2400) + "far away" && lines[0].isEmpty)
    }

    @Test(arguments: [
        ("red", Color.palette(1)), ("bright-black", .palette(8)), ("17", .palette(17)), ("#0a0B0c", .rgb(10, 11, 12)),
        ("default", .standard),
    ])
    func coloursAreRead(_ text: String, _ color: Color) {
        #expect(Color(parsing: text) == color)
    }

    @Test(arguments: ["", "rot", "256", "#12345", "#12345g", "#+12345", "-1"])
    func whatIsNoColourIsRefused(_ text: String) {
        #expect(Color(parsing: text) == nil)
    }
}
