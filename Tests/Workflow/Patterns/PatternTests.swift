import Foundation
import Support
import Testing
import Workflow

/// The workflow control-flow patterns: each has a specification in `patterns`, scenarios here and a row in docs/patterns.md.
@Suite struct PatternTests {
    private static let folder = Corpus.packageRoot.appendingPathComponent("patterns")

    /// File names by pattern; the number is in the name.
    private static func files() throws -> [Int: [String]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yawl") }
        return Dictionary(grouping: names) { Int($0.split(separator: "-").dropFirst().first ?? "") ?? 0 }
    }

    /// A row of the table in the docs.
    private struct Row {
        let number: Int
        let name: String
        let support: String
        let file: String

        /// Reads `| 1 | Sequence | + | [wcp-01-sequence](../patterns/wcp-01-sequence.yawl) | why |`.
        init?(_ line: Substring) {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 7, let number = Int(cells[1]), !cells[5].isEmpty else { return nil }
            (self.number, name, support) = (number, cells[2], cells[3])
            file = String(cells[4].split(separator: "]").first?.dropFirst() ?? "") + ".yawl"
        }
    }

    private static func page() throws -> String {
        try String(contentsOf: Corpus.packageRoot.appendingPathComponent("docs/patterns.md"), encoding: .utf8)
    }

    /// Which of several equally right things the engine picks must not matter to a pattern.
    @Test(arguments: PatternScenario.all, [ChoicePolicy.first, .last])
    func thePatternBehaves(_ scenario: PatternScenario, choices: ChoicePolicy) throws {
        var run = try RunningCase(scenario.specificationText(), parameters: scenario.parameters, choices: choices)
        try run.play(scenario)
        guard case .ends? = scenario.steps.last else { return #expect(Bool(false), "\(scenario) does not say how it ends") }
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func noSpecificationIsFoundFaultWith() throws {
        for file in try Self.files().values.joined() {
            let source = try Data(contentsOf: Self.folder.appendingPathComponent(file))
            let model = try #require(SpecificationReader.read(Array(source), file: file).first)
            #expect(model.uri + ".yawl" == file)
            #expect(verify(model).map { $0.text(file: file) } == [])
            #expect(model.documentation?.contains("Look for:") == true, "\(file) does not say what to look for")
        }
    }

    @Test func tableFilesAndScenariosAgree() throws {
        let page = try Self.page()
        let rows = page.split(separator: "\n").compactMap(Row.init)
        let files = try Self.files()
        #expect(rows.map(\.number) == Array(1 ... 43))
        #expect(files.keys.sorted() == Array(1 ... 43) && files.values.allSatisfy { $0.count == 1 })
        #expect(Set(PatternScenario.all.map(\.pattern)) == Set(1 ... 43))
        for row in rows {
            #expect(["+", "+/-", "-"].contains(row.support))
            #expect(files[row.number] == [row.file])
            let text = try String(contentsOf: Self.folder.appendingPathComponent(row.file), encoding: .utf8)
            #expect(text.contains("<name>WCP-\(row.number) \(row.name)</name>"), "\(row.file) has another name than its row, \(row.name)")
        }
        let counts = Dictionary(grouping: rows, by: \.support).mapValues(\.count)
        let sum = "43 patterns: \(counts["+"] ?? 0) directly, \(counts["+/-"] ?? 0) by a construction, \(counts["-"] ?? 0) not."
        #expect(page.contains(sum), "the page should say: \(sum)")
        print("WORKFLOW PATTERNS: \(sum) \(PatternScenario.all.count) scenarios")
    }
}
