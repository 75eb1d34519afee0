import Foundation
import GRDB
import Support
import Testing

@testable import CommandLine

/// Twelve inputs that no operator should come to grief over. Each goes the whole way, from the command line into a store on disk, and
/// ends with one clear message, its place, the right exit code and a store in which nothing has changed.
struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let code: Int32
        /// Where it is wrong: `:line` or `:line:column` of the file, or the name of what is wrong.
        let place: String
        let says: String
        let isRefused: Refused

        enum Refused: Sendable {
            /// A specification file with this text.
            case file(@Sendable () -> String)
            case line([String])
        }

        var testDescription: String { name }
    }

    private static let hello = (try? String(contentsOfFile: Workshop.example("hello"), encoding: .utf8)) ?? ""

    /// The smallest sound specification with one thing in it changed.
    private static func changed(_ good: String, _ bad: String) -> String { hello.replacingFirst(good, with: bad) }

    private static let cases: [Case] = [
        Case(name: "not XML", code: 2, place: ":1:1: error:", says: "not acceptable XML", isRefused: .file { "milk, bread, butter" }),
        Case(
            name: "wrong namespace", code: 2, place: ":6:1: error:", says: "in namespace http://example.org/other",
            isRefused: .file { changed("http://www.yawlfoundation.org/yawlschema\"", "http://example.org/other\"") }),
        Case(
            name: "20 MB", code: 2, place: "refused.yawl: error:", says: "the limit is 16777216 bytes",
            isRefused: .file { changed("Ask for a name", String(repeating: "a", count: 20 << 20)) }),
        Case(
            name: "XML bomb", code: 2, place: ":1:", says: "DOCTYPE",
            isRefused: .file {
                let entities = (1 ... 9).map { "<!ENTITY e\($0) \"\(String(repeating: "&e\($0 - 1);", count: 10))\">" }.joined()
                return changed("?>", "?><!DOCTYPE specificationSet [<!ENTITY e0 \"boom\">\(entities)]>").replacingFirst(
                    "Ask for a name", with: "&e9;")
            }),
        Case(
            name: "external entity", code: 2, place: ":1:", says: "DOCTYPE",
            isRefused: .file {
                changed("?>", "?><!DOCTYPE specificationSet [<!ENTITY secret SYSTEM \"file:///etc/passwd\">]>").replacingFirst(
                    "Ask for a name", with: "&secret;")
            }),
        Case(
            name: "missing predicate", code: 2, place: ":11:", says: "has no predicate; add one or make it the default",
            isRefused: .file {
                YAWLText.set(
                    "test",
                    YAWLText.net(
                        start: "A",
                        YAWLText.task(
                            "A", to: [YAWLText.flow(to: "B"), YAWLText.flow(to: "o", isDefault: true)], split: "xor", does: "Work"),
                        YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
            }),
        Case(
            name: "dangling flow", code: 2, place: ":59:22: error:", says: "\"Nowhere\", which is no element of the same net",
            isRefused: .file { changed("<nextElementRef id=\"end\"/>", "<nextElementRef id=\"Nowhere\"/>") }),
        Case(
            name: "unknown type", code: 2, place: ":26:7: error:", says: "the type Sting of visitor in Hello",
            isRefused: .file { changed("<type>string</type>", "<type>Sting</type>") }),
        Case(
            name: "broken mapping", code: 2, place: ":52:41: error:", says: "no valid XQuery: ')' is expected",
            isRefused: .file { changed("{/AskName/visitor/text()}!", "{/AskName/visitor/text(}!") }),
        Case(
            name: "wrong data at launch", code: 2, place: "amount", says: "\"much\" is not",
            isRefused: .line(["case", "start", "numbers", "--param", "amount=much"])),
        Case(
            name: "completing twice", code: 5, place: "1.1:AskName", says: "is done, withdrawn or cancelled already",
            isRefused: .line(["item", "complete", "1.1:AskName", "--set", "visitor=Bo"])),
        Case(name: "unknown case", code: 4, place: "99", says: "there is no case 99", isRefused: .line(["case", "show", "99"])),
    ]

    @Test(arguments: cases)
    func isRefusedWithOneMessageAndChangesNothing(_ input: Case) async throws {
        let workshop = Workshop()
        let numbers = try workshop.file(
            "numbers.yawl",
            YAWLText.set(
                "numbers",
                YAWLText.net(
                    inputs: [YAWLText.input("amount", "integer")], start: "A", YAWLText.task("A", to: ["o"], does: "Work")),
                YAWLText.gateway("Work")))
        for line in [
            ["spec", "load", Workshop.example("hello"), numbers], ["case", "start", "hello"], ["item", "start", "1:AskName"],
            ["item", "complete", "1.1:AskName", "--set", "visitor=Ann"],
        ] {
            let outcome = await workshop.run(line)
            try #require(outcome.code == 0, "\(line): \(outcome.complaint)")
        }
        let before = try Self.content(of: workshop.folder + "/store.db")
        #expect(before.contains("itemCompleted"))

        let outcome: Outcome
        switch input.isRefused {
        case .line(let line): outcome = await workshop.run(line)
        case .file(let text): outcome = await workshop.run("spec", "load", try workshop.file("refused.yawl", text()))
        }
        #expect(outcome.code == input.code, "\(outcome.complaint)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.complaint.contains(input.place) && outcome.complaint.contains(input.says), "\(outcome.complaint)")
        // One sentence, and one line for each finding, below it the query it is about with a caret.
        let lines = outcome.complaint.split(separator: "\n")
        #expect(lines.first?.hasPrefix("mizzen: ") == true)
        #expect(
            lines.count <= 4 && lines.dropFirst().prefix(1).allSatisfy { $0.contains("refused.yawl") && $0.hasSuffix("]") },
            "\(outcome.complaint)")
        #expect(lines.allSatisfy { $0.count < 500 })
        #expect(try Self.content(of: workshop.folder + "/store.db") == before)
    }

    /// Every row of every table: events, requests, cases, items, specifications.
    private static func content(of path: String) throws -> String {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            return try tables.map { table in
                let rows = try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"")
                return "\(table): \(rows.count)\n"
                    + rows.map { row in row.databaseValues.map { "\($0)" }.joined(separator: "|") }.sorted().joined(separator: "\n")
            }.joined(separator: "\n")
        }
    }
}

extension String {
    fileprivate func replacingFirst(_ good: String, with bad: String) -> String {
        guard let range = range(of: good) else { return self }
        return replacingCharacters(in: range, with: bad)
    }
}
