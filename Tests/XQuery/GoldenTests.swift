import Foundation
import Testing
import XMLTree
@testable import XQuery

/// Real expressions over documents with the exact string or error of the reference engine.
@Suite struct GoldenTests {
    private struct Case: Decodable {
        let id: String, cls: String, mode: String, query: String, doc: String
        let nondeterministic: Bool
        let result: String?
        let error: String?
    }

    private struct Trap: Decodable {
        let doc: String?, id: String?, query: String?, saxon: String?, saxon_error: String?
    }

    /// Share of golden cases that must agree: all do.
    private static let goldenLevel = 1.0
    /// Share of traps: all agree, but for functions that reach outside, which the reference answers and we refuse for good.
    private static let trapLevel = 1.0
    private static let refusedFunctions = ["doc(", "collection(", "unparsed-text(", "environment-variable("]

    @Test(.enabled(if: Corpus.folder != nil, "no corpus at MIZZEN_CORPUS"))
    func everyRecordedCaseAgrees() throws {
        var table = Corpus.Table("golden")
        for line in try Corpus.lines("yawl-golden-") {
            let recorded = try JSONDecoder().decode(Case.self, from: line)
            var actual = outcome(recorded)
            var expected = recorded.error ?? recorded.result ?? "nothing"
            if recorded.nondeterministic { (actual, expected) = (masked(actual), masked(expected)) }
            let kind = actual == expected ? nil : "\(recorded.cls) \(recorded.mode)" + (recorded.error.map { " expecting \($0)" } ?? "")
            table.record(
                kind,
                """
                \(recorded.id) \(recorded.query.prefix(160)) over \(recorded.doc.prefix(160)): \
                \(actual.prefix(300)) instead of \(expected.prefix(300))
                """
            )
        }
        table.print()
        #expect(table.total > 4000)
        #expect(table.share >= Self.goldenLevel)
    }

    @Test(.enabled(if: Corpus.folder != nil, "no corpus at MIZZEN_CORPUS"))
    func everyTrapIsAvoided() throws {
        var table = Corpus.Table("traps")
        var document = ""
        var refused = 0
        for line in try Corpus.lines("yawl-traps") {
            let trap = try JSONDecoder().decode(Trap.self, from: line)
            guard let query = trap.query else {
                document = trap.doc ?? ""
                continue
            }
            let reachesOutside = Self.refusedFunctions.contains { query.hasPrefix($0) }
            let expected = reachesOutside ? "XPST0017" : trap.saxon ?? trap.saxon_error ?? ""
            if reachesOutside { refused += 1 }
            let actual = run(query, over: document)
            table.record(actual == expected ? nil : "traps", "\(trap.id ?? "") \(query): \(actual) instead of \(expected)")
        }
        table.print()
        #expect(table.total > 200)
        #expect(table.share >= Self.trapLevel)
        #expect(refused == 4)
    }

    private func outcome(_ recorded: Case) -> String {
        do {
            // The cases were recorded over documents whose white space had been kept.
            let input = QueryInput.document(try XMLDocument.parse(recorded.doc, options: .stored))
            switch recorded.mode {
            case "predicate": return String(try Query.compile(recorded.query, as: .predicate).truth(over: input, in: environment))
            case "bound":
                let elements = try Query.compile(recorded.query).elements(over: input, in: environment)
                return elements.first?.root?.stringValue ?? "nothing"
            default: return try Query.compile(recorded.query).string(over: input, in: environment)
            }
        } catch let error as XQueryError {
            // The reference looks for elements among the result and takes its default when there are none.
            return recorded.mode == "bound" && error.code == "MZQE0003" ? "nothing" : error.code
        } catch {
            return "\(error)"
        }
    }

    /// Dates and times of the moment count as alike when they look alike.
    private func masked(_ text: String) -> String {
        String(text.map { $0.isNumber ? "9" : $0 }).replacing(/9+(\.9+)?/, with: "9")
    }
}
