import Support
import Testing
@testable import Workflow
import XMLTree
import XQuery

/// Log predicates and text templates.
@Suite struct LogTextTests {
    typealias Y = YAWLText

    private static func predicate(_ start: String?, _ completion: String?) -> String {
        "<logPredicate>" + (start.map { "<start>\($0)</start>" } ?? "") + (completion.map { "<completion>\($0)</completion>" } ?? "")
            + "</logPredicate>"
    }

    private func texts(_ log: [RecordedEvent]) -> [String] {
        log.compactMap { if case .textLogged(let id, let task, let text) = $0.event { "\(id)\(task ?? "")| \(text)" } else { nil } }
    }

    @Test func workLogsWhatItsPredicatesSayAtStartAndCompletion() throws {
        let input = Y.input("n", "integer").replacing(
            "</inputParam>", with: Self.predicate("${parameter:name} of ${parameter:datatype}", nil) + "</inputParam>")
        let output = Y.output("n", "integer").replacing(
            "</outputParam>", with: Self.predicate("never", "${parameter:usage} is ${expression:/D/n}") + "</outputParam>")
        let gateway = Y.gateway("D", inputs: [input], outputs: [output])
            .replacing(
                "<externalInteraction>",
                with: Self.predicate(
                    "${item:id} of ${task:name} in ${spec:name} ${spec:version} starts ${item:status}",
                    "gives ${expression:/D/n * 2}, ${nonsense}")
                    + "<externalInteraction>")
        var run = try RunningCase(
            Y.set(
                "test",
                Y.net(
                    locals: [Y.local("n", "integer", initial: "3")], start: "A",
                    Y.task(
                        "A", to: ["o"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/D/n/text()}</n>", "n")],
                        does: "D")),
                gateway))
        #expect(texts(run.log).isEmpty)
        try run.work("1:A", "<D><n>4</n></D>")
        #expect(
            texts(run.log) == [
                "1.1A| 1.1:A of A in test 0.1 starts Executing", "1.1A| n of integer", "1.1A| gives 8, n/a", "1.1A| outputParam is 4",
            ])
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func aNetLogsWhenItBeginsAndEnds() throws {
        let text = Y.set(
            "test",
            Y.net(
                locals: [Y.local("n", "integer", initial: "3")], start: "A",
                Y.task("A", to: ["o"], completed: [("<n>{1 + 3}</n>", "n")], does: "D")), Y.gateway("D")
        )
        .replacing("<localVariable>", with: Self.predicate("begins with ${/Net/n}", "ends with ${/Net/n}") + "<localVariable>")
        var run = try RunningCase(text)
        try run.work("1:A")
        #expect(texts(run.log) == ["1| begins with 3", "1| ends with 4"])
    }

    // MARK: Templates

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("${a}", "<a>"), ("x${a}y${b}z", "x<a>y<b>z"), ("${q {1} }", "<q {1} >"), ("${open", "${open"),
        ("$ {a} } {", "$ {a} } {"),
        ("${}", "<>"), ("${none}!", "n/a!"),
    ])
    func placesAreFilled(_ text: String, _ expected: String) {
        #expect(TextTemplate(text).filled { $0 == "none" ? nil : "<\($0)>" } == expected)
    }

    @Test func everyGroupOfKeys() throws {
        let text = Y.set(
            "test",
            Y.net(
                start: "A",
                Y.task("A", to: ["o"], does: "D").replacing(
                    "<task id=\"A\">", with: "<task id=\"A\"><name>Ask</name><documentation>why</documentation>")),
            Y.automated(
                "D", inputs: [Y.input("a", index: 1), Y.input("b", index: 0)], outputs: [Y.output("c")], codelet: "calc",
                service: "http://h/ib"
            )
            .replacing("<decomposition id=\"D\"", with: "<decomposition id=\"D\" colour=\"red\""))
        let model = try #require(try SpecificationReader.read(Array(text.utf8), file: "t").first)
        let item = WorkItem(
            id: WorkItemID(CaseID("1.1"), "A"), net: CaseID("1"), status: .executing, enabledAt: 0, startedAt: 1000, startedBy: "ann")
        let scope = TextScope(
            specification: model, item: item, task: model.nets[0].tasks[0], decomposition: model.decomposition("D"),
            data: try XMLDocument.parse("<D><a>x</a></D>"), timerDue: nil, environment: QueryEnvironment(now: 86_400_000))
        let expected: [(String, String?)] = [
            ("item:id", "1.1:A"), ("item:status", "Executing"), ("item:codelet", "calc"), ("item:customform", nil),
            ("item:enabledtime", "1970-01-01T00:00:00Z"),
            ("item:startedtime", "1970-01-01T00:00:01Z"), ("item:timer:status", nil), ("item:attribute:colour", "red"),
            ("item:handlingservice:uri", "http://h/ib"),
            ("task:id", "A"), ("task:name", "Ask"), ("task:doco", "why"), ("task:decomposition:name", "D"), ("spec:name", "test"),
            ("spec:version", "0.1"),
            ("spec:key", "UID_test"), ("decomp:name", "D"), ("decomp:inputs", "b, a"), ("decomp:outputs", "c"),
            ("decomp:attribute:colour", "red"),
            ("decomp:attribute:size", nil), ("parameter:name", nil), ("expression:concat(/D/a, '!')", "x!"), ("/D/a", "x"),
            ("expression:(", nil), ("/D/none", nil),
            ("date", "1970-01-02Z"), ("now", "1970-01-02T00:00:00Z"), ("time", "00:00:00Z"), ("unheard:of", nil), ("item", nil),
        ]
        for (key, value) in expected { #expect(scope.value(key) == value, "\(key)") }
    }
}
