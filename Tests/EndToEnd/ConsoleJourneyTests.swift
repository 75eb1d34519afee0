import Foundation
import Testing

/// The real binary in a real terminal of 80×24, used as a person uses it.
@Suite(.serialized, .enabled(if: TerminalSession.tmux != nil, TerminalSession.missing), .timeLimit(.minutes(3)))
struct ConsoleJourneyTests {
    @Test func fromAFileToAFinishedCaseAndItsTrace() async throws {
        let terminal = try TerminalSession()
        try terminal.enter("\"$MIZZEN\"; echo \"ended $?\"")
        try await terminal.see("No work to do")

        // A specification is loaded at the prompt.
        try terminal.press(":")
        try terminal.type("spec load \(TerminalSession.example("expense-approval"))")
        try terminal.press("Enter")
        try await terminal.see("Loaded expense-approval@1.0")

        // The form of a new case refuses what its type does not allow, with the schema's reason, and takes what it does.
        try terminal.press("3")
        try await terminal.see("1 specification")
        try terminal.press("n")
        try await terminal.see("New case: Expense approval")
        try terminal.type("E-1")
        try terminal.press("Tab")
        try await terminal.see("\"E-1\" is not allowed for employee: must match the pattern")
        try terminal.type("Harbour fair")
        try terminal.press("C-s")
        try await terminal.see("Not sent: \"E-1\" is not allowed for employee")
        try terminal.press("C-u")
        try terminal.type("E-0042")
        try terminal.press("C-s")
        try await terminal.see("Case 1 of expense-approval@1.0 started: running")
        #expect(try terminal.mizzen("case", "list", "--filter", "status:running").contains("expense-approval@1.0"))

        // So does the form of its item.
        try terminal.press("1")
        try await terminal.see("1:EnterClaim")
        try terminal.press("Enter")
        try await terminal.see("1.1:EnterClaim is yours now")
        try terminal.press("Tab", "C-u")
        try terminal.type("2026-02-31")
        try terminal.press("C-s")
        let refused = try await terminal.see("Not sent:")
        #expect(refused.contains("\"2026-02-31\" is not"), "\(refused)")
        #expect(try terminal.mizzen("item", "list").contains("Executing"))
        try terminal.press("C-u")
        try terminal.type("2026-02-28")
        try terminal.press("C-s")
        try await terminal.see("Item 1.1:EnterClaim completed; case 1 is running")

        // Two items are left, in any order; one of them has a field.
        try await terminal.see("2 items to work on")
        try terminal.type("/file")
        try await terminal.see("1 of 2 items")
        try terminal.press("Enter")
        try await terminal.see("enter open")
        try terminal.press("Enter")
        try await terminal.see(":FileReceipts is yours now")
        try terminal.press("C-s")
        try await terminal.see("FileReceipts completed; case 1 is running")
        try await terminal.see("0 of 1 items")
        try terminal.press("Escape")
        try await terminal.see("1:PayClaim")
        try terminal.press("Enter")
        try await terminal.see(":PayClaim is yours now")
        try terminal.type("2026-0815")
        try terminal.press("C-s")
        try await terminal.see("PayClaim completed; case 1 is completed")

        // The trace, from start to end; a row opens in full.
        try terminal.press("2")
        try await terminal.see("1 case")
        try terminal.press("t")
        try await terminal.see("case 1 of expense-approval 1.0 starts")
        try terminal.press("G", "Enter")
        let event = try await terminal.see("caseCompleted")
        #expect(event.contains("request"))
        #expect(try terminal.mizzen("case", "show", "1", "-o", "json").contains("\"status\": \"completed\""))

        try terminal.press("q")
        try await terminal.see("ended 0")
    }

    @Test func whatAnotherProcessDoesAppearsByItself() async throws {
        let terminal = try TerminalSession()
        try terminal.mizzen("spec", "load", TerminalSession.example("hello"))
        try terminal.enter("\"$MIZZEN\"")
        try await terminal.see("No work to do")
        try terminal.mizzen("case", "start", "hello")
        try await terminal.see("1:AskName")
        // While a form is open, somebody else does its item: that is said, and nothing is done twice.
        try terminal.press("Enter")
        try await terminal.see("1.1:AskName is yours now")
        try terminal.mizzen("item", "complete", "1.1:AskName", "--set", "visitor=Bo")
        try terminal.type("Ann")
        try terminal.press("C-s")
        try await terminal.see("1.1:AskName is done, withdrawn or cancelled already")
        #expect(try terminal.mizzen("case", "show", "1").contains("Hello, Bo!"))
    }
}
