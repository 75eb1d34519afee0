// The real ncurses, without a tty: what it sends and how much.

import Foundation
import Testing

@testable import Terminal
@testable import TextCells

private func screen(selected: Int, size: Size = Size(width: 80, height: 24)) -> Surface {
    var surface = Surface(size: size)
    let view = TableView(
        columns: [
            TableColumn("id", title: "ID", width: .fixed(8)), TableColumn("task", title: "Task"),
            TableColumn("state", title: "State", width: .fixed(10)),
        ], rowCount: 100_000, state: TableState(selected: selected)
    ) { row, column in
        column == 2 ? TableCell("● ready", role: .stateOK) : TableCell(column == 0 ? "\(row)" : "Prüfe 世界 \(row)")
    }
    view.draw(on: &surface, in: surface.bounds, DrawingContext())
    return surface
}

/// ncurses needs the locale; any test that paints asks for it first.
private func renderer(
    _ term: String, size: Size = Size(width: 80, height: 24), limit: ColorDepth? = nil, ascii: Bool = false
) throws
    -> CursesRenderer
{
    #expect(TerminalLocale.choose())
    return try CursesRenderer(term: term, size: size, limit: limit, ascii: ascii)
}

@Suite(.serialized) struct CursesRendererTests {
    @Test(arguments: ["xterm-256color", "tmux-256color", "vt100", "linux", "xterm", "screen", "dumb"])
    func anIdenticalFrameSendsNothing(_ term: String) throws {
        let curses = try renderer(term)
        #expect(curses.term == term)
        #expect(!curses.present(screen(selected: 3)).isEmpty)
        #expect(curses.present(screen(selected: 3)).isEmpty)
        curses.invalidate()
        #expect(!curses.present(screen(selected: 3)).isEmpty)
    }

    @Test(arguments: ["xterm-256color", "tmux-256color", "vt100"])
    func movingTheSelectionCostsLittle(_ term: String) throws {
        let curses = try renderer(term)
        let first = curses.present(screen(selected: 3))
        let move = curses.present(screen(selected: 4))
        #expect(!move.isEmpty && move.count < 500, "\(move.count) bytes")
        #expect(first.count < 6000, "\(first.count) bytes")
    }

    @Test func aFullScreenOf200By50FitsOneFlight() throws {
        let size = Size(width: 200, height: 50)
        let curses = try renderer("xterm-256color", size: size)
        let paint = curses.present(screen(selected: 3, size: size))
        #expect(paint.count < 6000, "\(paint.count) bytes")
        #expect(curses.present(screen(selected: 4, size: size)).count < 500)
    }

    @Test func ncursesHasTheCellsWhereTheSurfaceHasThem() throws {
        let curses = try renderer("xterm-256color")
        var surface = Surface(size: Size(width: 80, height: 24))
        surface.write("世界e\u{301}x✅│", x: 1, y: 2)
        _ = curses.present(surface)
        #expect([1, 3, 5, 6, 7, 9].map { curses.character(x: $0, y: 2) } == ["世", "界", "e", "x", "✅", "│"])
    }

    @Test func theBytesHoldTheTextOnce() throws {
        let curses = try renderer("xterm-256color")
        var surface = Surface(size: Size(width: 40, height: 3))
        surface.write("once only", x: 0, y: 1, style: Style(foreground: .rgb(255, 0, 0)))
        let text = String(decoding: curses.present(surface), as: UTF8.self)
        #expect(text.contains("once only"))
        #expect(text.contains("38;5;196m"))
    }

    @Test func theCursorIsShownOnlyWhereThereIsOne() throws {
        let curses = try renderer("xterm-256color")
        var surface = Surface(size: Size(width: 40, height: 3))
        _ = curses.present(surface)
        surface.cursor = Point(x: 5, y: 1)
        let shown = String(decoding: curses.present(surface), as: UTF8.self)
        #expect(shown.contains("\u{1B}[2;6H") && shown.contains("\u{1B}[?25h") || shown.contains("\u{1B}[34h\u{1B}[?25h"))
        surface.cursor = nil
        #expect(String(decoding: curses.present(surface), as: UTF8.self).contains("\u{1B}[?25l"))
    }

    @Test func anotherSizePaintsEverything() throws {
        let curses = try renderer("xterm-256color")
        _ = curses.present(screen(selected: 0))
        let larger = Size(width: 132, height: 43)
        #expect(curses.present(screen(selected: 0, size: larger)).count > 1000)
        #expect(curses.present(screen(selected: 0, size: larger)).isEmpty)
        #expect(curses.character(x: 9 + 1, y: 42) != nil)
    }

    @Test func asciiModeSendsOnlyASCII() throws {
        let curses = try renderer("vt100", ascii: true)
        var surface = Surface(size: Size(width: 40, height: 3))
        surface.write("Prüfe 世界 x", x: 0, y: 1)
        let bytes = curses.present(surface)
        #expect(bytes.allSatisfy { $0 < 0x80 })
        #expect(String(decoding: bytes, as: UTF8.self).contains("Prufe ? ? "))
    }

    @Test func unknownTypesFallBack() throws {
        #expect(try renderer("no-such-terminal").term == "xterm-256color")
        #expect(try renderer("").term == "xterm-256color")
    }

    @Test func withoutColourTheSelectionIsStillSeen() throws {
        let curses = try renderer("xterm-256color", limit: .mono)
        let text = String(decoding: curses.present(screen(selected: 1)), as: UTF8.self)
        #expect(text.contains("\u{1B}[7m") || text.contains(";7m"))
        #expect(!text.contains("38;5;"))
    }

    @Test func manySizesAndFramesNeverTrap() throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["MIZZEN_SEED"] ?? "") ?? .random(in: 0 ... UInt64.max)
        var random = SeededGenerator(seed: seed)
        let curses = try renderer("xterm-256color")
        for _ in 0 ..< 60 {
            var surface = Surface(size: Size(width: .random(in: 0 ..< 90, using: &random), height: .random(in: 0 ..< 30, using: &random)))
            for _ in 0 ..< 20 {
                surface.write(
                    random.text(longest: 30), x: .random(in: -9 ..< 90, using: &random), y: .random(in: -3 ..< 30, using: &random),
                    style: Style(foreground: .rgb(.random(in: 0 ... 255, using: &random), 0, 0)))
            }
            let bytes = curses.present(surface)
            let isEmpty = surface.width == 0 || surface.height == 0
            // Writing may have missed a small surface altogether; where the screen is blank already, a blank one takes no byte.
            let isBlank = (0 ..< surface.height).allSatisfy { surface.row($0).allSatisfy { $0.base == " " } }
            #expect(isEmpty ? bytes.isEmpty : !bytes.isEmpty || isBlank, "seed \(seed)")
            #expect(curses.present(surface).isEmpty, "seed \(seed)")
        }
    }
}
