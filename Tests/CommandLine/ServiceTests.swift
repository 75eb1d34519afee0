import Foundation
import Support
import Testing

@testable import CommandLine

/// What the command line says about services.
struct ServiceTests {
    private let workshop = Workshop()
    private static let automated = YAWLText.set(
        "auto", YAWLText.net(start: "A", YAWLText.task("A", to: ["o"], does: "Rate")),
        YAWLText.automated("Rate", codelet: "org.example.Rates"))

    @Test func whatNothingIsConfiguredForWaitsAndSaysSo() async throws {
        #expect(await workshop.run("service", "list").output == "No service or data gateway is configured\n")
        _ = await workshop.run("spec", "load", try workshop.file("auto.yawl", Self.automated))
        _ = await workshop.run("case", "start", "auto")
        #expect(await workshop.run("item", "list").output.contains("no service configured for org.example.Rates"))
        #expect(await workshop.run("item", "show", "1:A").output.contains("no service configured for org.example.Rates"))
        let rows = try #require(try await workshop.json("service", "list") as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["name"] as? String == "org.example.Rates" && rows[0]["waiting"] as? Int == 1)
        #expect(rows[0]["type"] as? String == "not configured")
        #expect(await workshop.run("service", "retry").output == "Nothing has failed\n")
    }
}
