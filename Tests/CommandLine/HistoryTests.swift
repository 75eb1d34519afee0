import Foundation
import GRDB
import Synchronization
import Testing

@testable import CommandLine

/// The time machine and the replay on the command line: what they show, what they refuse, how they end.
struct HistoryTests {
    private let workshop = Workshop()

    private func startHello() async {
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        _ = await workshop.run("case", "start", "hello")
        _ = await workshop.run("item", "start", "1:AskName")
        _ = await workshop.run("item", "complete", "1.1:AskName", "--set", "visitor=Ann")
    }

    private func events() async throws -> [[String: Any]] {
        try #require(try await workshop.json("case", "trace", "1") as? [[String: Any]])
    }

    @Test func aCaseIsShownAsItWas() async throws {
        await startHello()
        let enabled = try #require(try await events().first { $0["kind"] as? String == "itemEnabled" })
        let sequence = try #require(enabled["sequence"] as? Int), at = try #require(enabled["at"] as? String)
        let shown = await workshop.run("case", "show", "1", "--at", String(sequence))
        #expect(shown.output.contains("after event \(sequence): 1:AskName is offered"))
        #expect(shown.output.contains("1:AskName"))
        #expect(!shown.output.contains("Ann"))
        #expect(await workshop.run("case", "show", "1").output.contains("Ann"))
        let then = try #require(try await workshop.json("case", "show", "1", "--at", at) as? [String: Any])
        let moment = try #require(then["asOf"] as? [String: Any])
        #expect(moment["at"] as? String == at)
        #expect((then["items"] as? [[String: Any]])?.first?["item"] as? String == "1:AskName")
        let now = try #require(try await workshop.json("case", "show", "1") as? [String: Any])
        #expect(now["asOf"] is NSNull)
    }

    @Test func aDifferenceIsATable() async throws {
        await startHello()
        let change = await workshop.run("case", "diff", "1", "--from", "4")
        #expect(change.code == 0, "\(change.complaint)")
        #expect(change.output.hasPrefix("Case 1 from event 4 to event "))
        #expect(change.output.contains("<visitor>Ann</visitor>"))
        let changes = try #require(try await workshop.json("case", "diff", "1", "--from", "4", "--to", "4") as? [String: Any])
        #expect((changes["changes"] as? [Any])?.isEmpty == true)
    }

    @Test func wrongMomentsAreRefused() async {
        await startHello()
        for (at, code, words) in [
            ("0", 4, "no event 0"), ("999", 4, "no event 999"), ("soon", 2, "not “soon”"),
            ("1999-01-01", 4, "had not been started by then"),
        ] {
            let outcome = await workshop.run("case", "show", "1", "--at", at)
            #expect(outcome.code == Int32(code), "\(at): \(outcome.complaint)")
            #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
        }
        #expect(await workshop.run("case", "show", "2", "--at", "1").code == 4)
        #expect(await workshop.run("case", "diff", "1").code == 2)
        #expect(await workshop.run("replay").code == 2)
        #expect(await workshop.run("replay", "1", "--all").code == 2)
        #expect(await workshop.run("replay", "2").code == 4)
    }

    @Test func aTamperedRowIsFoundAndEndsWith1() async throws {
        await startHello()
        _ = await workshop.run("case", "start", "hello")
        let fine = await workshop.run("replay", "--all")
        #expect(fine.code == 0)
        #expect(fine.output.hasPrefix("Replayed 2 cases, "))
        #expect(fine.output.hasSuffix("all as their logs say\n"))
        try await DatabaseQueue(path: workshop.folder + "/store.db").write { database in
            try database.execute(sql: "UPDATE event SET actor = 'eve' WHERE case_number = 2 AND seq = 2")
        }
        let found = await workshop.run("replay", "--all")
        #expect(found.code == 1)
        #expect(found.output.contains("1 not as its log says"))
        #expect(found.output.contains("case 2: event 2 (netStarted) is not as it was written"))
        #expect(await workshop.run("replay", "1").code == 0)
        let json = await workshop.run("replay", "2", "-o", "json")
        #expect(json.code == 1)
        #expect(json.output.contains("\"code\": \"log-hash\""))
    }

    @Test func theAuditNamesEveryLogThatIsBroken() async throws {
        await startHello()
        _ = await workshop.run("case", "start", "hello")
        #expect(await workshop.run("audit", "verify").code == 0)
        try await DatabaseQueue(path: workshop.folder + "/store.db").write { database in
            try database.execute(sql: "UPDATE event SET actor = 'eve' WHERE seq = 2 AND case_number > 0")
        }
        let found = await workshop.run("audit", "verify")
        #expect(found.code == 1)
        #expect(found.output.contains("2 logs are broken"))
        for number in 1 ... 2 { #expect(found.output.contains("case \(number): event 2"), "\(found.output)") }
        let one = await workshop.run("audit", "verify", "2", "-o", "json")
        #expect(one.code == 1)
        #expect(one.output.contains("\"faulty\": 1") && one.output.contains("\"number\": 2"))
    }

    @Test func progressIsOneLineThatGoesAway() {
        let written = Mutex("")
        let line = ProgressLine(delay: .zero, interval: .zero) { text in written.withLock { $0 += text } }
        line.show(9, of: 10)
        line.show(10, of: 10)
        line.clear()
        #expect(written.withLock { $0 } == "\r9 of 10\r10 of 10\r" + String(repeating: " ", count: 8) + "\r")
        let quick = ProgressLine(delay: .seconds(60)) { text in written.withLock { $0 += text } }
        let before = written.withLock { $0 }
        quick.show(1, of: 2)
        quick.clear()
        #expect(written.withLock { $0 } == before)
    }
}
