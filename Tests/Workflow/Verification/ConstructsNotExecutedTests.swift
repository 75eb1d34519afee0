import Testing
@testable import Workflow

/// What keeps a case from being started here is named with its place; it does not change the verdict.
@Suite struct ConstructsNotExecutedTests {
    private func file(_ elements: String) -> SpecFile {
        var file = SpecFile()
        file.elements = elements
        return file
    }

    @Test func ordinaryNetsRun() throws { #expect(try SpecFile().notExecuted().isEmpty) }

    @Test func gatewaysAndExternalMappings() throws {
        var file = file(
            SpecFile.input("A") + SpecFile.task("A", to: "o", inside: SpecFile.mapping("startingMappings", "#external:C:p", "p"))
                + SpecFile.output)
        file.afterElements = "<externalDataGateway>a.B</externalDataGateway>"
        #expect(try file.notExecuted().isEmpty)
        #expect(try file.codes(.error).isEmpty)
    }

    private func timed(_ name: String, timer: String) -> SpecFile {
        file(
            SpecFile.input("T") + SpecFile.task("T", to: "A", inside: timer)
                + SpecFile.task(
                    "A",
                    flows: SpecFile.flow("B", "<predicate ordering=\"1\">timer(\(name)) = 'expired'</predicate>")
                        + SpecFile.flow("o", "<isDefaultFlow/>"), split: "xor") + SpecFile.task("B", to: "o") + SpecFile.output)
    }

    @Test func predicatesOnTimers() throws {
        let timer = "<timer><trigger>OnEnabled</trigger><duration>PT1S</duration></timer>"
        #expect(try timed("T", timer: timer).notExecuted().isEmpty)
        #expect(try timed("T", timer: timer).codes().isEmpty)
        #expect(try timed("T", timer: "").codes() == ["mizzen-timer-unknown"])
        #expect(try timed("X", timer: timer).codes() == ["mizzen-timer-unknown"])
    }

    @Test func plainTimersAreNoObstacle() throws {
        let timer = "<timer><trigger>OnEnabled</trigger><duration>PT1S</duration></timer>"
        #expect(try file(SpecFile.input("A") + SpecFile.task("A", to: "o", inside: timer) + SpecFile.output).notExecuted().isEmpty)
    }

    @Test func netsNobodyGetsToDoNotMatter() throws {
        var file = SpecFile()
        file.decompositions += SpecFile.subnet(
            "S", SpecFile.input("M") + SpecFile.task("M", to: "o", instances: SpecFile.instances("1", "2", "1")) + SpecFile.output)
        #expect(try file.notExecuted().isEmpty)
    }

    @Test func everyRuleOfOursSaysWhetherItBlocks() {
        #expect(MizzenRule.allCases.allSatisfy { $0.rawValue.hasPrefix("mizzen-") })
        #expect(MizzenRule.allCases.contains(where: \.blocksRunning) && !MizzenRule.allCases.allSatisfy(\.blocksRunning))
    }
}
