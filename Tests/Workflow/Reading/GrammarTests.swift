import Testing
@testable import Workflow

/// Files that break the grammar are refused with the place, the element and what was expected there.
@Suite struct GrammarTests {
    private func codes(_ file: SpecFile) -> [String] { file.refusal().map(\.code) }

    @Test func theSmallestFileIsRead() { #expect(SpecFile().refusal().isEmpty) }

    @Test func anUnknownElement() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", inside: "<colour/>") + SpecFile.output
        let finding = try #require(file.refusal().first)
        #expect(finding.code == "yawl-schema-element")
        #expect(finding.element == "colour")
        #expect(finding.message.contains("colour is not allowed here in task") && finding.message.contains("decomposesTo"))
        #expect(finding.line == 6 && finding.column > 1)
        #expect(finding.text(file: "f.yawl").hasPrefix("f.yawl:6:"))
    }

    @Test func aWrongOrder() {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A") + "<task id=\"A\"><join code=\"and\"/>\(SpecFile.flow("o"))<split code=\"and\"/></task>" + SpecFile.output
        #expect(codes(file) == ["yawl-schema-element"])
    }

    @Test func aMissingChild() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + "<task id=\"A\">\(SpecFile.flow("o"))<join code=\"and\"/></task>" + SpecFile.output
        let finding = try #require(file.refusal().first)
        #expect(finding.code == "yawl-schema-missing" && finding.message.contains("expected split"))
    }

    @Test func anElementOfAnotherNamespaceIsNamedWithIt() throws {
        var file = SpecFile()
        file.afterElements = "<x xmlns=\"urn:x\"/>"
        #expect(try #require(file.refusal().first).message.contains("urn:x"))
    }

    @Test func aBadCode() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", join: "nor") + SpecFile.output
        let finding = try #require(file.refusal().first)
        #expect(finding.code == "yawl-schema-value" && finding.message.contains("one of and, or, xor, not \"nor\""))
    }

    @Test func textWhereOnlyElementsAre() {
        var file = SpecFile(); file.afterElements = "hello"; #expect(codes(file) == ["yawl-schema-content"])
    }

    @Test func aMissingAttribute() {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o") + "<outputCondition/>"
        #expect(codes(file) == ["yawl-schema-attribute"])
    }

    @Test func anUnknownAttributeOfANet() {
        #expect(
            SpecFile.refusal(of: SpecFile().text.replacing("isRootNet=", with: "colour=\"red\" isRootNet=")).map(\.code) == [
                "yawl-schema-attribute"
            ])
    }

    @Test func aDecompositionWithoutType() {
        #expect(SpecFile.refusal(of: SpecFile().text.replacing(" xsi:type=\"NetFactsType\"", with: "")).map(\.code) == ["yawl-schema-type"])
    }

    @Test func duplicateIdsInANet() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o") + SpecFile.task("A", to: "o") + SpecFile.output
        let finding = try #require(file.refusal().first)
        #expect(finding.code == "yawl-schema-duplicate" && finding.line == 7)
        #expect(finding.message.contains("first at 6:1"))
    }

    @Test(arguments: [
        SpecFile.task("A", to: "o nowhere"), SpecFile.task("A", to: "o", inside: "<removesTokens id=\"nowhere\"/>"),
        SpecFile.task(
            "A", to: "o", inside: "<removesTokensFromFlow><flowSource id=\"nowhere\"/><flowDestination id=\"o\"/></removesTokensFromFlow>"),
    ])
    func aDanglingReference(_ task: String) throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + task + SpecFile.output
        let finding = try #require(file.refusal().first)
        #expect(finding.code == "yawl-schema-reference" && finding.message.contains("\"nowhere\""))
    }

    @Test(arguments: [("/N/a", "x", "/N/a", "y"), ("/N/a", "x", "/N/b", "x")])
    func aQueryOrTargetTwiceInABlock(_ query1: String, _ target1: String, _ query2: String, _ target2: String) {
        func mapping(_ query: String, _ target: String) -> String {
            "<mapping><expression query=\"\(query)\"/><mapsTo>\(target)</mapsTo></mapping>"
        }
        var file = SpecFile()
        let block = "<startingMappings>\(mapping(query1, target1))\(mapping(query2, target2))</startingMappings>"
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", inside: block) + SpecFile.output
        #expect(codes(file) == ["yawl-schema-duplicate"])
    }

    @Test func aVariableNameTwice() {
        var file = SpecFile()
        file.variables = SpecFile.variable("inputParam", "v", "string") + SpecFile.variable("localVariable", "v", "string")
        #expect(codes(file) == ["yawl-schema-duplicate"])
    }

    @Test func everyViolationIsListed() {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", join: "nor", split: "nand") + SpecFile.output
        #expect(codes(file) == ["yawl-schema-value", "yawl-schema-value"])
    }

    // MARK: Versions

    @Test(arguments: ["5.0", "", "Beta 7.1", "2"]) func anUnknownVersion(_ version: String) {
        var file = SpecFile()
        file.version = version
        #expect(codes(file) == ["yawl-schema-version"])
    }

    @Test func noVersion() {
        #expect(SpecFile.refusal(of: SpecFile().text.replacing(" version=\"4.0\"", with: "")).map(\.code) == ["yawl-schema-version"])
    }

    @Test func workdaysCameWith4() {
        var file = SpecFile()
        let timer = "<timer><trigger>OnEnabled</trigger><duration>P1D</duration><workdays>true</workdays></timer>"
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", inside: timer) + SpecFile.output
        #expect(file.refusal().isEmpty)
        file.version = "3.0"
        #expect(codes(file) == ["yawl-schema-element"])
    }

    @Test func theIndexCameWith2_1() {
        var file = SpecFile()
        file.version = "2.0"
        #expect(file.refusal().isEmpty)
        file.variables = SpecFile.variable("localVariable", "v", "string")
        #expect(codes(file) == ["yawl-schema-element"])
        file.variables = file.variables.replacing("<index>0</index>", with: "")
        #expect(file.refusal().isEmpty)
        file.version = "2.1"
        #expect(codes(file) == ["yawl-schema-element"])
    }

    @Test(arguments: [("P1DT2H", true), ("PT0.5S", true), ("-P1Y", true), ("P", false), ("P1DT", false), ("1D", false)])
    func durations(_ text: String, _ isRight: Bool) { #expect((TextRule.duration.complaint(text) == nil) == isRight) }

    @Test(arguments: [("a-1", true), ("_x", true), ("é", true), ("1a", false), ("a b", false), ("a:b", false), ("", false)])
    func names(_ text: String, _ isRight: Bool) { #expect((TextRule.ncName.complaint(text) == nil) == isRight) }

    @Test(arguments: [("0.1", true), ("1.10", true), ("0.05", false), ("1e3", false), ("nan", false)])
    func versions(_ text: String, _ isRight: Bool) { #expect((TextRule.version.complaint(text) == nil) == isRight) }
}
