// What is on the screen, as text files that people can read and review.

import Engine
import Foundation
import Platform
import StoreSupport
import Support
import Terminal
import Testing

@testable import Catalog
@testable import Panes
@testable import TextCells

@Suite struct SnapshotTests {
    private static let sizes = [60: 16, 80: 24, 120: 40, 200: 50]
    private static let widths = [60, 80, 120, 200]

    @Test(arguments: PaneCatalog.all.map(\.id), widths)
    func panes(_ pane: String, _ width: Int) throws {
        let state = Fixture.state(width: width, height: Self.sizes[width] ?? 24, pane: pane)
        try expectSnapshot(state.drawn(), "\(pane)-\(width)")
        expectTheSameInMonoAndASCII([state])
    }

    @Test(arguments: widths)
    func help(_ width: Int) throws {
        var state = Fixture.state(width: width, height: Self.sizes[width] ?? 24, pane: "cases")
        state.press("?")
        try expectSnapshot(state.drawn(), "help-\(width)")
        // The list of all commands below changes with each of them and is not recorded.
        var pages = [state]
        for _ in 0 ..< 2 {
            state.press("pgdn")
            pages.append(state)
        }
        expectTheSameInMonoAndASCII(pages)
    }

    /// Every tab of a case, of an item and of a specification, below each other.
    @Test(arguments: widths)
    func pages(_ width: Int) async throws {
        let clock = VirtualClock(Fixture.now - 7_200_000)
        try await withEngine(clock: { clock.now }) { engine in
            var number = 0
            func run(_ line: String) async throws {
                clock.advance(240_000)
                number += 1
                let context = CommandContext(
                    house: engine.house(for: Principal(name: number % 2 == 0 ? "ann" : "bob", tenant: .local)), request: "r\(number)")
                _ = try await CommandRegistry.console.run(try CommandRegistry.console.parse(line), in: context)
            }
            for line in [
                "spec load \(Self.example)", "case start expense-approval --param employee=E-1234 --param 'purpose=Train to Kiel'",
                "item start 1:EnterClaim",
                "item complete 1.1:EnterClaim", "item start 1:FileReceipts",
            ] { try await run(line) }
            clock.set(Fixture.now)
            for (keys, name) in [(["2", "enter"], "case"), (["1", "o"], "item"), (["3", "enter"], "spec")] {
                var console = await LiveConsole(engine, width: width, height: Self.sizes[width] ?? 24)
                for key in keys { await console.press(key) }
                var states: [ConsoleState] = []
                guard case .detail(let detail) = console.state.screens.last else {
                    return #expect(Bool(false), "\(name) was not opened:\n\(console.screen)")
                }
                for _ in detail.tabs {
                    states.append(console.state)
                    await console.press("tab")
                }
                try expectSnapshot(states.map { $0.drawn() }.joined(separator: "\n\n"), "page-\(name)-\(width)")
                expectTheSameInMonoAndASCII(states)
            }
        }
    }

    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/expense-approval.yawl").path

