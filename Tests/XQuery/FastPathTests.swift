import Foundation
import Support
import Testing
import XMLTree
@testable import XQuery

/// The fast answers and the general evaluation are the same for every query: result, and error to the letter.
@Suite struct FastPathTests {
    private struct Ways {
        let fast: Program
        let general: Program
    }

    private func compile(_ text: String, as use: Query.Use) throws(XQueryError) -> Ways {
        Ways(
            fast: try Program.compile(text, as: use, variables: []),
            general: try Program.compile(text, as: use, variables: [], takingShortcuts: false))
    }

    private func outcome(_ program: Program, _ asked: Int, _ input: QueryInput, _ environment: QueryEnvironment) -> String {
        do throws(XQueryError) {
            switch asked {
            case 0: return "string " + (try program.string(over: input, in: environment))
            case 1: return "element " + (try program.element(over: input, in: environment)).serialized()
            case 2: return "elements " + (try program.elements(over: input, in: environment)).map { $0.serialized() }.joined(separator: "|")
            default: return "truth " + String(try program.truth(over: input, in: environment))
            }
        } catch { return "\(error.code) at \(error.offset), \(error.kind): \(error.message)" }
    }

    private func written(_ input: QueryInput) -> String {
        switch input {
        case .none: "nothing"
        case .document(let document): document.serialized()
        case .composite(let composite): "parts of " + composite.materialized().serialized()
        }
    }

    /// 20,000 pairs of query and document; 1,000,000 when MIZZEN_SOAK is set. MIZZEN_SEED repeats a run.
    @Test func fastAndGeneralAgree() throws {
        let variables = ProcessInfo.processInfo.environment
        let pairs = variables["MIZZEN_SOAK"] == nil ? 20_000 : 1_000_000
        let seed = variables["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 32)
        print("fast paths: seed \(seed), \(pairs) pairs")
        var dice = SeededRandom(seed), cases = try FastPathCases(), done = 0, fast = 0, differences = 0
        while done < pairs {
            let text = cases.query(&dice)
            let use: Query.Use = dice.roll(3) == 0 ? .predicate : .expression
            guard let ways = try? compile(text, as: use) else {
                // A text that is no query counts for little: it says the same either way.
                done += 1
                continue
            }
            for _ in 0 ..< 6 {
                let input = cases.input(&dice), asked = dice.roll(4)
                let environment = QueryEnvironment(now: recordedMoment, limits: cases.limits(&dice))
                let (a, b) = (outcome(ways.fast, asked, input, environment), outcome(ways.general, asked, input, environment))
                done += 1
                if ways.fast.fastPath != nil { fast += 1 }
                guard a != b else { continue }
                differences += 1
                if differences <= 10 { Issue.record("\(text)\nover \(written(input))\nfast    \(a)\ngeneral \(b)\nseed \(seed)") }
            }
        }
        print("fast paths: \(done) pairs, \(fast) with a fast path, \(differences) differ")
        #expect(differences == 0)
        #expect(fast > pairs / 20)
    }

    @Test(arguments: [
        ("<x>{/Net/a/b/text()}</x>", "element of text at a path"), ("<x>{/Net/a/*}</x>", "element of children at a path"),
        ("<x>{/Net/a}</x>", "element of nodes at a path"), ("<x>yes</x>", "constant element"), ("/Net/a", "nodes at a path"),
        ("for $i in /list/* return $i", "children at a path"), ("/Net/a/text() = 'x'", "text at a path compared with a literal"),
        ("true()", "constant"),
        ("boolean(/Net/a)", "presence of nodes at a path"), ("<x><y>{count(/Net/a)}</y></x>", "elements of paths"),
    ])
    func shapesAreRecognised(query: String, plan: String) throws {
        #expect(try Query.compile(query).plan == plan)
    }

    @Test(arguments: [
        "<x k='1'>{/Net/a}</x>", "<x xmlns='u'>{/Net/a}</x>", "/Net/a[1]", "//a", "/Net/a/@k", "a/b", "<x>{a}</x>", "/Net/a eq 'x'",
        "if (/Net/a) then 1 else 2",
        "declare copy-namespaces no-preserve, inherit; <x>{/Net/a}</x>", "<x>{sum(/Net/a, 0)}</x>", "<x>{/Net/a, 1}</x>",
    ])
    func otherQueriesAreNot(query: String) throws {
        #expect(try Query.compile(query).plan == "general")
    }

    /// A predicate asks for its truth, whoever writes it out.
    @Test func aPathAsPredicateIsAQuestion() throws {
        let query = try Query.compile("/Net/a", as: .predicate)
        let input = QueryInput.document(try XMLDocument.parse("<Net><a>false</a></Net>"))
        #expect(try query.truth(over: input, in: environment))
        #expect(try query.string(over: input, in: environment) == "true")
        #expect(throws: XQueryError.self) { try query.element(over: input, in: environment) }
    }

    /// An interruption asked for is not overlooked by a fast answer over large data.
    @Test func fastAnswersCanBeInterrupted() throws {
        let list = "<Net>" + String(repeating: "<a>text</a>", count: 2_000) + "</Net>"
        let limits = QueryLimits(isInterrupted: { true })
        let query = try Query.compile("<x>{/Net/*}</x>")
        let error = #expect(throws: XQueryError.self) {
            try query.element(over: .document(try XMLDocument.parse(list)), in: QueryEnvironment(now: 0, limits: limits))
        }
        #expect(error?.code == "MZQL0007")
    }
}
