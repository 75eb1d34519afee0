// A run that shows what is wrong with a net, gone through on its picture.

@testable import Engine
import Platform
import Foundation
@testable import Panes
import Support
import Testing
import Workflow

@Suite struct FiringWalkTests {
    /// S marks one of A and B, J waits for both.
    private static let stuck = YAWLText.set(
        "stuck",
        YAWLText.net(
            locals: [YAWLText.local("n", initial: "1")], start: "S",
            YAWLText.task(
                "S", to: [YAWLText.flow(to: "A", if: "/Net/n = '1'", order: 1), YAWLText.flow(to: "B", isDefault: true)], split: "xor",
                does: "Work"),
            YAWLText.task("A", to: ["J"], does: "Work"), YAWLText.task("B", to: ["J"], does: "Work"),
            YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))

    private func withFile(_ body: (inout LiveConsole, WorkflowEngine, _ file: String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("stuck-\(UUID()).yawl")
        try Data(Self.stuck.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await withEngine { engine in
            var console = await LiveConsole(engine)
            try await body(&console, engine, file.path)
        }
    }

    @Test func aDeadlockIsWalkedFromItsEndToItsBeginningAndOn() async throws {
        try await withFile { console, _, file in
            await console.press(":")
            await console.type("spec verify \(file)")
            await console.press("enter")
            #expect(console.screen.contains("deadlock: "), "it opens at what is wrong:\n\(console.screen)")
            #expect(console.screen.contains("net Net, step 4 of 4: end A"), "\(console.screen)")
            #expect(console.screen.contains("ends"), "\(console.screen)")
            await console.press("left")
            #expect(console.screen.contains("step 3 of 4: start A ← c{S_A}"), "\(console.screen)")
            #expect(console.screen.contains("starts"), "\(console.screen)")
            await console.press("0")
            #expect(console.screen.contains("before the first of 4 steps"), "\(console.screen)")
            #expect(console.screen.contains("(●)"), "the token is in the input condition:\n\(console.screen)")
            await console.press("left")
            #expect(console.screen.contains("before the first of 4 steps"), "there is nothing before it")
            await console.press("right")
            #expect(console.screen.contains("step 1 of 4: start S"), "\(console.screen)")
            await console.press("shift+right")
            #expect(console.screen.contains("step 4 of 4"), "\(console.screen)")
            await console.press("0", ".")
            #expect(console.screen.contains("step 4 of 4"), "\(console.screen)")
            await console.press("esc")
            #expect(console.state.screens.isEmpty)
        }
    }

    @Test func theWordsAreBesideIt() async throws {
        try await withFile { console, _, file in
            await console.press(":")
            await console.type("spec verify \(file)")
            await console.press("enter", "shift+tab")
            #expect(console.screen.contains("stuck@0.1 is unsound"), "\(console.screen)")
            #expect(console.screen.contains("1. start S ← i"), "\(console.screen)")
        }
    }

    @Test func whatIsLoadedIsProvenByAKey() async throws {
        try await withFile { console, engine, file in
            _ = try await engine.session(for: Principal(name: "ann", tenant: .local)).perform(
                .loadSpecification(source: Array(Self.stuck.utf8), file: "stuck.yawl", accepting: .unsound), request: RequestID("load"))
            await console.changed()
            await console.press("3", "P")
            #expect(console.screen.contains("net Net, step 4 of 4"), "\(console.screen)")
        }
    }
}
