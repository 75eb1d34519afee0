// The whole loop on a pseudo terminal: keys in, frames out, the tty as it was found.

import Foundation
import Testing

@testable import Terminal
@testable import TextCells

/// Shows the last thing that happened, with a number so that each frame differs.
private struct Echo: TerminalProgram {
    var line = "-"
    var count = 0

    mutating func update(_ event: TerminalEvent<String>) -> [TerminalRequest] {
        count += 1
        switch event {
        case .started(let size): line = "started \(size.width)x\(size.height)"
        case .message(let text):
            line = "message \(text)"
            return [.paintSoon]
        case .timer(let id): line = "timer \(id)"
        case .input(.key(let chord)):
            line = "key \(chord)"
            if chord == .character("q") { return [.quit] }
            if chord == .character("e") { return [.edit("<a/>\n", ending: ".xml")] }
            if chord == .character("t") { return [.timer(id: 7, after: .milliseconds(5))] }
        case .input(.paste(let text)): line = "paste \(text)"
        case .edited(let edited): line = "edited \(edited)"
        case .input, .resized, .resumed: line = "other"
        }
        return [.paint]
    }

    func view(_ size: Size) -> Surface {
        var surface = Surface(size: size)
        surface.write("<\(line)> \(count)", x: 0, y: 0)
        return surface
    }
}

@Suite struct TerminalLoopTests {
    private func start(
        _ terminal: PseudoTerminal, _ inbox: TerminalInbox<String>, editor: String = "true"
    ) throws -> (TerminalLoop<Echo>, Task<TerminalExit, any Error>) {
        _ = TerminalLocale.choose()
        var options = TerminalOptions(term: "xterm-256color", dataInterval: .milliseconds(1))
        options.editor = editor
        let loop = try TerminalLoop(
            program: Echo(), inbox: inbox, options: options, input: terminal.slave, output: terminal.slave, ownsProcess: false)
        return (loop, Task { try await loop.run() })
    }

    /// What the editor leaves comes back, and one that fails says so; the terminal is the loop's again either way.
    @Test(.timeLimit(.minutes(5)), arguments: [("echo more >>", "<a/>\\nmore"), ("false", "false ended with 1")])
    func theEditorGetsTheTextAndGivesItBack(_ editor: String, _ expected: String) async throws {
        let terminal = try PseudoTerminal()
        let (_, running) = try start(terminal, TerminalInbox<String>(), editor: editor)
        #expect(await terminal.waits(for: "started"))
        terminal.type("e")
        #expect(await terminal.waits(for: "edited"))
        #expect(await terminal.waits(for: expected))
        terminal.type("j")
        #expect(await terminal.waits(for: "key j"))
        terminal.type("q")
        #expect(try await running.value == .quit)
    }

    @Test(.timeLimit(.minutes(5))) func keysMessagesAndTimersReachTheProgram() async throws {
        let terminal = try PseudoTerminal()
        let before = terminal.localModes
        let inbox = TerminalInbox<String>()
        inbox.send("early")
        let (loop, running) = try start(terminal, inbox)
        #expect(await terminal.waits(for: "\u{1B}[?1049h"))
        #expect(await terminal.waits(for: "message early"))
        #expect(terminal.localModes != before)
        terminal.type("j")
        #expect(await terminal.waits(for: "key j"))
        terminal.type("\u{1B}")
        #expect(await terminal.waits(for: "esc"))
        terminal.type("\u{1B}[200~pasted\u{1B}[201~")
        #expect(await terminal.waits(for: "paste"))
        inbox.send("late")
        #expect(await terminal.waits(for: "message late"))
        terminal.type("t")
        #expect(await terminal.waits(for: "timer 7"))
        terminal.type("q")
        #expect(try await running.value == .quit)
        #expect(await terminal.waits(for: "\u{1B}[?1049l"))
        #expect(terminal.localModes == before)
        #expect(await loop.program.line == "key q")
    }

    @Test(.timeLimit(.minutes(5))) func aTerminalThatGoesEndsTheLoop() async throws {
        let terminal = try PseudoTerminal()
        let (_, running) = try start(terminal, TerminalInbox<String>())
        #expect(await terminal.waits(for: "started 80x24"))
        terminal.hangUp()
        #expect(try await running.value == .hangup)
    }

    @Test func whatIsNoTerminalIsRefused() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let loop = try TerminalLoop(
            program: Echo(), inbox: TerminalInbox<String>(), options: TerminalOptions(), input: ends[0], output: ends[1], ownsProcess: false
        )
        await #expect(throws: TerminalError.none) { try await loop.run() }
    }

    @Test(.timeLimit(.minutes(5))) func programAndLoopShareOneThread() async throws {
        let executor = try TerminalExecutor()
        let actor = Pinned(executor)
        #expect(await actor.isOnItsThread())
        #expect(executor.isIsolatingCurrentContext() == false)
        executor.stop()
    }
}

private actor Pinned {
    let executor: TerminalExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: TerminalExecutor) { self.executor = executor }

    func isOnItsThread() -> Bool { executor.isIsolatingCurrentContext() == true }
}
