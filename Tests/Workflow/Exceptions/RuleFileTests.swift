import Support
import Testing
import Workflow

@Suite struct RuleFileTests {
    static let specification = YAWLText.set(
        "order",
        YAWLText.net(
            start: "A",
            YAWLText.task("A", to: ["B"], does: "Check"), YAWLText.task("B", to: ["o"], does: "Ship")), YAWLText.gateway("Check"),
        YAWLText.gateway("Ship"))

    private func read(_ text: String) throws -> RuleSet {
        let specifications = try SpecificationReader.read(Array(Self.specification.utf8), file: "order.yawl")
        return try RuleFile.read(Array(text.utf8), file: "order.xrs", for: try #require(specifications.first))
    }

    private func findings(_ text: String) throws -> [Finding] {
        let error = #expect(throws: SpecificationError.self) { try read(text) }
        return error?.findings ?? []
    }

    @Test func everyKindHasItsPlace() throws {
        let about = RulesText.task("A", RulesText.only("suspend workitem"))
        let ofCase = RulesText.only("suspend case")
        let rules = try read(
            RulesText.file(
                uri: "order",
                """
                <constraints><case><pre>\(ofCase)</pre><post>\(ofCase)</post></case><item>\
                <pre>\(about)</pre><post>\(about)</post></item></constraints>
                """,
                "<external><case>\(ofCase)</case><item>\(about)</item></external>", RulesText.branch("abort", about),
                RulesText.branch("timeout", about),
                RulesText.branch("resourceUnavailable", about), RulesText.branch("violation", about),
                RulesText.branch("selection", RulesText.task("A", RulesText.only("select order")))))
        #expect(Set(rules.trees.keys) == Set(RuleKind.allCases))
        #expect(rules.worklets == ["order"])
    }

    @Test func aTaskIsNamedByItsIdOrItsDecomposition() throws {
        let rules = try read(RulesText.file(RulesText.branch("abort", RulesText.task("Ship", RulesText.only("suspend workitem")))))
        #expect(rules.trees[.itemAbort]?.keys.sorted() == ["B"])
    }

    @Test func olderFilesNumberTheirStepsInElementNamesAndSelectByText() throws {
        let steps = "<_2><action>continue</action><target>workitem</target></_2><_1><action>suspend</action><target>workitem</target></_1>"
        let old = RulesText.only("suspend workitem").replacing(
            "<step index=\"1\"><action>suspend</action><target>workitem</target></step>", with: steps)
        let selection = RulesText.rule(0, parent: -1, if: "True", nil).replacing("null", with: "order")
        let rules = try read(
            RulesText.file(
                RulesText.branch("timeout", RulesText.task("A", old)), RulesText.branch("selection", RulesText.task("A", selection))))
        #expect(rules.trees[.itemTimeout]?["A"]?.rules[1]?.conclusion.map(\.text) == ["suspend workitem", "continue workitem"])
        #expect(rules.trees[.itemSelection]?["A"]?.rules[0]?.conclusion.map(\.text) == ["select order"])
    }

    @Test(arguments: [
        ("<spec><abort>", "xml-malformed", "abort"),
        ("<rules/>", "rules-root", "spec"),
        (RulesText.file(uri: "other"), "rules-other-specification", "other"),
        (RulesText.file("<aborts/>"), "rules-element", "abort"),
        (RulesText.file("<constraints><case><during/></case></constraints>"), "rules-element", "post, pre"),
        (RulesText.file(RulesText.branch("abort", RulesText.task("Z", RulesText.only("fail workitem")))), "rules-task", "Z"),
        (RulesText.file(RulesText.branch("abort", "<rule/>")), "rules-element", "task"),
        (RulesText.file(RulesText.branch("external/case", RulesText.only("explode case"))), "rules-action", "explode"),
        (RulesText.file(RulesText.branch("external/case", RulesText.only("suspend universe"))), "rules-target", "universe"),
        (RulesText.file(RulesText.branch("external/case", RulesText.only("restart workitem"))), "rules-target", "workitem"),
        (RulesText.file(RulesText.branch("external/case", RulesText.only("select order"))), "rules-action", "compensate"),
        (RulesText.file(RulesText.branch("external/case", RulesText.rule(1, parent: 0, if: "True", nil))), "rules-root-rule", "-1"),
        (RulesText.file(RulesText.branch("external/case", RulesText.root)), "rules-child", "not there"),
        (
            RulesText.file(
                RulesText.branch(
                    "external/case", RulesText.rule(0, parent: -1, if: "True", nil) + RulesText.rule(7, parent: 0, if: "True", nil))),
            "rules-parent", "7"
        ),
        (
            RulesText.file(
                RulesText.branch(
                    "external/case",
                    RulesText.only("remove case") + RulesText.rule(2, parent: 3, yes: 3, if: "True", nil)
                        + RulesText.rule(3, parent: 2, yes: 2, if: "True", nil))), "rules-circle", "ancestor"
        ),
        (
            RulesText.file(
                RulesText.branch("external/case", RulesText.only("remove case") + RulesText.rule(1, parent: 0, if: "True", nil))),
            "rules-id", "two rules 1"
        ),
        (
            RulesText.file(RulesText.branch("external/case", RulesText.root.replacing("<id>0</id>", with: "<id>zero</id>"))),
            "rules-number", "zero"
        ),
    ])
    func aMalformedFileIsRefusedWithLineAndColumn(text: String, code: String, word: String) throws {
        let finding = try #require(try findings(text).first { $0.code == code }, "\(code)")
        #expect(finding.message.contains(word))
        #expect(finding.line >= 1 && finding.column >= 1)
    }

    @Test func everythingWrongIsListed() throws {
        let text = RulesText.file(
            RulesText.branch("abort", RulesText.task("Z", RulesText.only("explode workitem"))),
            RulesText.branch("timeout", RulesText.task("Y", RulesText.root)))
        #expect(try findings(text).count >= 4)
    }
}
