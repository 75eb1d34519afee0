import Testing
@testable import Workflow

/// Who may carry predicates, orderings and the default mark.
@Suite struct FlowRuleTests {
    private func codes(_ split: String, _ b: String, _ o: String) throws -> [String] {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A") + SpecFile.task("A", flows: SpecFile.flow("B", b) + SpecFile.flow("o", o), split: split)
            + SpecFile.task("B", to: "o") + SpecFile.output
        return try file.codes()
    }

    private static let ordered = "<predicate ordering=\"1\">true()</predicate>"
    private static let plain = "<predicate>true()</predicate>"
    private static let byDefault = "<isDefaultFlow/>"

    @Test(arguments: [("and", "", ""), ("xor", ordered, byDefault), ("or", plain, plain + byDefault)])
    func right(_ split: String, _ b: String, _ o: String) throws { #expect(try codes(split, b, o).isEmpty) }

    @Test(arguments: [
        ("and", plain, "", ["yawl-predicate-not-allowed"]),
        ("and", ordered, "", ["yawl-predicate-not-allowed", "yawl-ordering-not-allowed"]),
        ("and", byDefault, "", ["yawl-default-not-allowed"]),
        ("xor", ordered, "<predicate ordering=\"2\">true()</predicate>", ["yawl-default-flow"]),
        ("xor", byDefault, byDefault, ["yawl-default-flow"]),
        ("xor", plain, byDefault, ["yawl-ordering-missing"]),
        ("xor", ordered, ordered + byDefault, ["yawl-ordering-twice", "yawl-predicate-and-default"]),
        ("xor", "", byDefault, ["yawl-predicate-missing"]),
        ("or", plain, byDefault, ["yawl-predicate-missing"]),
        ("or", ordered, plain + byDefault, ["yawl-ordering-not-allowed"]),
        ("or", plain, plain, ["yawl-default-flow"]),
    ])
    func wrong(_ split: String, _ b: String, _ o: String, _ expected: [String]) throws {
        #expect(Set(try codes(split, b, o)) == Set(expected))
    }

    @Test func conditionsHaveNeither() throws {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A") + SpecFile.task("A", to: "c")
            + SpecFile.condition("c", to: "B", inside: Self.ordered + Self.byDefault) + SpecFile.task("B", to: "o") + SpecFile.output
        #expect(Set(try file.codes(.error)) == ["yawl-predicate-not-allowed", "yawl-ordering-not-allowed", "yawl-default-not-allowed"])
    }

    @Test func ofTwoFlowsToOneTargetTheLastCounts() throws {
        let findings = try SpecFile(
            elements: SpecFile.input("A") + SpecFile.task("A", flows: SpecFile.flow("o", Self.plain) + SpecFile.flow("o"))
                + SpecFile.output
        ).findings()
        #expect(findings.map(\.code) == ["mizzen-duplicate-flow"])
        #expect(findings.first?.blocksRunning == false)
    }
}
