import Support
import Testing
import Workflow
import XMLTree

@Suite struct MigrationTests {
    /// S splits to A and B, J joins them, Z ends; A composite P stands between J and Z.
    private static func file(
        version: String = "1.1", join: String = "and", splitTo: [String] = ["A", "B"], aDoes: String = "Work", aTo: String = "J",
        b: String = "B", type: String = "string", locals: [String] = [], schema: String = "", sub: String = "Check", extra: String = "",
        outputs: [String] = [], afterZ: String = "o"
    ) -> String {
        YAWLText.set(
            "order", version: version, schema: schema,
            YAWLText.net(
                locals: [YAWLText.local("n", type, index: 5, initial: "old")] + locals, start: "S",
                YAWLText.task("S", to: splitTo, does: "Work"), YAWLText.task("A", to: [aTo], does: aDoes),
                YAWLText.task(b, to: ["J"], does: "Work"),
                YAWLText.task("J", to: ["P"], join: join, does: "Work"), YAWLText.task("P", to: ["Z"], does: "Sub"),
                YAWLText.task("Z", to: [afterZ], does: "Work"), extra),
            YAWLText.net("Sub", isRoot: false, start: sub, YAWLText.task(sub, to: ["o"], does: "Work")),
            YAWLText.gateway("Work", outputs: outputs), YAWLText.gateway("More"))
    }

