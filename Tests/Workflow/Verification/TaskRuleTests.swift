import Testing
@testable import Workflow

/// Rules about instances, mappings, timers and queries of tasks.
@Suite struct TaskRuleTests {
    private static let parameter = SpecFile.variable("inputParam", "p", "string")

    private func file(
        _ inside: String, variables: String = SpecFile.variable("inputParam", "v", "string"), gateway: String = ""
    ) -> SpecFile {
        var file = SpecFile()
        file.variables = variables
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", inside: inside) + SpecFile.output
        file.decompositions = SpecFile.gateway("A", gateway)
        return file
    }

    // MARK: Mappings

    @Test func anInputParameterNeedsAMapping() throws {
        let finding = try #require(try file("", gateway: Self.parameter).findings().first)
        #expect(finding.code == "yawl-mapping-missing" && finding.element == "AtomicTask:A")
        #expect(finding.message.contains("add a starting mapping to p"))
        #expect(try file(SpecFile.mapping("startingMappings", "/N/v", "p"), gateway: Self.parameter).findings().isEmpty)
    }

    @Test func aMappingToNoParameterIsOnlyAWarning() throws {
        #expect(try file(SpecFile.mapping("startingMappings", "/N/v", "q")).codes() == ["mizzen-mapping-unknown-parameter"])
    }

    @Test func anOutputNeedsAVariable() throws {
        #expect(try file(SpecFile.mapping("completedMappings", "/A/x", "nosuch")).codes() == ["yawl-mapping-target"])
        #expect(try file(SpecFile.mapping("completedMappings", "/A/x", "v")).findings().isEmpty)
    }

