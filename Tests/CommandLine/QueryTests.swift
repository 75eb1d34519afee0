import Support
import Testing

@testable import CommandLine

/// `mizzen query`, and what `spec load` says of a query that is wrong.
struct QueryTests {
    private let workshop = Workshop()

    @Test func anExpressionIsTriedOutOverAFile() async throws {
        let file = try workshop.file("order.xml", "<order><price>3</price><price>4.5</price></order>")
        #expect(await workshop.run("query", "sum(/order/price)", "--data", file).output == "7.5\n")
        #expect(await workshop.run("query", "sum(/order/price)", "--data", "@" + file).output == "7.5\n")
        #expect(await workshop.run("query", "/order/price > 4", "--data", file, "--predicate").output == "true\n")
    }

    @Test func theWayItIsRunIsSaid() async throws {
        let fast = await workshop.run("query", "<n>{/Net/n/text()}</n>", "--explain")
        #expect(fast.output == "plan   fast path: element of text at a path\nstack  the caller's\n")
        let general = await workshop.run("query", "for $n in /Net/n order by $n return $n", "--explain")
        #expect(general.output.hasPrefix("plan   general"))
        let deep = await workshop.run("query", String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200), "--explain")
        #expect(deep.output.contains("a thread of its own"), "\(deep)")
    }

    @Test func aCaretStandsUnderTheMistake() async throws {
        let wrong = await workshop.run("query", "1 +\n  nothing(2)")
        #expect(wrong.code == 2)
        #expect(wrong.complaint.hasSuffix("\n      nothing(2)\n      ^\n"), "\(wrong.complaint)")
        let running = await workshop.run("query", "1 + /n", "--data", "<n>one</n>", "--explain")
        #expect(running.code == 0, "explaining evaluates nothing")
    }

    @Test func aSpecificationWithAWrongMappingIsRefusedWithItsPlace() async throws {
        let text = YAWLText.set(
            "wrong",
            YAWLText.net(
                locals: [YAWLText.local("ok", index: 0, initial: "x")], start: "A",
                YAWLText.task("A", to: ["o"], completed: [("<ok>{if (/Work/ok) then 1 els 2}</ok>", "ok")], does: "Work")),
            YAWLText.gateway("Work", outputs: [YAWLText.output("ok", index: 0)]))
        let file = try workshop.file("wrong.yawl", text)
        let refused = await workshop.run("spec", "load", file)
        #expect(refused.code == 2)
        let lines = refused.complaint.split(separator: "\n")
        #expect(lines.count == 4, "\(refused.complaint)")
        #expect(
            try lines[1].firstMatch(of: Regex(#"wrong\.yawl:[0-9]+:[0-9]+: error: .*'else' is expected.*\[yawl-query-invalid\]$"#)) != nil)
        let query = try #require(lines.dropFirst(2).first), caret = try #require(lines.last)
        #expect(query[query.index(query.startIndex, offsetBy: caret.count - 1)...].hasPrefix("els 2}"))
        #expect(await workshop.run("spec", "list").output.contains("wrong") == false)
    }
}