    /// Without colour the same characters: a word names a state, weight shows what is selected. In ASCII the same, with another
    /// sign for each; so one recorded file speaks for all three.
    private func expectTheSameInMonoAndASCII(_ states: [ConsoleState], sourceLocation: SourceLocation = #_sourceLocation) {
        guard let mono = Theme.builtIn["mono"] else {
            return #expect(Bool(false), "there is no mono theme", sourceLocation: sourceLocation)
        }
        for state in states {
            let view = ConsoleView(state), dark = view.surface(DrawingContext()), plain = view.surface(DrawingContext(theme: mono))
            #expect(plain.text == dark.text, sourceLocation: sourceLocation)
            let colours = Set((0 ..< plain.height).flatMap { y in plain.row(y).flatMap { [$0.style.foreground, $0.style.background] } })
            #expect(colours == [.standard], sourceLocation: sourceLocation)
            #expect(
                (0 ..< plain.height).contains { y in plain.row(y).contains { $0.style.attributes.contains(.reverse) } },
                sourceLocation: sourceLocation)
            let ascii = view.surface(DrawingContext(ascii: true))
            for y in 0 ..< dark.height {
                let isSame = zip(ascii.row(y), dark.row(y)).allSatisfy { $0.base == $1.base || $0.base == Self.ascii[$1.base] }
                #expect(isSame, "row \(y): \(ascii.row(y).map(\.text).joined())", sourceLocation: sourceLocation)
            }
        }
    }

    /// What each sign of ours is in ASCII; data are left as they are until the terminal's renderer.
    private static let ascii: [Unicode.Scalar: Unicode.Scalar] = [
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+", "█": "#", "…": "~",
        "▲": "^", "▼": "v", "●": "*",
        "✓": "x", "•": "*", "→": ">", "◂": "<", "▸": ">", "■": "#", "↺": "@", "░": ".", "∧": "&", "∨": "o", "×": "x",
        "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*",
    ]

    /// The terminal gets ASCII and nothing else, and the screen is still the screen.
    @Test(arguments: PaneCatalog.all.map(\.id))
    func inASCII(_ pane: String) throws {
        try expectSnapshot(Fixture.state(pane: pane).drawn(ascii: true), "\(pane)-80-ascii")
    }

    @Test func overlays() throws {
        var state = Fixture.state(pane: "cases")
        state.press("X")
        try expectSnapshot(state.drawn(), "dialog-80")
        state.press("esc", ":")
        state.type("case sh")
        try expectSnapshot(state.drawn(), "prompt-80")
    }

    @Test func tooSmall() throws { try expectSnapshot(Fixture.state(width: 59, height: 20).drawn(), "too-small-59") }

    @Test func statesAreWordsWithAColour() {
        let surface = ConsoleView(Fixture.state(pane: "cases")).surface(DrawingContext())
        guard let row = (0 ..< surface.height).first(where: { y in surface.row(y).map(\.text).joined().contains("suspended") }) else {
            return #expect(Bool(false), "no suspended case is shown")
        }
        let colours = Set(surface.row(row).map(\.style.foreground))
        #expect(colours.contains(Theme.standard[.stateWarn].foreground))
    }

    /// Whatever the size, the data and the page: every row is as wide as the screen, nothing traps, no control character comes through.
    @Test func anySizeAndAnyData() {
        let seed = UInt64.random(in: 0 ... UInt64.max)
        var random = SeededRandom(seed)
        let keys = [
            "j", "k", "G", "/", ":", "?", "enter", "esc", "tab", "s", "S", "space", "y", "X", "1", "2", "3", "4", "pgdn", "x", "a", "left",
        ]
        let texts = [
            "", "plain", "日本語日本語", "e\u{301}\u{301}", "\u{1B}[2J", "\u{202E}abc", String(repeating: "long ", count: 60), "a\nb", "👩‍👩‍👧",
            "\u{0}",
        ]
        for _ in 0 ..< 15 {
            var state = Fixture.state(width: .random(in: 0 ..< 200, using: &random), height: .random(in: 0 ..< 60, using: &random))
            for index in state.panes.indices {
                var table = state.panes[index].table
                table.rows = (0 ..< Int.random(in: 0 ..< 60, using: &random)).map { number in
                    TableRow(id: "\(number)", cells: table.columns.map { _ in cell(texts, &random) })
                }
                state.panes[index].take(table, widths: table.naturalWidths(clock: Fixture.clock), at: Fixture.clock)
            }
            for _ in 0 ..< 20 {
                state.press(keys.randomElement(using: &random) ?? "j")
                let surface = ConsoleView(state).surface(DrawingContext(ascii: Bool.random(using: &random)))
                for y in 0 ..< surface.height {
                    let width = surface.row(y).reduce(0) { $0 + Int($1.width) }
                    #expect(width == surface.width, "seed \(seed), row \(y) of \(state.size)")
                    #expect(
                        !surface.row(y).contains { $0.width > 0 && !Sanitizer.isPlain($0.base) }, "seed \(seed), row \(y) of \(state.size)")
                }
            }
        }
    }

    private func cell(_ texts: [String], _ random: inout SeededRandom) -> CellValue {
        switch Int.random(in: 0 ..< 6, using: &random) {
        case 0: .integer(.random(in: Int64.min ... Int64.max, using: &random))
        case 1: .time(.random(in: Int64.min ... Int64.max, using: &random))
        case 2: .age(.random(in: Int64.min ... Int64.max, using: &random))
        case 3: .none
        case 4: .state(.danger, texts.randomElement(using: &random) ?? "")
        default: .text(texts.randomElement(using: &random))
        }
    }
}