    @Test func anOutputParameterOfTheNetAloneIsNotEnough() throws {
        let finding = try #require(
            try file(
                SpecFile.mapping("completedMappings", "/A/x", "r"),
                variables: SpecFile.variable("outputParam", "r", "string")
            ).findings().first)
        #expect(finding.code == "yawl-mapping-target" && finding.message.contains("add a local variable r"))
    }

    @Test(arguments: ["startingMappings", "completedMappings"]) func mappingsNeedADecomposition(_ block: String) throws {
        var file = SpecFile()
        file.variables = SpecFile.variable("inputParam", "v", "string")
        file.elements =
            SpecFile.input("E") + SpecFile.task("E", to: "A", inside: SpecFile.mapping(block, "/N/v", "v"), does: nil)
            + SpecFile.task("A", to: "o") + SpecFile.output
        #expect(try file.codes() == ["yawl-mapping-without-work"])
    }

    // MARK: Queries

    @Test func aWrongQueryIsShownWithItsPlace() throws {
        let finding = try #require(try file(SpecFile.mapping("startingMappings", "/N/v[", "p"), gateway: Self.parameter).findings().first)
        #expect(finding.code == "yawl-query-invalid" && finding.severity == .error)
        #expect(finding.text(file: "f.yawl").hasSuffix("\n    /N/v[\n         ^"))
        #expect(finding.line == 6 && finding.column > 40)
    }

    @Test func anUnknownFunctionIsAFault() throws {
        let finding = try #require(
            try file(SpecFile.mapping("startingMappings", "no-such-function(/N/v)", "p"), gateway: Self.parameter).findings().first)
        #expect(finding.code == "yawl-query-invalid")
    }

    @Test func aWrongPredicateIsAcceptedAndFailsWhenItIsNeeded() throws {
        var file = SpecFile()
        file.elements =
            SpecFile.input("A")
            + SpecFile.task(
                "A",
                flows: SpecFile.flow("B", "<predicate ordering=\"1\">/N/v = </predicate>")
                    + SpecFile.flow("o", "<isDefaultFlow/>"), split: "xor") + SpecFile.task("B", to: "o") + SpecFile.output
        let finding = try #require(try file.findings().first)
        #expect(finding.code == "mizzen-query-invalid" && finding.severity == .warning && !finding.blocksRunning)
    }

    @Test func whatOurXQueryLacksIsNoFaultOfTheFile() {
        #expect(StandardFunctions.contains("format-date") && StandardFunctions.contains("fn:sum") && StandardFunctions.contains("math:pi"))
        #expect(!StandardFunctions.contains("frobnicate") && !StandardFunctions.contains("my:sum"))
    }

    /// Each query with the place where a parser that lacks the construct stops.
    @Test(arguments: [
        ("for tumbling window $w in /a start when true() return $w", "tumbling"), ("abs#1", "#"),
        ("[1, 2]", "["), ("map { 1: 2 }", "{"), ("$x?key", "?"), ("function($a) { $a }", "$a"), ("``[text]``", "`"),
    ])
    func constructsWeMayLackAreRecognised(_ query: String, _ place: String) throws {
        let offset = query.utf8.distance(from: query.startIndex, to: try #require(query.range(of: place)).lowerBound)
        #expect(UnsupportedSyntax.begins(in: query, at: offset))
    }

    @Test(arguments: [("/N/v[", 5), ("/N/v = ", 7), ("text(1)", 5), ("$x", 0), ("a#b", 1), ("x { 1 }", 2)])
    func otherMistakesAreMistakes(_ query: String, _ offset: Int) { #expect(!UnsupportedSyntax.begins(in: query, at: offset)) }

    // MARK: Instances

    private func instances(_ block: String) throws -> [String] {
        var file = SpecFile()
        file.variables = SpecFile.variable("inputParam", "list", "anyType")
        file.elements = SpecFile.input("A") + SpecFile.task("A", to: "o", instances: block) + SpecFile.output
        file.decompositions = SpecFile.gateway("A", SpecFile.variable("inputParam", "item", "string"))
        return try file.codes(.error)
    }

    @Test func boundsOfInstances() throws {
        #expect(try instances(SpecFile.instances("1", "3", "2")).isEmpty)
        #expect(try instances(SpecFile.instances("/N/a", "/N/b", "/N/c")).isEmpty)
        #expect(try instances(SpecFile.instances("0", "3", "2")) == ["yawl-instances-minimum"])
        #expect(try instances(SpecFile.instances("4", "3", "2")) == ["yawl-instances-range"])
        #expect(try Set(instances(SpecFile.instances("1", "0", "2"))) == ["yawl-instances-maximum", "yawl-instances-range"])
        #expect(try instances(SpecFile.instances("1", "3", "0")) == ["yawl-instances-threshold"])
    }

    @Test func theJoinedResultMayNotBeAnOrdinaryOutputToo() throws {
        var file = SpecFile()
        file.variables = SpecFile.variable("inputParam", "list", "anyType")
        let output =
            "<miDataOutput><formalOutputExpression query=\"/A/x\"/><outputJoiningExpression query=\"/A/*\"/>"
            + "<resultAppliedToLocalVariable>list</resultAppliedToLocalVariable></miDataOutput>"
        file.elements =
            SpecFile.input("A")
            + SpecFile.task(
                "A", to: "o", inside: SpecFile.mapping("completedMappings", "/A/y", "list"),
                instances: SpecFile.instances("1", "3", "2") + output) + SpecFile.output
        file.decompositions = SpecFile.gateway("A", SpecFile.variable("inputParam", "item", "string"))
        #expect(try file.codes(.error) == ["yawl-mapping-twice"])
    }

    @Test func instancesOfNothing() throws {
        var file = SpecFile()
        file.elements =
            SpecFile.input("M") + SpecFile.task("M", to: "A", does: nil, instances: SpecFile.instances("1", "3", "2"))
            + SpecFile.task("A", to: "o") + SpecFile.output
        #expect(Set(try file.codes(.error)) == ["yawl-instances-without-work", "yawl-mapping-without-work"])
    }

    // MARK: Timers and cancellation

    @Test func aTimerOfAnEmptyTaskIsIgnored() throws {
        var file = SpecFile()
        let timer = "<timer><trigger>OnEnabled</trigger><duration>PT1S</duration></timer>"
        file.elements =
            SpecFile.input("E") + SpecFile.task("E", to: "A", inside: timer, does: nil) + SpecFile.task("A", to: "o") + SpecFile.output
        #expect(try file.codes() == ["yawl-timer-ignored"])
    }

    @Test func aTimerVariableMustBeThere() throws {
        #expect(try file("<timer><netparam>t</netparam></timer>").codes() == ["mizzen-timer-variable"])
        #expect(try file("<timer><netparam>v</netparam></timer>").codes() == ["mizzen-timer-variable"])
        #expect(
            try file("<timer><netparam>t</netparam></timer>", variables: SpecFile.variable("localVariable", "t", "YTimerType")).findings()
                .isEmpty)
    }

    @Test func aFlowToBeEmptiedThatIsNotThere() throws {
        let removes = "<removesTokensFromFlow><flowSource id=\"A\"/><flowDestination id=\"i\"/></removesTokensFromFlow>"
        #expect(try file(removes).codes() == ["mizzen-removes-unknown-flow"])
    }
}
