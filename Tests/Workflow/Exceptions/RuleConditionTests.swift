import Support
import Testing
import Workflow
import XMLTree

/// Conditions decide over the case data `n` = 15, `m` = 9, `city` = Rome, `paid` = False, `empty`.
@Suite struct RuleConditionTests {
    static let specification = YAWLText.set(
        "data",
        YAWLText.net(
            locals: [
                YAWLText.local("n", initial: "15"), YAWLText.local("m", index: 1, initial: "9"),
                YAWLText.local("city", index: 2, initial: "Rome"),
                YAWLText.local("paid", index: 3, initial: "False"), YAWLText.local("empty", index: 4),
            ],
            start: "A", YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work"))

    /// Whether the rule for an external trigger of the case concludes something.
    private func holds(_ condition: String, trigger: String = "t") throws -> Bool {
        let rules = RulesText.file(RulesText.branch("external/case", RulesText.only(if: condition, "suspend case")))
        var run = try RunningCase(Self.specification, rules: rules)
        do {
            return try run.perform(.raise(.caseExternalTrigger, item: nil, trigger: trigger)).contains { $0.kind == "exletStarted" }
        } catch let error as ExecutionError where error.code == "no-rule-answers" {
            return false
        }
    }

    @Test(arguments: [
        "n > m", "n >= 15", "n = 15.0", "n != m", "m < 10", "city = Rome", "city = \"Rome\"", "\"a\" < \"b\"", "paid = false",
        "paid != true", "!paid",
        "n - m = 6", "n * 2 = m + 21", "n / 2 = 7.5", "-m < 0", "n > (m * 1.5)", "max(n, m, 3) = 15", "min(n, m) = m",
        "today() > \"1969-12-31\"",
        "n > 1 & city = Rome", "n < 1 | city = Rome", "!(n < 1)", "n < 1 | n > 1 & m = 9", "True", "empty = \"\"",
        "trigger = \"t\"", "isNotCompleted(A)", "!isNotCompleted(B)",
        "/Net/n > 3", "{/Net/n = 15 and contains(/Net/city, 'om')}", "{exists(/Net/trigger[. = 't'])}",
    ])
    func holds(condition: String) throws { #expect(try holds(condition, trigger: "t")) }

    @Test(arguments: [
        "n < m", "city = Paris", "unknown = known", "paid", "n < 1 & city = Rome", "False", "hasTimerExpired(this)", "trigger = other",
        "{/Net/n > 100}",
    ])
    func doesNotHold(condition: String) throws { #expect(try !holds(condition, trigger: "t")) }

    @Test(arguments: [
        ("n >", "something is missing"), ("n > > 2", "“>” is not expected"), ("(n > 2", "closing parenthesis"),
        ("n = \"open", "does not end"), ("cost(n) > 2", "cost is not known"),
        ("1.2.3 = 4", "is no number"), ("{/Net/n = }", "an expression is expected"), ("", "something is missing"),
        (String(repeating: "(", count: 100), "nested deeper"),
    ])
    func aConditionThatCannotBeReadIsRefusedWithItsPlace(condition: String, reason: String) throws {
        let error = #expect(throws: SpecificationError.self) { try holds(condition) }
        let finding = try #require(error?.findings.first)
        #expect(finding.code == "rules-condition")
        #expect(finding.message.contains(reason))
        #expect(finding.line > 1)
    }

    @Test func aConditionThatFailsOnTheDataDoesNotHoldAndIsReported() throws {
        let rules = RulesText.file(
            RulesText.branch("constraints/item/pre", RulesText.task("A", RulesText.only(if: "{xs:integer(/Net/city) = 1}", "remove case"))))
        let run = try RunningCase(Self.specification, rules: rules)
        #expect(run.offered == ["1:A"])
        let failure = try #require(
            run.log.lazy.compactMap { if case .ruleFailed(_, _, let rule, let reason) = $0.event { (rule, reason) } else { nil } }.first)
        #expect(failure.0 == 1)
        #expect(failure.1.contains("FORG0001"))
    }
}
