import Foundation
import Support
import Testing

@testable import CommandLine

/// Rules, triggers and the life cycle of items as they are typed.
struct ExceptionJourneyTests {
    private let workshop = Workshop()

    static let order = YAWLText.set(
        "order", YAWLText.net(start: "Ship", YAWLText.task("Ship", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
    static let repair = YAWLText.set(
        "repair", YAWLText.net(start: "Fix", YAWLText.task("Fix", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
    static let rules = RulesText.file(
        uri: "order",
        RulesText.branch("external/case", RulesText.only(if: "trigger = storm", "suspend case;compensate repair;continue case")),
        RulesText.branch("abort", RulesText.task("Ship", RulesText.only("restart workitem"))))

    private func load() async throws {
        for (name, text) in [("order.yawl", Self.order), ("repair.yawl", Self.repair)] {
            #expect(await workshop.run("spec", "load", try workshop.file(name, text)).code == 0)
        }
        let loaded = await workshop.run("rules", "load", try workshop.file("order.xrs", Self.rules), "order")
        #expect(loaded.output == "Loaded 4 rules for order@0.1\n", "\(loaded.complaint)")
    }

    @Test func aTriggerRunsAWorkletAndTheCaseGoesOn() async throws {
        try await load()
        _ = await workshop.run("case", "start", "order")
        #expect(await workshop.run("case", "raise", "1", "storm").output == "Case 1 is now suspended\n")
        let shown = await workshop.run("case", "show", "1").output
        #expect(shown.contains("external trigger of the case: at step 2, compensate repair, waiting for case 2"))
        #expect(await workshop.run("case", "show", "2").output.contains("for exlet 1 of case 1"))
        _ = await workshop.run("item", "start", "2:Fix")
        _ = await workshop.run("item", "complete", "2.1:Fix")
        #expect(await workshop.run("case", "show", "1").output.contains("running"))
        let refused = await workshop.run("case", "raise", "1", "sunshine")
        #expect(refused.code == 5)
        #expect(refused.complaint.contains("no rule of order answers to “sunshine” in case 1"))
    }

    @Test func itemsAreSuspendedRestartedFailedForcedAndCancelled() async throws {
        try await load()
        for _ in 1 ... 3 { _ = await workshop.run("case", "start", "order") }
        #expect(await workshop.run("item", "suspend", "1:Ship").output == "Item 1:Ship suspended; it is Suspended\n")
        #expect(await workshop.run("item", "start", "1:Ship").complaint.contains("unsuspend it first"))
        #expect(await workshop.run("item", "unsuspend", "1:Ship").output == "Item 1:Ship no longer suspended; it is Enabled\n")
        _ = await workshop.run("item", "start", "1:Ship")
        #expect(await workshop.run("item", "restart", "1.1:Ship").output == "Item 1.1:Ship restarted; it is Fired\n")
        _ = await workshop.run("item", "start", "1.1:Ship")
        // The rule about aborts restarts it.
        #expect(await workshop.run("item", "fail", "1.1:Ship").output == "Item 1.1:Ship failed; it is Fired\n")
        _ = await workshop.run("item", "start", "1.1:Ship")
        #expect(await workshop.run("item", "complete", "1.1:Ship", "--force").output.hasSuffix("case 1 is completed\n"))
        #expect(await workshop.run("item", "cancel", "2:Ship").output == "Item 2:Ship cancelled; case 2 is completed\n")
        #expect(await workshop.run("item", "raise", "3:Ship", "--event", "weather").code == 2)
        #expect(await workshop.run("item", "raise", "3:Ship").complaint.contains("has a name"))
        #expect(await workshop.run("item", "raise", "3:Ship", "--event", "timeout").code == 5)
    }

    @Test func ruleFilesAreShownRemovedAndRefusedWithTheirPlaces() async throws {
        try await load()
        let table = await workshop.run("rules", "show", "order").output
        #expect(table.contains("trigger = storm"))
        #expect(table.contains("restart workitem"))
        #expect(await workshop.run("rules", "show", "order", "--source").output == Self.rules)
        let wrong = try workshop.file("wrong.xrs", Self.rules.replacing("<action>restart</action>", with: "<action>explode</action>"))
        let refused = await workshop.run("rules", "load", wrong, "order")
        #expect(refused.code == 2)
        #expect(refused.complaint.contains(/wrong\.xrs:\d+:\d+: error: “explode” is no action/))
        #expect(await workshop.run("rules", "remove", "order").output == "order@0.1 has no rules any more\n")
        #expect(await workshop.run("rules", "show", "order").output == "order has no rules\n")
        #expect(await workshop.run("rules", "remove", "order").code == 5)
    }
}
