// What people type behind the slash.

import Engine
import Testing

@testable import Catalog
@testable import Panes

@Suite struct FilterTests {
    private let table = Fixture.table(of: .queues)

    private func ids(_ text: String) throws -> [String] {
        table.arranged(filter: try Filter(parsing: text, columns: table.columns, clock: Fixture.clock), clock: Fixture.clock).rows.map(\.id)
    }

    @Test(arguments: [
        ("", ["7:Approve", "9.1:Pack", "12:Pay", "3:Wait"]),
        ("pa", ["9.1:Pack", "12:Pay"]),
        ("PA ann", ["9.1:Pack"]),
        ("!pa", ["7:Approve", "3:Wait"]),
        ("~aprv", ["7:Approve"]),
        ("status:enabled", ["7:Approve", "12:Pay"]),
        ("stat:exec", ["9.1:Pack"]),
        ("!status:enabled", ["9.1:Pack", "3:Wait"]),
        ("/^1[0-9]:/", ["12:Pay"]),
        ("item:/^(7|3):/", ["7:Approve", "3:Wait"]),
        ("!/a/", [] as [String]),
        ("日本", ["12:Pay"]),
        ("disPATCH", []),
        ("\"the order\"", ["7:Approve"]),
        // An item's id is not a column.
        ("9.1:Pack", ["9.1:Pack"]),
        // 7:Approve is 4000 s old, 9.1:Pack 90 s, 12:Pay 5 s, 3:Wait 300,000 s; it is 14:05:22.
        ("since:2m", ["9.1:Pack", "12:Pay"]),
        ("until:1h", ["7:Approve", "3:Wait"]),
        ("since:1d until:30s", ["7:Approve", "9.1:Pack"]),
        ("since:14:00", ["9.1:Pack", "12:Pay"]),
        ("until:14:03", ["7:Approve", "9.1:Pack", "3:Wait"]),
        ("since:2026-03-02", ["7:Approve", "9.1:Pack", "12:Pay"]),
        ("until:2026-03-01", ["3:Wait"]),
        ("age:since:2026-03-02T14:04", ["12:Pay"]),
        ("!since:1h", ["7:Approve", "3:Wait"]),
        ("since:", ["7:Approve", "9.1:Pack", "12:Pay", "3:Wait"]),
        // Still being typed: hides nothing.
        ("status:", ["7:Approve", "9.1:Pack", "12:Pay", "3:Wait"]),
        ("! ~ /", ["7:Approve", "9.1:Pack", "12:Pay", "3:Wait"]),
    ])
    func findsRows(_ text: String, _ expected: [String]) throws { #expect(try ids(text) == expected) }

    @Test func refusesColumnsThereAreNot() {
        let error = #expect(throws: EngineError.self) { try ids("colour:red") }
        #expect(error?.code == "filter-field")
        #expect(error?.message.contains("status") == true)
    }

    @Test(arguments: ["since:soon", "until:25:99", "age:since:2026-02-31"])
    func refusesWhatIsNoTime(_ text: String) {
        let error = #expect(throws: EngineError.self) { try ids(text) }
        #expect(error?.code == "filter-time")
    }

    @Test func refusesBrokenPatterns() {
        #expect(throws: EngineError.self) { try ids("/(/") }
    }
}
