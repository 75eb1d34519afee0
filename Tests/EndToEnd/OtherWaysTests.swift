import Foundation
import Support
import Testing

/// Other ways of using the real binary: back to the shell and here again, one's own editor, line by line, a second thought.
@Suite(.serialized, .enabled(if: TerminalSession.tmux != nil, TerminalSession.missing), .timeLimit(.minutes(3)))
struct OtherWaysTests {
    @Test func toTheShellAndBack() async throws {
        let terminal = try TerminalSession()
        try terminal.mizzen("spec", "load", TerminalSession.example("hello"))
        try terminal.enter("set -m; \"$MIZZEN\" --pane specs; true")
        try await terminal.see("hello@1.0")
        for _ in 0 ..< 2 {
            try terminal.press("C-z")
            try await terminal.see("the shell") { $0.contains("Stopped") && !$0.contains("hello@1.0") }
            #expect(try terminal.modes("#{alternate_on} #{cursor_flag}") == "0 1")
            try terminal.enter("fg >/dev/null")
            try await terminal.see("hello@1.0")
            #expect(try terminal.modes("#{alternate_on}") == "1")
        }
        // From outside, as a supervisor does it.
        let pid = try terminal.processes(named: "mizzen")
        kill(try #require(pid.first), SIGTSTP)
        try await terminal.see("the shell") { $0.contains("Stopped") && !$0.contains("hello@1.0") }
        try terminal.enter("fg >/dev/null")
        try await terminal.see("hello@1.0")
        try terminal.press("q")
        try await terminal.see("the shell") { !$0.contains("hello@1.0") }
        try terminal.enter("clear; jobs; echo no job $((1 + 1))")
        let shell = try await terminal.see("no job 2")
        #expect(!shell.contains("Stopped") && !shell.contains("Running"), "\(shell)")
    }

    @Test func aFormInOnesOwnEditorAndASecondThought() async throws {
        let terminal = try TerminalSession()
        try terminal.mizzen("spec", "load", TerminalSession.example("hello"))
        try terminal.mizzen("case", "start", "hello")
        // An editor that makes a mistake first and mends it when it is asked again.
        let editor = """
            #!/bin/sh
            if grep -q 'not taken' "$1"; then sed -i 's|</wrong>|</visitor>|; s|>.*<|>Ann \\&amp; Bo<|' "$1"; \
            else sed -i 's|</visitor>|</wrong>|' "$1"; fi

            """
        try editor.write(toFile: terminal.folder + "/edit", atomically: true, encoding: .utf8)
        try terminal.enter("EDITOR=\"sh $PWD/edit\" \"$MIZZEN\"; echo \"ended $?\"")
        try await terminal.see("1:AskName")
        try terminal.press("Enter")
        try await terminal.see("1.1:AskName is yours now")
        try terminal.type("A")
        try terminal.press("C-e")
        try await terminal.see("Taken from the editor")
        try await terminal.see("Ann & Bo")
        // Completed, taken back, and completed by leaving.
        try terminal.press("C-s")
        try await terminal.see("u takes it back")
        try terminal.press("u")
        try await terminal.see("Taken back: nothing was sent")
        #expect(try terminal.mizzen("item", "list").contains("Executing"))
        try terminal.press("C-s")
        try await terminal.see("u takes it back")
        try terminal.press("q")
        try await terminal.see("ended 0")
        #expect(try terminal.mizzen("case", "show", "1").contains("Hello, Ann &amp; Bo!"))
    }

    @Test func lineByLineOnATerminalThatCanDoNoMore() async throws {
        let terminal = try TerminalSession()
        try terminal.enter("TERM=dumb \"$MIZZEN\"; echo \"ended $?\"")
        try await terminal.see("mizzen, line by line.")
        #expect(try terminal.modes("#{alternate_on}") == "0")
        try terminal.enter("spec load \(TerminalSession.example("hello"))")
        try await terminal.see("Loaded hello@1.0")
        try terminal.enter("case start hello")
        try await terminal.see("1 of 1: visitor")
        try terminal.enter(".send")
        try await terminal.see("Case 1 of hello started")
        try terminal.enter("queues")
        try await terminal.see("1. item 1:AskName")
        try terminal.mizzen("case", "start", "hello")
        try terminal.enter("1 item.open")
        try await terminal.see("is yours now")
        try terminal.enter("Ann")
        try await terminal.see("Complete? yes or no:")
        try terminal.enter("yes")
        try await terminal.see("is completed in 4 s")
        try await terminal.see("completed; case 1 is")
        try terminal.enter("quit")
        try await terminal.see("ended 0")
    }

    @Test func aBrokenThemeAndKeymapAreSaidWithTheirPlaces() async throws {
        let terminal = try TerminalSession()
        let folder = terminal.folder + "/.config/mizzen"
        for name in ["themes", "keymaps"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try "theme: mine\nkeymap: mine\n".write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
        try "extends: dark\nroles:\n  text: { fg: nonsense }\n".write(
            toFile: folder + "/themes/mine.yaml", atomically: true, encoding: .utf8)
        try "extends: default\ncontexts:\n  table:\n    - { on: Z, run: row.last }\n".write(
            toFile: folder + "/keymaps/mine.yaml", atomically: true, encoding: .utf8)
        try terminal.enter("\"$MIZZEN\"; echo \"ended $?\"")
        try await terminal.see("themes/mine.yaml:3:")
        // Mended and broken again while it runs.
        try "extends: dark\n".write(toFile: folder + "/themes/mine.yaml", atomically: true, encoding: .utf8)
        try await terminal.see("Settings read")
        try "contexts: [\n".write(toFile: folder + "/keymaps/mine.yaml", atomically: true, encoding: .utf8)
        try await terminal.see("keymaps/mine.yaml:2:")
        try terminal.press("q")
        try await terminal.see("ended 0")
        // At the next start the last good keymap is still in force, and the fault is said again.
        try terminal.enter("clear; \"$MIZZEN\" --pane log; echo \"ended $?\"")
        try await terminal.see("keymaps/mine.yaml:2:")
        try terminal.press("?")
        try await terminal.see("Keys: table")
        #expect(try terminal.screen().contains("Z"))
        try terminal.press("q", "q")
        try await terminal.see("ended 0")
    }
}

/// A database that goes away under the console and comes back.
@Suite(
    .enabled(if: TerminalSession.tmux != nil && PostgresServer.isInstalled, "needs tmux and PostgreSQL; scripts/setup installs them"),
    .timeLimit(.minutes(3)))
struct OutageTests {
    @Test func itSaysSoWaitsAndGoesOnByItself() async throws {
        let server = try PostgresServer(flushes: false)
        defer { server.stop() }
        let store = try server.newDatabase(), terminal = try TerminalSession()
        try terminal.mizzen("spec", "load", TerminalSession.example("hello"), "--store", store)
        try terminal.mizzen("case", "start", "hello", "--store", store)
        try terminal.enter("\"$MIZZEN\" --pane cases --store '\(store)'; echo \"ended $?\"")
        try await terminal.see("1 case")
        try server.goDown()
        try await terminal.see("Not up to date")
        #expect(try terminal.screen().contains("hello@1.0"), "what was known is still shown")
        try terminal.press("?")
        try await terminal.see("Keys:")
        try terminal.press("Escape")
        try server.comeUp()
        try terminal.mizzen("case", "start", "hello", "--store", store)
        try await terminal.see("2 cases") { $0.contains("2 cases") && !$0.contains("Not up to date") }
        try terminal.press("q")
        try await terminal.see("ended 0")
    }
}
