import Foundation
import Testing

/// What an operator and an engineer on call do at the real binary.
@Suite(.serialized, .enabled(if: TerminalSession.tmux != nil, TerminalSession.missing), .timeLimit(.minutes(3)))
struct OperatorJourneyTests {
    @Test func whyItWaitsHowItGotThereAndAwayWithThemAll() async throws {
        let terminal = try TerminalSession()
        for name in ["event-planning", "hello"] { try terminal.mizzen("spec", "load", TerminalSession.example(name)) }
        // Five hundred cases by one process, line by line.
        try "yes 'case start event-planning --param title=Fair --param guests=40' | head -500 | \"$MIZZEN\" --linear >/dev/null\n"
            .write(toFile: terminal.folder + "/start", atomically: true, encoding: .utf8)
        try terminal.enter("sh start; echo all started")
        try await terminal.see("all of them", within: .seconds(120)) { $0.contains("\nall started") }
        try terminal.mizzen("case", "start", "hello")
        try terminal.enter("\"$MIZZEN\" --pane cases")
        try await terminal.see("501 cases")

        // Typed at once, before anything is there.
        try terminal.type("/event")
        try terminal.press("Enter", "Enter")
        let net = try await terminal.see("on offer")
        #expect(net.contains("Decide what is needed"), "\(net)")
        try terminal.press("w")
        try await terminal.see("not reached")
        try terminal.press("Escape")
        try await terminal.see("the net", { !$0.contains("not reached") && $0.contains("on offer") })
        try terminal.press("Left")
        try await terminal.see("as it was after event")
        try terminal.press("d")
        try await terminal.see("from event")
        try terminal.press("Escape")
        try await terminal.see("as it was after event")
        try terminal.press("Escape")
        try await terminal.see("now again", { !$0.contains("as it was") })
        try terminal.press("Escape")
        try await terminal.see("500 of 501 cases")

        // All that match, counted before, tried dry, and typed to confirm.
        try terminal.type("*")
        try await terminal.see("500 marked")
        try terminal.press("X")
        try await terminal.see("500 in all")
        try terminal.press("C-p")
        try await terminal.see("would be done to 500 and is refused by 0; nothing was changed")
        try terminal.press("Escape")
        try await terminal.see("500 marked")
        try terminal.press("X")
        try await terminal.see("500 in all")
        try terminal.type("500")
        try terminal.press("Enter")
        try await terminal.see("500 of 500 done")
        try terminal.type("E")
        try await terminal.see("export cases.csv")
        try terminal.press("Enter")
        try await terminal.see("Written to cases.csv")
        let file = try String(contentsOfFile: terminal.folder + "/cases.csv", encoding: .utf8)
        #expect(file.split(whereSeparator: \.isNewline).count == 501, "\(file.prefix(2000))")
        #expect(file.contains("cancelled"))
        try terminal.press("7")
        try await terminal.see("mizzen case cancel")
        #expect(try terminal.mizzen("case", "list", "--open", "-o", "csv").split(whereSeparator: \.isNewline).count == 2)
    }

    @Test func onCallAtAnOldTerminalWithoutUnicode() async throws {
        let terminal = try TerminalSession()
        try terminal.mizzen("spec", "load", TerminalSession.example("order-fulfilment"))
        try terminal.mizzen("case", "start", "order-fulfilment")
        try terminal.enter("TERM=vt100 LC_ALL=POSIX \"$MIZZEN\" --read-only; echo \"ended $?\"")
        try await terminal.see("READ-ONLY")
        try await terminal.see("3 Spe")
        try terminal.press("2", "Enter")
        let net = try await terminal.see("on offer")
        #expect(net.contains("Check order"), "\(net)")
        try terminal.press("Escape")
        try await terminal.see("1 case")
        try terminal.press("X")
        try await terminal.see("--read-only is set")
        try terminal.press("q")
        try await terminal.see("ended 0")
        #expect(try terminal.mizzen("case", "list").contains("running"))
    }
}
