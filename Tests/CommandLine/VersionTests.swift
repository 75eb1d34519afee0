import Foundation
import Support
import Testing

/// `spec diff` and `spec migrate` as typed.
struct VersionTests {
    private let workshop = Workshop()

    private static func order(_ version: String, last: String) -> String {
        YAWLText.set(
            "order", version: version,
            YAWLText.net(start: "A", YAWLText.task("A", to: [last], does: "Work"), YAWLText.task(last, to: ["o"], does: "Work")),
            YAWLText.gateway("Work"))
    }

    private func twoVersions() async throws -> (old: String, new: String) {
        let old = try workshop.file("old.yawl", Self.order("1.0", last: "B")),
            new = try workshop.file("new.yawl", Self.order("1.1", last: "C"))
        #expect(await workshop.run("spec", "load", old).code == 0)
        return (old, new)
    }

    @Test func loadedVersionsAndFilesAreCompared() async throws {
        let (old, new) = try await twoVersions()
        let expected = """
            order@1.0 → order@1.1: 4 differences
            + net Net, task A, flow to C
            + net Net, task C
            - net Net, task A, flow to B
            - net Net, task B

            """
        #expect(await workshop.run("spec", "diff", old, new).output == expected)
        #expect(await workshop.run("spec", "diff", "order", new).output == expected)
        #expect(await workshop.run("spec", "diff", old, "order@1.0").output == "order@1.0 → order@1.0: 0 differences\n")
        let answer = try #require(try await workshop.json("spec", "diff", old, new) as? [String: Any])
        #expect(
            (answer["differences"] as? [[String: Any]])?.compactMap { $0["change"] as? String } == ["added", "added", "removed", "removed"])
        let missing = await workshop.run("spec", "diff", old, "nowhere.yawl")
        #expect(missing.code == 4 && missing.complaint.contains("nowhere.yawl"), "\(missing.complaint)")
        #expect(await workshop.run("spec", "diff", old, "nothing").code == 4)
    }

    @Test func casesThatMapAreCarriedOverAndOthersStay() async throws {
        let (_, new) = try await twoVersions()
        for _ in 1 ... 3 { _ = await workshop.run("case", "start", "order") }
        _ = await workshop.run("item", "start", "3:A")
        #expect(await workshop.run("spec", "load", new).code == 0)

        let plan = await workshop.run("spec", "migrate", "order@1.0", "order@1.1", "--dry-run")
        #expect(plan.code == 0, "\(plan.complaint)")
        #expect(
            plan.output == """
                order@1.0 → order@1.1: 2 of 3 open cases would migrate; nothing was changed

                2 CASES MAP
                marking  Net: i
                cases    1, 2

                1 CASE STAYS
                marking  Net: A at work
                cases    3
                because  net Net, task A is at work and leads to C instead of B

                """)
        let done = try #require(try await workshop.json("spec", "migrate", "order@1.0", "order@1.1") as? [String: Any])
        #expect(done["migrated"] as? [Int] == [1, 2])
        let cases = try #require(try await workshop.json("case", "list") as? [[String: Any]])
        #expect(
            cases.sorted { ($0["case"] as? Int ?? 0) < ($1["case"] as? Int ?? 0) }.compactMap { $0["specification"] as? String }
                == ["order@1.1", "order@1.1", "order@1.0"])
        #expect(await workshop.run("spec", "migrate", "order@1.0", "order@1.0").code == 2)
        #expect(await workshop.run("spec", "migrate", "order@1.0", "order@9.9").code == 4)
    }
}
