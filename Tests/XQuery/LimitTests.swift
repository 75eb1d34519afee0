import Foundation
import Testing
import XMLTree
@testable import XQuery

/// Whatever an uploaded specification contains, an evaluation ends, within its bounds and with a code of its own.
@Suite struct LimitTests {
    /// Runs on a thread with the stack of Swift concurrency's threads.
    private func onSmallStack(_ body: @escaping @Sendable () -> String) -> String {
        final class Box: @unchecked Sendable { var text = "" }  // written before the signal, read after it
        let box = Box(), done = DispatchSemaphore(value: 0)
        let thread = Thread {
            box.text = body()
            done.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        done.wait()
        return box.text
    }

    private static let shapes: [(String, String, String)] = [
        ("(", "1", ")"), ("1+(", "1", ")"), ("not(", "1", ")"), ("<a>", "1", "</a>"), ("<a>{", "1", "}</a>"), ("<a b=\"{", "1", "}\"/>"),
        ("(1)[", "1", "]"), ("a/(", "a", ")"), ("if (1) then ", "1", " else 2"), ("for $x in (1) return ", "1", ""),
        ("for $x in ", "1", " return $x"), ("some $x in (1) satisfies ", "1", ""), ("1 ! (", "1", ")"), ("element a {", "1", "}"),
        ("typeswitch (", "1", ") case xs:integer return 1 default return 2"), ("concat('a',", "1", ")"),
    ]

    @Test(arguments: shapes) func nestingIsCountedOnAnyStack(shape: (String, String, String)) {
        let (open, middle, close) = shape
        func nested(_ depth: Int) -> String {
            onSmallStack { run(String(repeating: open, count: depth) + middle + String(repeating: close, count: depth), over: "<a/>") }
        }
        #expect(!nested(60).hasPrefix("MZQL"))
        #expect(nested(300).hasPrefix("MZQL0002"))
        #expect(nested(600).hasPrefix("MZQL0002"))
    }

    @Test func longChainsAreNotDeep() {
        let sum = (1 ... 5000).map(String.init).joined(separator: " + ")
        #expect(onSmallStack { run(sum) } == "12502500")
        #expect(onSmallStack { run(Array(repeating: "1", count: 9000).joined(separator: ",")) }.utf8.count == 17999)
        #expect(onSmallStack { run(Array(repeating: "false()", count: 4000).joined(separator: " or ")) } == "false")
        #expect(onSmallStack { run("/" + Array(repeating: "a", count: 9000).joined(separator: "/"), over: "<a/>") } == "")
        #expect(onSmallStack { run(String(repeating: "-", count: 9000) + "1") } == "1")
    }

    @Test func recursionEnds() {
        #expect(onSmallStack { run("declare function local:f($n) { 1 + local:f($n + 1) }; local:f(1)") } == "MZQL0003")
        #expect(
            onSmallStack { run("declare function local:f($n) { <a>{ for $x in 1 return local:f($n) }</a> }; local:f(1)") } == "MZQL0003")
        #expect(onSmallStack { run("declare function local:f($n) { if ($n = 0) then 0 else 1 + local:f($n - 1) }; local:f(50)") } == "50")
    }

    @Test func longTextIsRefused() {
        #expect(run(String(repeating: " ", count: 65_536) + "1") == "MZQL0001")
        #expect(run(String(repeating: " ", count: 65_535) + "1") == "1")
    }

    @Test(arguments: [
        "count(for $i in 1 to 10000000000 return $i)", "(1 to 10000000000)[. = 5]", "some $x in 1 to 10000000000 satisfies $x = 0",
        "for $a in 1 to 100000, $b in 1 to 100000 where $a = $b return $a", "(1 to 10000000000) = 0", "reverse(1 to 10000000000)",
        "<a>{1 to 10000000000}</a>", "string-join(for $i in 1 to 10000000000 return 'x')",
    ])
    func endlessWorkIsStopped(query: String) {
        var bounded = environment
        bounded.limits.steps = 200_000
        let code = run(query, in: bounded)
        #expect(["MZQL0004", "MZQL0006"].contains(code), "\(code)")
    }

    @Test func rangesAreNotWrittenOut() {
        #expect(run("count(1 to 10000000000)") == "10000000000")
        #expect(run("sum(1 to 10000000000)") == "50000000005000000000")
        #expect(run("(1 to 10000000000)[9999999999]") == "9999999999")
        #expect(run("max(1 to 10000000000)") == "10000000000")
        #expect(run("(-9223372036854775808) to 9223372036854775807") == "MZQL0004")
    }

    @Test func textIsBounded() {
        let doubling = (1 ... 40).map { "let $s\($0) := concat($s\($0 - 1), $s\($0 - 1)) " }.joined()
        #expect(run("let $s0 := 'xxxxxxxxxxxxxxxx' \(doubling) return string-length($s40)") == "MZQL0006")
        let growing = "for $i in 1 to 100000 return <a>{string-join(for $j in 1 to 1000 return 'xxxxxxxxxx')}</a>"
        var bounded = environment
        bounded.limits.bytes = 100_000
        #expect(run(growing, in: bounded) == "MZQL0006")
    }

    @Test func nodesAreBounded() {
        var small = environment
        small.limits.nodes = 5000
        #expect(run("count(for $i in 1 to 1000000 return <a><b/><c/></a>)", in: small) == "MZQL0005")
        small.limits.nodes = 50
        #expect(run("<a>{for $i in 1 to 100 return <b/>}</a>", in: small) == "MZQL0005")
    }

    @Test func theHostCanStopIt() {
        var stopped = environment
        stopped.limits.isInterrupted = { true }
        #expect(run("count(for $i in 1 to 100000 return $i)", in: stopped) == "MZQL0007")
        #expect(run("1 + 1", in: stopped) == "2")
    }

    @Test func theDefaultBudgetEndsToo() { #expect(run("count((1 to 10000000000)[. = 0])") == "MZQL0004") }

    @Test func numbersAreBounded() {
        let squares = (1 ... 20).map { "let $n\($0) := $n\($0 - 1) * $n\($0 - 1) " }.joined()
        #expect(run("let $n0 := 9999999999 \(squares) return $n20") == "FOAR0002")
        #expect(run("9223372036854775807 + 1") == "9223372036854775808")
    }

    @Test func deepPatternsAreCounted() {
        func groups(_ depth: Int) -> String {
            onSmallStack { run("matches('a', '\(String(repeating: "(", count: depth))a\(String(repeating: ")*", count: depth))')") }
        }
        func brackets(_ depth: Int) -> String {
            onSmallStack { run("matches('a', '\(String(repeating: "[a-z-", count: depth))[b]\(String(repeating: "]", count: depth))')") }
        }
        #expect(groups(59) == "true")
        #expect(groups(61) == "FORX0002")
        #expect(groups(9000) == "FORX0002")
        #expect(!brackets(50).hasPrefix("FORX"))
        #expect(brackets(9000) == "FORX0002")
    }

    @Test func deepDocumentsNeedNoStack() throws {
        let deep = String(repeating: "<a>", count: 500) + "x" + String(repeating: "</a>", count: 500)
        #expect(onSmallStack { run("/", over: deep) } == deep)
        #expect(onSmallStack { run("<r>{/a}</r>", over: deep) } == "<r>\(deep)</r>")
        #expect(onSmallStack { run("deep-equal(/, /) and string(/) = 'x' and count(//a) = 500", over: deep) } == "true")
    }
}
