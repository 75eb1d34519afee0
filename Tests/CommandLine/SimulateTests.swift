import Foundation
import Testing

@testable import CommandLine

/// `simulate` as typed: a file or a loaded name, a staff file, and what is refused.
struct SimulateTests {
    private let workshop = Workshop()

    private func report(_ line: String...) async throws -> [String: Any] {
        var report = try #require(try await workshop.json(["simulate"] + line) as? [String: Any])
        #expect(report["simulation"] as? Bool == true)
        #expect(report["stored"] as? Bool == false)
        // The one figure that is not the simulation's.
        #expect(report.removeValue(forKey: "took") != nil)
        return report
    }

    @Test func aFileNeedsNoStoreAndALoadedNameGivesTheSame() async throws {
        let file = try await report(Workshop.example("hello"), "--cases", "40", "--seed", "5")
        #expect(!FileManager.default.fileExists(atPath: workshop.folder + "/store.db"))
        #expect(file["arrived"] as? Int == 40)
        #expect((file["outcomes"] as? [[String: Any]])?.first?["outcome"] as? String == "completed")
        _ = await workshop.run("spec", "load", Workshop.example("hello"))
        #expect(NSDictionary(dictionary: try await report("hello@1.0", "--cases", "40", "--seed", "5")) == NSDictionary(dictionary: file))
        #expect(NSDictionary(dictionary: try await report("hello", "--cases", "40", "--seed", "6")) != NSDictionary(dictionary: file))
        #expect((try await workshop.json("case", "list") as? [Any])?.isEmpty == true)
    }

    @Test func aStaffFileMakesPeopleWait() async throws {
        let staff = try workshop.file(
            "staff.yaml",
            """
            arrivals: constant 1m
            time: constant 2m
            roles:
              host: { people: [ann], tasks: [AskName] }
            """)
        let waiting = try await report(Workshop.example("hello"), "--cases", "10", "--staff", staff)
        let role = try #require((waiting["roles"] as? [[String: Any]])?.first)
        #expect(role["longestQueue"] as? Int == 5)
        #expect((role["people"] as? [[String: Any]])?.first?["items"] as? Int == 10)
        let text = await workshop.run("simulate", Workshop.example("hello"), "--cases", "10", "--staff", staff).output
        #expect(text.hasPrefix("Simulation of hello@1.0: nothing of it is stored\n"))
        #expect(text.contains("ann"))
        // What is typed goes before what the file says.
        #expect(
            try await report(Workshop.example("hello"), "--cases", "10", "--staff", staff, "--every", "1h")["arrivals"] as? String
                == "exponential 1h")
    }

    @Test func mistakesInAStaffFileAreNamedByTheirPlace() async throws {
        let staff = try workshop.file("staff.yaml", "roles:\n  host: { tasks: [Ask] }\ntime: soon\n")
        let outcome = await workshop.run("simulate", Workshop.example("hello"), "--staff", staff)
        #expect(outcome.code == 2)
        #expect(outcome.complaint.contains("\(staff):2:19: error: there is no task “Ask”"), "\(outcome.complaint)")
        #expect(outcome.complaint.contains("\(staff):3:7: error: “soon” is no time"), "\(outcome.complaint)")
        #expect(await workshop.run("simulate", Workshop.example("hello"), "--staff", workshop.folder + "/none.yaml").code == 4)
    }

    @Test func wrongArgumentsAreRefused() async throws {
        let broken = try workshop.file("broken.yawl", "<specificationSet/>")
        for (line, code) in [
            (["nothing"], 4), ([broken], 2), ([Workshop.example("hello"), "--cases", "0"], 2),
            ([Workshop.example("hello"), "--cases", "2000000"], 2),
            ([Workshop.example("hello"), "--seed", "-1"], 2), ([Workshop.example("hello"), "--every", "fast"], 2),
            ([Workshop.example("hello"), "--until", "0s"], 2),
        ] {
            let outcome = await workshop.run(["simulate"] + line)
            #expect(outcome.code == Int32(code), "\(line): \(outcome.complaint)")
            #expect(outcome.complaint.hasPrefix("mizzen: "))
        }
    }
}