    private static func executable(_ text: String) throws -> ExecutableSpecification {
        try ExecutableSpecification(try #require(SpecificationReader.read(Array(text.utf8), file: "new.yawl").first))
    }

    /// A case of the old version, driven so far: `>A` starts A, `A` does it.
    private static func old(_ script: String...) throws -> RunningCase {
        var run = try RunningCase(file(version: "1.0"))
        for step in script {
            if step.hasPrefix(">") {
                try run.perform(.start(try #require(WorkItemID(String(step.dropFirst())))))
            } else {
                try run.work(step)
            }
        }
        return run
    }

    private static func reasons(_ run: RunningCase, in new: String) throws -> [String] {
        try executable(new).obstacles(to: run.state, from: run.specification).map(\.description)
    }

    @Test func aCaseGoesOnInTheNewVersionWithItsNewVariables() throws {
        let run = try Self.old("1:S", ">1:A")
        let new = try Self.executable(Self.file(locals: [YAWLText.local("m", index: 1, initial: "new")]))
        let step = try new.migrate(run.state, from: run.specification, in: StepContext(now: 9, actor: "ann"))
        #expect(step.state.specification == new.id)
        #expect(step.state.nets[CaseID("1")]?.variables.map { $0.value.serialized() } == ["<m>new</m>", "<n>old</n>"])
        #expect(step.state.items == run.state.items)
        #expect(CaseState(replaying: run.log + step.events) == step.state)
        let done = try new.step(
            step.state, .complete(try #require(WorkItemID("1.2:A")), output: nil), in: StepContext(now: 10, actor: "ann"))
        #expect(done.state.nets[CaseID("1")]?.tokens == ["c{A_J}": 1, "c{S_B}": 1])
    }

    @Test func whatLiesFurtherOnMayDiffer() throws {
        // J's ways out and P's net matter only once a token is there.
        let run = try Self.old("1:S")
        #expect(try Self.reasons(run, in: Self.file(sub: "Inspect")) == [])
        #expect(try Self.reasons(run, in: Self.file(join: "xor")) == [])
    }

    @Test(arguments: [
        (["1:S"], file(splitTo: ["A", "C"], b: "C"), ["net Net, condition c{S_B} holds a token and is not in the new version"]),
        (["1:S", "1:A"], file(join: "xor"), ["net Net, task J is waited for by a token and its join is xor instead of and"]),
        (["1:S", ">1:A"], file(aTo: "Z"), ["net Net, task A is at work and leads to Z instead of J"]),
        (["1:S", ">1:A"], file(aDoes: "More"), ["net Net, task A is at work and is work More instead of work Work"]),
        (["1:S"], file(aDoes: "More"), ["net Net, task A is waited for by a token and is work More instead of work Work"]),
        (["1:S", ">1:A"], file(outputs: [YAWLText.output("n")]), ["net Net, task A is at work and its work Work has other parameters"]),
        (["1:S"], file(type: "integer"), ["net Net, variable n has a value that does not fit its type in the new version: "]),
        (["1:S", "1:A", "1:B", "1:J"], file(sub: "Inspect"), ["net Sub, condition i holds a token and leads to Inspect instead of Check"]),
        (
            ["1:S", "1:A"], file(extra: YAWLText.task("D", to: ["J"], does: "Work")),
            ["net Net, task J is waited for by a token and is entered from c{A_J}, c{B_J}, c{D_J} instead of c{A_J}, c{B_J}"]
        ),
    ])
    func theElementThatDoesNotMapIsNamed(script: [String], new: String, expected: [String]) throws {
        var run = try Self.old()
        for step in script {
            if step.hasPrefix(">") {
                try run.perform(.start(try #require(WorkItemID(String(step.dropFirst())))))
            } else {
                try run.work(step)
            }
        }
        let reasons = try Self.reasons(run, in: new)
        #expect(reasons.count == expected.count, "\(reasons)")
        for (reason, start) in zip(reasons, expected) { #expect(reason.hasPrefix(start), "\(reason)") }
        let before = run.state
        let error = #expect(throws: ExecutionError.self) {
            try Self.executable(new).migrate(before, from: run.specification, in: StepContext(now: 9, actor: "ann"))
        }
        #expect(error?.code == "case-does-not-map")
        #expect(error?.message.contains(reasons[0]) == true)
    }

    @Test func aMarkingFromWhichTheEndIsOutOfReachDoesNotMap() throws {
        // In the new version Z also needs a token of Y, which comes only from S.
        let run = try Self.old("1:S", "1:A", "1:B", "1:J")
        let new = Self.file(
            splitTo: ["A", "B", "Y"],
            extra: YAWLText.task("Y", to: ["E"], does: "Work") + YAWLText.task("E", to: ["o"], join: "and", does: "Work"), afterZ: "E")
        #expect(try Self.reasons(run, in: new) == ["net Net cannot come to its end from Net: P at work"])
    }

    @Test func valuesThatFitAnotherTypeMap() throws {
        let schema =
            """
            <xs:simpleType name="Age"><xs:restriction base="xs:string">\
            <xs:enumeration value="old"/></xs:restriction></xs:simpleType>
            """
        #expect(try Self.reasons(Self.old("1:S"), in: Self.file(type: "Age", schema: schema)) == [])
    }

    /// To a version that says the same every case maps, wherever it stands, and nothing but its version changes.
    @Test(arguments: (1 ... 43).compactMap { number in PatternScenario.all.first { $0.pattern == number } })
    func aVersionThatSaysTheSameTakesEveryCase(_ scenario: PatternScenario) throws {
        let text = try scenario.specificationText()
        var run = try RunningCase(text, parameters: scenario.parameters)
        let new = try Self.executable(text.replacing("<version>1.0</version>", with: "<version>1.1</version>"))
        #expect(new.id != run.specification.id)
        try run.play(scenario) { run in
            guard run.state.status.isOpen else { return }
            let step = try new.migrate(run.state, from: run.specification, in: StepContext(now: 9, actor: "ann"))
            #expect(step.events.map(\.event) == [.caseMigrated(specification: new.id, variables: [:])])
            #expect(step.state.nets == run.state.nets && step.state.items == run.state.items)
        }
    }

    @Test func casesThatStandAlikeAreOfOneClassWhateverTheirNumber() throws {
        var other = try RunningCase(Self.file(version: "1.0"))
        #expect(MarkingClass(other.state) == MarkingClass(try Self.old().state))
        try other.work("1:S")
        try other.work("1:B")
        #expect(MarkingClass(other.state) != MarkingClass(try Self.old("1:S", "1:A").state))
        let deep = try Self.old("1:S", "1:A", "1:B", "1:J")
        #expect(MarkingClass(deep.state).description == "Net/P: i; Net: P at work")
    }
}
