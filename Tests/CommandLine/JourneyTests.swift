import Engine
import Foundation
import Panes
import SQLiteStore
import Support
import Testing

@testable import CommandLine

/// The command line on a real store, from loading a specification to reading the trace, and what it says when something is wrong.
struct JourneyTests {
    private let workshop = Workshop()

    @Test func aCaseFromFileToFinish() async throws {
        let loaded = await workshop.run("spec", "load", Workshop.example("hello"))
        #expect(loaded.code == 0, "\(loaded.complaint)")
        #expect(loaded.output == "Loaded hello@1.0\n")

        let started = await workshop.run("case", "start", "hello")
        #expect(started.output == "Case 1 of hello started: running\n")
        #expect(await workshop.run("work").output.contains("1:AskName"))

        #expect(await workshop.run("item", "start", "1:AskName").output == "Item 1.1:AskName started\n")
        let completed = await workshop.run("item", "complete", "1.1:AskName", "--set", "visitor=Ann")
        #expect(completed.output == "Item 1.1:AskName completed; case 1 is running\n", "\(completed.complaint)")
        #expect(await workshop.run("item", "show", "1:SayHello").output.contains("SayHello"))
        _ = await workshop.run("item", "start", "1:SayHello")
        #expect(await workshop.run("item", "complete", "1:SayHello").output.hasSuffix("case 1 is completed\n"))

        let shown = await workshop.run("case", "show", "1")
        #expect(shown.output.contains("completed"))
        #expect(shown.output.contains("Hello, Ann!"))
        let trace = try await workshop.json("case", "trace", "1") as? [[String: Any]]
        let kinds = try #require(trace).compactMap { $0["kind"] as? String }
        #expect(kinds.first == "caseStarted")
        #expect(kinds.last == "caseCompleted")
        #expect(kinds.filter { $0 == "itemCompleted" }.count == 2)
        #expect(await workshop.run("work").output == "No work to do\n")
    }

