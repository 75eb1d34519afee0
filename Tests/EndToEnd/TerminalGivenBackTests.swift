import Foundation
import Testing

/// However the console ends, the terminal is as it was: the shell's screen, a cursor, echo, no leftovers of mouse or paste modes.
@Suite(.enabled(if: TerminalSession.tmux != nil, TerminalSession.missing), .timeLimit(.minutes(2)))
struct TerminalGivenBackTests {
    /// What ends it, and the exit code the shell sees.
    @Test(arguments: [("quit", "0"), ("TERM", "143"), ("HUP", "0"), ("SEGV", "139"), ("ABRT", "134")])
    func afterwards(_ end: String, _ code: String) async throws {
        let terminal = try TerminalSession()
        try terminal.enter("echo before; stty -g >modes; sh -c 'echo $$ >pid; exec \"$MIZZEN\"'; echo \"ended $?\"")
        try await terminal.see("No work to do")
        #expect(try terminal.modes("#{alternate_on}") == "1")
        if end == "quit" {
            try terminal.press("q")
        } else {
            let pid = try String(contentsOfFile: terminal.folder + "/pid", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            kill(try #require(pid_t(pid)), try #require(["TERM": SIGTERM, "HUP": SIGHUP, "SEGV": SIGSEGV, "ABRT": SIGABRT][end]))
        }
        let screen = try await terminal.see("ended \(code)")
        #expect(screen.contains("before") && !screen.contains("No work to do"), "\(screen)")
        #expect(try terminal.modes("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}") == "0 1 0 0")
        // The line discipline is what it was, to the last flag.
        try terminal.enter("test \"$(stty -g)\" = \"$(cat modes)\" && echo same modes || echo other modes")
        try await terminal.see("the modes") { $0.contains("\nsame modes") || $0.contains("\nother modes") }
        #expect(try terminal.screen().contains("\nsame modes"))
    }
}
