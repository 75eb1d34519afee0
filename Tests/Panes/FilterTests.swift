// What people type behind the slash.

import Engine
@testable import Panes
import Testing

@Suite struct FilterTests {
    private let table = Fixture.table(of: .queues)

    private func ids(_ text: String) throws -> [String] {
        table.arranged(filter: try Filter(parsing: text, columns: table.columns), clock: Fixture.clock).rows.map(\.id)
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

    @Test func refusesBrokenPatterns() {
        #expect(throws: EngineError.self) { try ids("/(/") }
    }
}
