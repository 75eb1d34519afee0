import Foundation
import Support
import Testing

@testable import CommandLine

/// Timers and the working calendar on the command line.
struct TimerCommandTests {
    private let workshop = Workshop()

    private func startTimed(_ timer: String = "<duration>PT1H</duration>") async throws {
        let text = YAWLText.set(
            "timed",
            YAWLText.net(
                start: "T",
                YAWLText.task("T", to: ["o"], extra: "<timer><trigger>OnEnabled</trigger>\(timer)</timer>", does: "Work")),
            YAWLText.gateway("Work"))
        #expect(await workshop.run("spec", "load", try workshop.file("timed.yawl", text)).code == 0)
        #expect(await workshop.run("case", "start", "timed").code == 0)
    }

    @Test func timersAreListedWithWhatHappensThen() async throws {
        #expect(await workshop.run("timer", "list").output == "No timer is running\n")
        try await startTimed()
        let timer = try #require((try await workshop.json("timer", "list", "--case", "1") as? [[String: Any]])?.first)
        #expect(timer["item"] as? String == "1:T" && timer["case"] as? Int == 1 && timer["then"] as? String == "skip")
        #expect(await workshop.run("timer", "list").output.contains("in "))
        let detail = try #require(try await workshop.json("case", "show", "1") as? [String: Any])
        #expect((detail["timers"] as? [Any])?.count == 1)
        _ = await workshop.run("case", "suspend", "1")
        #expect(await workshop.run("timer", "list").output.contains("held"))
        _ = await workshop.run("case", "cancel", "1")
        #expect(await workshop.run("timer", "list").output == "No timer is running\n")
    }

    @Test func whatIsOverdueSaysSo() async throws {
        try await startTimed("<expiry>1000000000000</expiry>")
        #expect(await workshop.run("timer", "list").output.contains("d late"))
    }

    @Test func holidaysComeAndGo() async throws {
        #expect(await workshop.run("calendar", "show").output.contains("Saturday, Sunday"))
        #expect(await workshop.run("calendar", "add", "2026-12-25", "Christmas").code == 0)
        let calendar = try #require(try await workshop.json("calendar", "show") as? [String: Any])
        #expect((calendar["holidays"] as? [[String: String]]) == [["day": "2026-12-25", "name": "Christmas"]])
        #expect(await workshop.run("calendar", "remove", "2026-12-25").code == 0)
        let gone = await workshop.run("calendar", "remove", "2026-12-25")
        #expect(gone.code == 4 && gone.complaint == "mizzen: 2026-12-25 is no holiday\n")
        let wrong = await workshop.run("calendar", "add", "25.12.2026")
        #expect(wrong.code == 2 && wrong.complaint.contains("2026-12-25"))
    }

    @Test func serveIsForAProcessOfItsOwn() async throws {
        #expect(await workshop.run("serve").code == 7)
    }
}