    @Test func answersForProgramsKeepTheirShape() async throws {
        let loaded = try #require(try await workshop.json("spec", "load", Workshop.example("hello")) as? [String: Any])
        #expect(Set(loaded.keys) == ["loaded", "request"])
        let started = try #require(try await workshop.json("case", "start", "hello") as? [String: Any])
        #expect(started["case"] as? Int == 1)
        #expect(started["status"] as? String == "running")

        let cases = try #require(try await workshop.json("case", "list") as? [[String: Any]])
        #expect(cases.first?["case"] as? Int == 1)
        #expect(
            Set(try #require(cases.first).keys).isSuperset(of: [
                "case", "specification", "status", "items", "started", "by", "events", "changed",
            ]))
        let items = try #require(try await workshop.json("item", "list", "--case", "1") as? [[String: Any]])
        #expect(items.first?["item"] as? String == "1:AskName")
        #expect(items.first?["status"] as? String == "Enabled")
        let item = try #require(try await workshop.json("item", "show", "1:AskName") as? [String: Any])
        #expect(Set(item.keys).isSuperset(of: ["item", "task", "status", "parameters", "documentation"]))
        let detail = try #require(try await workshop.json("case", "show", "1") as? [String: Any])
        #expect(Set(detail.keys).isSuperset(of: ["case", "specification", "status", "items", "marking", "data", "ending"]))
        let specifications = try #require(try await workshop.json("spec", "list") as? [[String: Any]])
        #expect(specifications.count == 1)
        let events = try #require(try await workshop.json("events", "list") as? [[String: Any]])
        #expect(
            Set(try #require(events.first).keys).isSuperset(of: ["position", "at", "case", "kind", "text", "actor", "sequence", "request"]))
        #expect((try await workshop.json("case", "list", "--filter", "status:cancelled") as? [Any])?.isEmpty == true)
    }

    @Test func listsAreFilteredSortedAndCut() async throws {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        for _ in 1 ... 3 { _ = await workshop.run("case", "start", "hello") }
        _ = await workshop.run("case", "cancel", "2")
        func numbers(_ options: String...) async throws -> [Int] {
            let rows = try #require(try await workshop.json(["case", "list"] + options) as? [[String: Any]])
            return rows.compactMap { $0["case"] as? Int }
        }
        #expect(try await numbers() == [3, 2, 1])
        #expect(try await numbers("--open") == [3, 1])
        #expect(try await numbers("--sort", "case") == [1, 2, 3])
        #expect(try await numbers("--filter", "status:cancelled") == [2])
        #expect(try await numbers("--limit", "1") == [3])
        #expect(await workshop.run("case", "list", "--sort", "colour").code == 2)
        #expect(await workshop.run("case", "list", "--limit", "0").code == 2)
    }

    @Test func suspendResumeRollbackSkipAndCancel() async {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        _ = await workshop.run("case", "start", "hello")
        #expect(await workshop.run("case", "suspend", "1").output.hasPrefix("Case 1 is now suspend"))
        #expect(await workshop.run("case", "resume", "1").output == "Case 1 is now running\n")
        #expect(await workshop.run("case", "resume", "1").code == 5)
        _ = await workshop.run("item", "start", "1:AskName")
        #expect(await workshop.run("item", "rollback", "1.1:AskName").code == 0)
        #expect(await workshop.run("spec", "unload", "hello").code == 5)
        #expect(await workshop.run("case", "cancel", "1").output == "Case 1 is now cancelled\n")
        #expect(await workshop.run("case", "cancel", "1").code == 5)
        #expect(await workshop.run("spec", "unload", "hello").code == 0)
    }

    @Test func theSameRequestTwiceIsCarriedOutOnce() async throws {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        let first = await workshop.run("case", "start", "hello", "--request", "order-17")
        #expect(first.code == 0)
        #expect(await workshop.run("case", "start", "hello", "--request", "order-17") == first)
        #expect((try await workshop.json("case", "list") as? [Any])?.count == 1)
        #expect(await workshop.run("case", "start", "hello", "--request", String(repeating: "x", count: 129)).code == 2)
    }

    @Test func specCheckNeedsNoStoreAndEndsWith2ForARefusedFile() async throws {
        let face = CommandLineFace(host: .withoutStore())
        let good = await face.run(["spec", "check", Workshop.example("hello")])
        #expect(good.code == 0 && good.output.contains("accepted"), "\(good.output)")
        let bad = try workshop.file("bad.yawl", "<specificationSet/>")
        let refused = await face.run(["spec", "check", bad])
        #expect(refused.code == 2)
        #expect(refused.output.contains(bad) && refused.output.contains("refused"))
        #expect(await face.run(["spec", "check", bad, Workshop.example("hello")]).code == 2)
    }

    @Test func refusedInputChangesNothing() async throws {
        let notXML = try workshop.file("notes.txt", "no XML at all")
        let refused = await workshop.run("spec", "load", notXML)
        #expect(refused.code == 2 && refused.output.isEmpty)
        let lines = refused.complaint.split(separator: "\n")
        #expect(lines.first?.hasPrefix("mizzen: ") == true)
        #expect(lines.count > 1 && lines.dropFirst().allSatisfy { $0.hasPrefix(notXML + ":") && $0.hasSuffix("]") }, "\(refused.complaint)")

        // Of several files the findings name the one they are about.
        let second = await workshop.run("spec", "load", Workshop.example("hello"), notXML)
        #expect(second.code == 2 && second.complaint.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix(notXML + ":") })
        let before = await workshop.run("events", "list", "-o", "json").output
        let wrong: [(line: [String], code: Int32, says: String)] = [
            (["spec", "load", "/nowhere/x.yawl"], 4, "/nowhere/x.yawl"),
            (["spec", "load", Workshop.example("hello")], 5, "loaded already"),
            (["spec", "show", "nothing"], 4, "nothing"),
            (["spec", "unload", "nothing"], 4, "nothing"),
            (["case", "start", "nothing"], 4, "nothing"),
            (["case", "start", "hello@9.9"], 4, "9.9"),
            (["case", "start", "hello", "--param", "colour=red"], 2, "colour"),
            (["case", "start", "hello", "--param", "visitor"], 2, "name=value"),
            (["case", "start", "hello", "--data", "<Hello"], 2, "XML"),
            (["case", "start", "hello", "--data", "<Wrong/>"], 2, "Wrong"),
            (["case", "start", "hello", "--data", "@/nowhere/data.xml"], 4, "/nowhere/data.xml"),
            (["case", "show", "99"], 4, "99"),
            (["case", "trace", "99"], 4, "99"),
            (["case", "cancel", "99"], 4, "99"),
            (["case", "show", "seven"], 2, "seven"),
            (["item", "start", "99:AskName"], 4, "no case 99"),
            (["item", "complete", "99.1:AskName"], 4, "no case 99"),
            (["item", "show", "AskName"], 2, "AskName"),
        ]
        for (line, code, says) in wrong {
            let outcome = await workshop.run(line)
            #expect(outcome.code == code, "\(line): \(outcome.complaint)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.complaint.hasPrefix("mizzen: ") && outcome.complaint.contains(says), "\(line): \(outcome.complaint)")
        }
        #expect(await workshop.run("events", "list", "-o", "json").output == before)
    }

    @Test func completingTwiceIsRefusedAndSaysSo() async {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        _ = await workshop.run("case", "start", "hello")
        _ = await workshop.run("item", "start", "1:AskName")
        #expect(await workshop.run("item", "complete", "1.1:AskName", "--set", "visitor=Ann").code == 0)
        let again = await workshop.run("item", "complete", "1.1:AskName", "--set", "visitor=Bo")
        #expect(again.code == 5)
        #expect(again.complaint.contains("1.1:AskName"))
    }

    @Test func aSplitAsksForTheStateOfATimer() async throws {
        let file = try workshop.file(
            "timer.yawl",
            YAWLText.set(
                "timer",
                YAWLText.net(
                    start: "A",
                    YAWLText.task(
                        "A", to: [YAWLText.flow(to: "B", if: "timer(A) = 'expired'", order: 1), YAWLText.flow(to: "o", isDefault: true)],
                        split: "xor",
                        extra: "<timer><trigger>OnEnabled</trigger><duration>P1D</duration></timer>", does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        #expect(await workshop.run("spec", "load", file).code == 0)
        _ = await workshop.run("case", "start", "timer")
        _ = await workshop.run("item", "start", "1:A")
        #expect(await workshop.run("item", "complete", "1.1:A").output.hasSuffix("case 1 is completed\n"))
    }

    @Test func completionOffersWhatTheStoreHolds() async {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        _ = await workshop.run("case", "start", "hello")
        #expect(
            await workshop.run("---completion", "case", "start", "--", "positional@0", "2", "2", "case", "start", "he").output == "hello\n")
        #expect(
            await workshop.run("---completion", "item", "start", "--", "positional@0", "2", "0", "item", "start", "").output
                == "1:AskName\n")
        #expect(await workshop.run("---completion", "case", "show", "--", "positional@0", "2", "0", "case", "show", "").output == "1\n")
    }

    @Test func theSourceComesBackByteForByte() async throws {
        let text = try String(contentsOfFile: Workshop.example("hello"), encoding: .utf8).replacing("\n", with: "\r\n")
        #expect(await workshop.run("spec", "load", try workshop.file("hello.yawl", text)).code == 0)
        #expect(await workshop.run("spec", "show", "hello", "--source").output == text)
    }

    @Test func whatWasLoadedBeforeARefusalIsSaid() async throws {
        let bad = try workshop.file("bad.yawl", "<specificationSet/>")
        let outcome = await workshop.run("spec", "load", Workshop.example("hello"), bad)
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        let first = outcome.complaint.split(separator: "\n").first ?? ""
        #expect(first.contains("bad.yawl") && first.contains("stay: hello@1.0"), "\(outcome.complaint)")
        #expect((try await workshop.json("spec", "list") as? [Any])?.count == 1)
    }

    @Test func valuesMayBeginWithAHyphen() async throws {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        for visitor in ["-1", "--all"] { #expect(await workshop.run("case", "start", "hello", "--param", "visitor=\(visitor)").code == 0) }
        let cases = try #require(try await workshop.json("case", "list", "--sort", "-case") as? [[String: Any]])
        #expect(cases.compactMap { $0["case"] as? Int } == [2, 1])
    }
}
