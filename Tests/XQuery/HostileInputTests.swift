import Foundation
import Testing
import XMLTree
@testable import XQuery

/// Texts made to exhaust whoever evaluates them: each is refused with its code, in time, without filling the memory.
@Suite struct HostileInputTests {
    /// Seconds an evaluation may run beyond the deadline; unoptimised code takes its time between two looks at the clock.
    #if DEBUG
        private static let grace = 1.0
    #else
        private static let grace = 0.1
    #endif
    private static let deadline = 0.3
    /// An unoptimised build needs more stack for the same depth.
    #if DEBUG
        private static let memory = 64 << 20
    #else
        private static let memory = 32 << 20
    #endif

    private struct Hostile {
        let name: String, query: String, codes: Set<String>
    }

    private static let steps: Set<String> = ["MZQL0004", "MZQL0007"]

    private static var queries: [Hostile] {
        let doubling = (1 ... 30).map { "let $s\($0) := concat($s\($0 - 1), $s\($0 - 1)) " }.joined()
        let a = String(repeating: "a", count: 40)
        return [
            Hostile(name: "endless loop", query: "for $i in 1 to 100000000000 return $i", codes: steps),
            Hostile(
                name: "endless loop inside", query: "<r>{for $i in 1 to 100000000000 return $i}</r>",
                codes: ["MZQL0004", "MZQL0006", "MZQL0007"]),
            Hostile(name: "nested loops", query: "for $a in 1 to 100000, $b in 1 to 100000 where $a = $b return $a", codes: steps),
            Hostile(name: "long range compared", query: "(1 to 100000000000) = -1", codes: steps),
            Hostile(name: "catastrophic pattern", query: "matches('\(a)', '^(a+)+$b')", codes: steps),
            Hostile(name: "catastrophic alternatives", query: "matches('\(a)', '^(a|aa|a?)+b$')", codes: steps),
            Hostile(name: "catastrophic back-reference", query: "matches('\(a)\(a)', '^(a*)(a*)(a*)(a*)(a*)\\1\\2\\3\\4b$')", codes: steps),
            Hostile(
                name: "catastrophic replacement", query: "replace(string-join(for $i in 1 to 20000 return 'a'), '(.*)*b', 'x')",
                codes: steps),
            Hostile(name: "a pattern that grows", query: "matches('a', '((a{1000}){1000}){1000}')", codes: ["FORX0002"]),
            Hostile(
                name: "text of a gigabyte", query: "let $s0 := 'xxxxxxxxxxxxxxxx' \(doubling) return string-length($s30)",
                codes: ["MZQL0006"]),
            Hostile(
                name: "replacement of a gigabyte",
                query: "replace(replace(replace('\(a)', 'a', '\(a)\(a)'), 'a', '\(a)\(a)'), 'a', '\(a)\(a)')",
                codes: ["MZQL0004", "MZQL0006", "MZQL0007"]),
            Hostile(name: "deep recursion", query: "declare function local:f($n) { 1 + local:f($n + 1) }; local:f(1)", codes: ["MZQL0003"]),
            Hostile(
                name: "recursion through constructors", query: "declare function local:f($n) { <a>{local:f($n)}</a> }; local:f(1)",
                codes: ["MZQL0003"]),
            Hostile(
                name: "limits are not caught", query: "try { for $i in 1 to 100000000000 return $i } catch * { 'caught' }", codes: steps),
            Hostile(
                name: "nested parentheses", query: String(repeating: "(", count: 32_000) + "1" + String(repeating: ")", count: 32_000),
                codes: ["MZQL0002"]),
            Hostile(
                name: "100,000 parentheses", query: String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000),
                codes: ["MZQL0001"]),
            Hostile(
                name: "large numbers",
                query: "let $n0 := 9999999999 " + (1 ... 20).map { "let $n\($0) := $n\($0 - 1) * $n\($0 - 1) " }.joined() + "return $n20",
                codes: ["FOAR0002"]),
        ]
    }

    private static var documents: [(name: String, text: String, code: XMLError.Code)] {
        let laughs =
            "<!DOCTYPE a [<!ENTITY l0 \"lol\">" + (1 ... 30).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);\">" }.joined()
            + "]><a>&l30;</a>"
        return [
            ("billion laughs", laughs, .doctype),
            ("external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", .doctype),
            ("external DTD", "<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><a/>", .doctype),
            ("100,000 elements deep", String(repeating: "<a>", count: 100_000) + String(repeating: "</a>", count: 100_000), .tooDeep),
        ]
    }

    /// In a process of its own, where nothing else takes memory.
    @Test func eachIsRefusedInTimeAndSpace() async {
        await #expect(processExitsWith: .success) {
            // What is made once and kept: tables of functions, of characters.
            _ = run("matches('a', '\\p{Lu}') or <a>{1}</a> = 1 or format-date(current-date(), '[Y]') = ''")
            let before = peak()
            for (name, text, code) in Self.documents {
                let start = seconds()
                do throws(XMLError) {
                    _ = try XMLDocument.parse(text)
                    Issue.record("\(name) was accepted")
                } catch { #expect(error.code == code, "\(name): \(error)") }
                #expect(seconds() - start < Self.grace, "\(name)")
            }
            for hostile in Self.queries {
                let end = seconds() + Self.deadline
                var bounded = environment
                bounded.limits.isInterrupted = { seconds() > end }
                let code = run(hostile.query, in: bounded)
                #expect(hostile.codes.contains(code), "\(hostile.name): \(code.prefix(100))")
                #expect(seconds() < end + Self.grace, "\(hostile.name)")
                #expect(peak() - before < Self.memory, "\(hostile.name): \((peak() - before) >> 20) MB")
            }
        }
    }

    /// The same ends without a deadline, by the budgets alone.
    @Test func budgetsEndItWithoutAClock() {
        #expect(run("for $i in 1 to 100000000000 return $i") == "MZQL0004")
        #expect(run("matches('\(String(repeating: "a", count: 40))', '^(a+)+$b')") == "MZQL0004")
    }
}

/// Processor time this process has used: what else runs on the machine does not count.
private func seconds() -> Double { Double(clock()) / 1_000_000 }

/// Most memory this process has had at once, in bytes.
private func peak() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
}
