// What is on the screen, as text files that people can read and review.

import Engine
@testable import Panes
import Support
import Terminal
import Testing

@Suite struct SnapshotTests {
    private static let sizes = [60: 16, 80: 24, 120: 40, 200: 50]

    @Test(arguments: ["queues", "cases", "specs", "events", "timers", "services", "log", "overview"], [60, 80, 120, 200])
    func panes(_ pane: String, _ width: Int) throws {
        let state = Fixture.state(width: width, height: Self.sizes[width] ?? 24, pane: pane)
        try expectSnapshot(state.drawn(), "\(pane)-\(width)")
        try expectSnapshot(state.drawn(ascii: true), "\(pane)-\(width)-ascii")
    }

    /// Without colour the same characters: what a state is is said by a word, what is selected by weight.
    @Test func monochromeSaysTheSame() throws {
        let mono = try #require(Theme.builtIn["mono"])
        for pane in ["queues", "cases", "overview"] {
            let view = ConsoleView(Fixture.state(pane: pane))
            let surface = view.surface(DrawingContext(theme: mono))
            #expect(surface.text == view.surface(DrawingContext()).text)
            let colours = Set((0..<surface.height).flatMap { y in surface.row(y).flatMap { [$0.style.foreground, $0.style.background] } })
            #expect(colours == [.standard])
            #expect((0..<surface.height).contains { y in surface.row(y).contains { $0.style.attributes.contains(.reverse) } })
        }
    }

    @Test func overlays() throws {
        var state = Fixture.state(pane: "cases")
        state.press("X")
        try expectSnapshot(state.drawn(), "dialog-80")
        state.press("esc", ":")
        state.type("case sh")
        try expectSnapshot(state.drawn(), "prompt-80")
        state.press("esc", "?")
        try expectSnapshot(state.drawn(), "help-80")
    }

    @Test func tooSmall() throws { try expectSnapshot(Fixture.state(width: 59, height: 20).drawn(), "too-small-59") }

    @Test func asciiIsASCII() {
        for pane in ["cases", "specs", "events"] {
            let text = Fixture.state(width: 120, height: 30, pane: pane).drawn(ascii: true)
            #expect(text.unicodeScalars.filter { !$0.isASCII && $0 != "·" && $0 != "…" }.isEmpty)
        }
    }

    @Test func statesAreWordsWithAColour() {
        let surface = ConsoleView(Fixture.state(pane: "cases")).surface(DrawingContext())
        guard let row = (0..<surface.height).first(where: { y in surface.row(y).map(\.text).joined().contains("suspended") }) else {
            return #expect(Bool(false), "no suspended case is shown")
        }
        let colours = Set(surface.row(row).map(\.style.foreground))
        #expect(colours.contains(Theme.standard[.stateWarn].foreground))
    }

    /// Whatever the size, the data and the page: every row is as wide as the screen, nothing traps, no control character comes through.
    @Test func anySizeAndAnyData() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed)
        let keys = ["j", "k", "G", "/", ":", "?", "enter", "esc", "tab", "s", "S", "space", "y", "X", "1", "2", "3", "4", "pgdn", "x", "a", "left"]
        let texts = ["", "plain", "日本語日本語", "e\u{301}\u{301}", "\u{1B}[2J", "\u{202E}abc", String(repeating: "long ", count: 60), "a\nb", "👩‍👩‍👧", "\u{0}"]
        for _ in 0..<15 {
            var state = Fixture.state(width: .random(in: 0..<200, using: &random), height: .random(in: 0..<60, using: &random))
            for index in state.panes.indices {
                var table = state.panes[index].table
                table.rows = (0..<Int.random(in: 0..<60, using: &random)).map { number in
                    TableRow(id: "\(number)", cells: table.columns.map { _ in cell(texts, &random) })
                }
                state.panes[index].take(table, widths: table.naturalWidths(clock: Fixture.clock), at: Fixture.clock)
            }
            for _ in 0..<20 {
                state.press(keys.randomElement(using: &random) ?? "j")
                let surface = ConsoleView(state).surface(DrawingContext(ascii: Bool.random(using: &random)))
                for y in 0..<surface.height {
                    let width = surface.row(y).reduce(0) { $0 + Int($1.width) }
                    #expect(width == surface.width, "seed \(seed), row \(y) of \(state.size)")
                    #expect(!surface.row(y).contains { $0.width > 0 && !Sanitizer.isPlain($0.base) }, "seed \(seed), row \(y) of \(state.size)")
                }
            }
        }
    }

    private func cell(_ texts: [String], _ random: inout SeededRandom) -> CellValue {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .integer(.random(in: Int64.min...Int64.max, using: &random))
        case 1: .time(.random(in: Int64.min...Int64.max, using: &random))
        case 2: .age(.random(in: Int64.min...Int64.max, using: &random))
        case 3: .none
        case 4: .state(.stateBad, texts.randomElement(using: &random) ?? "")
        default: .text(texts.randomElement(using: &random))
        }
    }
}
