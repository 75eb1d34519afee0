import Support
import Testing
import Workflow
import XMLTree

@Suite struct InstanceTests {
    /// One instance of M per element of the list; each hands in its element, joined into r.
    static func file(
        list: String = "<i>a</i><i>b</i><i>c</i>", threshold: String = "3", mode: String = "static", maximum: String = "4"
    ) -> String {
        let block = """
            <minimum>2</minimum><maximum>\(maximum)</maximum><threshold>\(threshold)</threshold><creationMode code="\(mode)"/>
            <miDataInput><expression query="/Net/l"/>\
            <splittingExpression query="for $x in /l/* return $x"/>\
            <formalInputParam>i</formalInputParam></miDataInput>
            <miDataOutput><formalOutputExpression query="&lt;i&gt;{/M/i/text()}&lt;/i&gt;"/>
              <outputJoiningExpression query="&lt;r&gt;{for $x in /M/i return $x}&lt;/r&gt;"/>
              <resultAppliedToLocalVariable>r</resultAppliedToLocalVariable></miDataOutput>
            """
        let task = YAWLText.task("M", to: ["Z"], does: "M").replacing(
            "<task id=\"M\">", with: "<task id=\"M\" xsi:type=\"MultipleInstanceExternalTaskFactsType\">"
        )
        .replacing("</task>", with: block + "</task>")
        return YAWLText.set(
            "mi",
            schema:
                """
                <xs:complexType name="L"><xs:sequence>\
                <xs:element name="i" type="xs:string" minOccurs="0" maxOccurs="9"/></xs:sequence>\
                </xs:complexType>
                """,
            YAWLText.net(
                locals: [YAWLText.local("l", "L", initial: list), YAWLText.local("r", "L", index: 1, initial: "<i/>")], start: "M",
                task, YAWLText.task("Z", to: ["o"], does: "Work")),
            YAWLText.gateway("M", inputs: [YAWLText.input("i")], outputs: [YAWLText.output("i")]), YAWLText.gateway("Work"))
    }

    private static func id(_ text: String) throws -> WorkItemID { try #require(WorkItemID(text)) }

    @Test func startingTheOfferFiresAllAndStartsTheFirst() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.start(Self.id("1:M")))
        #expect(run.items(.executing) == ["1.1:M"])
        #expect(run.items(.fired) == ["1.2:M", "1.3:M"])
        #expect(run.state.items[try Self.id("1.2:M")]?.data?.serialized() == "<M><i>b</i></M>")
    }

    @Test func resultsAreJoinedInTheOrderOfCompletion() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.start(Self.id("1:M")))
        for child in ["1.3:M", "1.1:M", "1.2:M"] {
            if run.state.items[try Self.id(child)]?.status == .fired { try run.perform(.start(Self.id(child))) }
            try run.perform(.complete(Self.id(child), output: nil))
        }
        #expect(run.value("r") == "<r><i>c</i><i>a</i><i>b</i></r>")
        #expect(run.offered == ["1:Z"])
    }

    @Test func atTheThresholdTheRestIsWithdrawn() throws {
        var run = try RunningCase(Self.file(threshold: "2"))
        try run.perform(.start(Self.id("1:M")))
        try run.perform(.complete(Self.id("1.1:M"), output: nil))
        try run.perform(.start(Self.id("1.2:M")))
        let events = try run.perform(.complete(Self.id("1.2:M"), output: nil))
        #expect(events.contains(.itemCancelled(item: try Self.id("1.3:M"))))
        #expect(run.value("r") == "<r><i>a</i><i>b</i></r>")
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test(arguments: ["", "<i>a</i>", "<i>a</i><i>b</i><i>c</i><i>d</i><i>e</i>"])
    func aNumberOutOfBoundsRefusesTheStart(list: String) throws {
        var run = try RunningCase(Self.file(list: list))
        #expect(try run.refusal(of: .start(Self.id("1:M"))).code == "instance-count")
        #expect(run.offered == ["1:M"])
    }

    @Test func instancesAreAddedToADynamicTaskUpToItsMaximum() throws {
        let value = try XMLDocument.parse("<i>new</i>")
        var fixed = try RunningCase(Self.file())
        try fixed.perform(.start(Self.id("1:M")))
        #expect(try fixed.refusal(of: .addInstance(Self.id("1.1:M"), value: value)).code == "no-more-instances")
        var run = try RunningCase(Self.file(mode: "dynamic"))
        try run.perform(.start(Self.id("1:M")))
        #expect(try run.refusal(of: .addInstance(Self.id("1.2:M"), value: value)).code == "no-more-instances")
        try run.perform(.addInstance(Self.id("1.1:M"), value: value))
        #expect(run.items(.fired) == ["1.2:M", "1.3:M", "1.4:M"])
        #expect(try run.refusal(of: .addInstance(Self.id("1.1:M"), value: value)).code == "no-more-instances")
    }

    @Test func skippingTheOfferCompletesAllInstances() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.skip(Self.id("1:M")))
        #expect(run.value("r") == "<r><i>a</i><i>b</i><i>c</i></r>")
        #expect(run.offered == ["1:Z"])
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func skippingStopsAtTheThreshold() throws {
        var run = try RunningCase(Self.file(threshold: "2"))
        try run.perform(.skip(Self.id("1:M")))
        #expect(run.value("r") == "<r><i>a</i><i>b</i></r>")
    }

    @Test func cancellingOneInstanceLeavesTheOthers() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.start(Self.id("1:M")))
        try run.perform(.cancelItem(Self.id("1.2:M")))
        #expect(run.items(.fired) == ["1.3:M"])
        try run.perform(.complete(Self.id("1.1:M"), output: nil))
        #expect(run.offered.isEmpty)
        let events = try run.perform(.cancelItem(Self.id("1.3:M")))
        #expect(events.contains(.taskExited(case: CaseID("1"), task: "M")))
        #expect(run.value("r") == "<r><i>a</i></r>")
        #expect(run.offered == ["1:Z"])
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func cancellingTheLastInstanceCancelsTheTask() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.start(Self.id("1:M")))
        for child in ["1.1:M", "1.2:M", "1.3:M"] { try run.perform(.cancelItem(Self.id(child))) }
        #expect(run.state.status == .completed)
        #expect(run.state.ending?.isProper == false)
    }

    @Test func suspendingTheParentSuspendsItsLiveChildren() throws {
        var run = try RunningCase(Self.file())
        try run.perform(.start(Self.id("1:M")))
        try run.perform(.complete(Self.id("1.1:M"), output: nil))
        try run.perform(.suspendItem(Self.id("1:M")))
        #expect(run.items(.suspended) == ["1.2:M", "1.3:M"])
        #expect(try run.refusal(of: .start(Self.id("1.2:M"))).message.contains("unsuspend it first"))
        try run.perform(.unsuspendItem(Self.id("1:M")))
        #expect(run.items(.fired) == ["1.2:M", "1.3:M"])
    }
}
