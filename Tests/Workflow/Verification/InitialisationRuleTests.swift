import Testing
@testable import Workflow

/// A local variable has a value before a task reads it, on every way to that task.
@Suite struct InitialisationRuleTests {
    private let reads = SpecFile.mapping("startingMappings", "<p>{/N/k/text()}</p>", "p")
    private let writes = SpecFile.mapping("completedMappings", "<k>{/W/r/text()}</k>", "k")

    /// i → (W or E) → A → o; A reads k, W writes it, E is an empty task beside W.
    private func file(type: String = "integer", value: String? = nil, isBeside: Bool = false, optional: Bool = false) -> SpecFile {
        var file = SpecFile()
        file.variables = SpecFile.variable("localVariable", "k", type, value.map { "<initialValue>\($0)</initialValue>" } ?? "")
        let start = isBeside ? "<inputCondition id=\"i\">\(SpecFile.flow("W"))\(SpecFile.flow("E"))</inputCondition>" : SpecFile.input("W")
        file.elements =
            start + SpecFile.task("W", to: "A", inside: writes, does: "W")
            + (isBeside ? SpecFile.task("E", to: "A", does: nil) : "") + SpecFile.task("A", to: "o", inside: reads) + SpecFile.output
        let output = SpecFile.variable("outputParam", "r", type)
        file.decompositions =
            SpecFile.gateway("A", SpecFile.variable("inputParam", "p", type))
            + SpecFile.gateway("W", optional ? output.replacing("<outputParam>", with: "<outputParam optional=\"true\">") : output)
        return file
    }

    @Test func writtenBefore() throws { #expect(try file().findings().isEmpty) }

    @Test func notOnEveryWay() throws {
        let finding = try #require(try file(isBeside: true).findings().first)
        #expect(finding.code == "yawl-uninitialised" && finding.severity == .error && finding.element == "AtomicTask:A")
        #expect(finding.message.contains("i → E → A"))
    }

    @Test func anInitialValueHelps() throws { #expect(try file(value: "1", isBeside: true).findings().isEmpty) }

    @Test func anEmptyOneDoesNot() throws { #expect(try file(value: "", isBeside: true).codes() == ["yawl-uninitialised"]) }

    @Test func anOptionalOutputDoesNot() throws { #expect(try file(optional: true).codes() == ["yawl-uninitialised"]) }

    @Test func stringsAreForgiven() throws {
        let finding = try #require(try file(type: "string", isBeside: true).findings().first)
        #expect(finding.code == "yawl-maybe-empty" && finding.severity == .warning)
    }

    @Test func inputParametersHaveTheirValue() throws {
        var file = file(isBeside: true)
        file.variables = SpecFile.variable("inputParam", "k", "integer")
        #expect(try file.findings().isEmpty)
    }
}
