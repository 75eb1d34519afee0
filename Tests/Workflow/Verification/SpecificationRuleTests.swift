import Testing
@testable import Workflow

/// Rules about a specification as a whole, its variables and the shape of its nets.
@Suite struct SpecificationRuleTests {
    @Test func theSmallestFileHasNothingAgainstIt() throws { #expect(try SpecFile().findings().isEmpty) }

    @Test func noRootNet() throws {
        let text = SpecFile().text.replacing(" isRootNet=\"true\"", with: "")
        let specification = try #require(try SpecificationReader.read(Array(text.utf8), file: "x").first)
        let finding = try #require(verify(specification).first)
        #expect(finding.code == "yawl-no-root-net" && finding.severity == .error)
        #expect(finding.message.contains("isRootNet"))
    }

    @Test func twoRootNetsAreAcceptedAndTheLastCounts() throws {
        var file = SpecFile()
        file.decompositions += SpecFile.subnet("M", SpecFile.input("B") + SpecFile.task("B", to: "o") + SpecFile.output)
            .replacing("id=\"M\"", with: "id=\"M\" isRootNet=\"true\"")
        #expect(try file.codes(.error).isEmpty)
        #expect(Set(try file.codes(.warning)) == ["yawl-unused", "mizzen-several-root-nets"])
        #expect(try file.specification().rootNet?.id == "M")
    }

    @Test func anUnusedDecomposition() throws {
        var file = SpecFile()
        file.decompositions += SpecFile.gateway("Z")
        #expect(try file.codes() == ["yawl-unused"])
        #expect(try file.findings().first?.severity == .warning)
    }

    @Test func twoDecompositionsOfOneID() throws {
        var file = SpecFile()
        file.decompositions += SpecFile.gateway("A")
        #expect(try file.codes() == ["mizzen-duplicate-decomposition"])
        #expect(try file.findings().allSatisfy { !$0.blocksRunning })
    }

    @Test func aDecompositionThatIsNotThereMakesAnEmptyTask() throws {
        var file = SpecFile()
        file.decompositions = ""
        #expect(try file.codes(.error).isEmpty)
        #expect(try file.codes(.warning).contains("mizzen-decomposition-missing"))
    }

    // MARK: Types and values

    @Test func aSchemaThatDoesNotCompileHasItsPlace() throws {
        var file = SpecFile()
        file.schema = "\n<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n<xs:element name=\"e\" type=\"NoType\"/></xs:schema>"
        let finding = try #require(try file.findings().first)
        #expect(finding.code == "yawl-type-schema" && finding.severity == .error)
        #expect(finding.line == 4)
    }

    @Test func aTypeNameWithoutPrefixInTheSchemaIsTheSchemasOwn() throws {
        var file = SpecFile()
        file.schema = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="T">\
            <xs:restriction base="xs:string"/></xs:simpleType>
            <xs:complexType name="C"><xs:sequence><xs:element name="t" type="T"/></xs:sequence></xs:complexType></xs:schema>
            """
        file.variables = SpecFile.variable("localVariable", "v", "C")
        #expect(try file.findings().isEmpty)
    }

    @Test(arguments: [
        ("NoSuchType", "", "yawl-type-unknown"), ("integer", "abc", "yawl-initial-value"), ("boolean", "&lt;a", "yawl-initial-value"),
    ])
    func badTypesAndValues(_ type: String, _ value: String, _ code: String) throws {
        var file = SpecFile()
        file.variables = SpecFile.variable("localVariable", "v", type, "<initialValue>\(value)</initialValue>")
        #expect(try file.codes(.error) == [code])
    }

    @Test(arguments: [("string", "&lt;a"), ("integer", "12"), ("integer", ""), ("YTimerType", ""), ("anyURI", "urn:x")])
    func goodTypesAndValues(_ type: String, _ value: String) throws {
        var file = SpecFile()
        file.variables = SpecFile.variable("localVariable", "v", type, "<initialValue>\(value)</initialValue>")
        #expect(try file.findings().isEmpty)
    }

    @Test(arguments: [
        "<localVariable><index>0</index><name>v</name><isUntyped/></localVariable>",
        "<localVariable><index>0</index><element>e</element></localVariable>",
    ])
    func variablesWithoutNamedTypeAreRefusedAsThere(_ variable: String) throws {
        var file = SpecFile()
        file.variables = variable
        #expect(try file.codes(.error) == ["yawl-variable-untyped"])
    }

    // MARK: Shape

    @Test func whatCannotBeReached() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o") + SpecFile.task("B", to: "o") + SpecFile.output
        let findings = try file.findings()
        #expect(Set(findings.map(\.code)) == ["yawl-no-incoming", "yawl-not-reached"])
        #expect(findings.allSatisfy { $0.element == "AtomicTask:B" && $0.line == 7 })
    }

    @Test func whatLeadsNowhere() throws {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A") + SpecFile.task("A", to: "o C") + SpecFile.task("C", to: "D") + SpecFile.task("D", to: "C")
            + SpecFile.output
        let findings = try file.findings()
        #expect(Set(findings.map(\.code)) == ["yawl-dead-end"])
        #expect(
            Set(findings.map(\.element)) == ["AtomicTask:C", "AtomicTask:D", "Condition:c{A_C}", "Condition:c{C_D}", "Condition:c{D_C}"])
    }

    @Test func aFlowIntoTheInputCondition() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o i") + SpecFile.output
        #expect(Set(try file.codes(.error)) == ["yawl-flow-into-input", "yawl-input-preset"])
    }

    @Test func conditionToCondition() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "c") + SpecFile.condition("c", to: "o") + SpecFile.output
        #expect(try file.codes() == ["yawl-condition-to-condition"])
    }

    // MARK: Loops without work

    @Test func emptyTasksInACircle() throws {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A") + SpecFile.task("A", to: "E")
            + SpecFile.task(
                "E", flows: SpecFile.flow("E", "<predicate ordering=\"1\">true()</predicate>") + SpecFile.flow("o", "<isDefaultFlow/>"),
                split: "xor", does: nil)
            + SpecFile.output
        let finding = try #require(try file.findings().first)
        #expect(finding.code == "yawl-endless-loop" && finding.severity == .error && finding.element == "AtomicTask:E")
    }

    @Test func aNetThatContainsItself() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("R") + SpecFile.task("R", to: "o", does: "S") + SpecFile.output
        file.decompositions = SpecFile.subnet("S", SpecFile.input("T") + SpecFile.task("T", to: "o", does: "S") + SpecFile.output)
        #expect(try file.findings().filter { $0.code == "yawl-endless-loop" }.map(\.element) == ["CompositeTask:T"])
    }

    @Test func inAnUnusedNetItIsAWarning() throws {
        var file = SpecFile()
        file.decompositions += SpecFile.subnet("S", SpecFile.input("T") + SpecFile.task("T", to: "o", does: "S") + SpecFile.output)
        #expect(try file.codes(.error).isEmpty)
        #expect(try file.codes(.warning).contains("yawl-endless-loop"))
    }

    @Test func aRunWithoutAnyWork() throws {
        var file = SpecFile()
        file.elements = SpecFile.input("E") + SpecFile.task("E", to: "A o", does: nil) + SpecFile.task("A", to: "o") + SpecFile.output
        #expect(try file.codes() == ["yawl-no-work"])
    }
}
