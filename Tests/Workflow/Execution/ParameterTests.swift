import Support
import Testing
import Workflow
import XMLTree

/// Kinds of parameters: what is filled in, left out, and refused.
@Suite struct ParameterTests {
    typealias Y = YAWLText

    private func data(_ item: String, in run: RunningCase) throws -> String? {
        run.state.items[try #require(WorkItemID(item))]?.data?.serialized()
    }

    /// One task with an output v, which goes into the variable v.
    private static func file(type: String = "string", output: String, schema: String = "", initial: String? = nil) -> String {
        Y.set(
            schema: schema,
            Y.net(
                locals: [Y.local("v", type, initial: initial)], start: "A",
                Y.task("A", to: ["B"], starting: [("<v>{/Net/v/node()}</v>", "v")], completed: [("<v>{/D/v/node()}</v>", "v")], does: "D"),
                Y.task("B", to: ["o"], does: "W")),
            Y.gateway("D", inputs: [Y.input("v", type)], outputs: [output]), Y.gateway("W"))
    }

    @Test(arguments: ["<D/>", "<D><v/></D>"]) func aDefaultStandsForWhatIsMissingOrEmpty(_ output: String) throws {
        var run = try RunningCase(Self.file(type: "integer", output: Y.output("v", "integer", defaultValue: "7"), initial: "1"))
        try run.work("1:A", output)
        #expect(run.value("v") == "<v>7</v>")
    }

    @Test func aDefaultStandsInItsPlaceInTheOrder() throws {
        let text = Y.set(
            "test",
            Y.net(
                locals: [Y.local("r")], start: "A",
                Y.task("A", to: ["B"], completed: [("<r>{string-join(/D/*/concat(name(), .), ' ')}</r>", "r")], does: "D"),
                Y.task("B", to: ["o"], does: "W")),
            Y.gateway("D", outputs: [Y.output("a", index: 0), Y.output("b", index: 1, defaultValue: "2"), Y.output("c", index: 2)]),
            Y.gateway("W"))
        var run = try RunningCase(text)
        try run.work("1:A", "<D><a>1</a><c>3</c></D>")
        #expect(run.value("r") == "<r>a1 b2 c3</r>")
    }

    @Test func withoutADefaultAMissingOutputIsRefused() throws {
        var run = try RunningCase(Self.file(output: Y.output("v"), initial: "x"))
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        let refusal = try run.refusal(of: .complete(WorkItemID(CaseID("1.1"), "A"), output: XMLDocument(element: "D")))
        #expect(refusal.code == "data-invalid" && refusal.message.contains("output of task A"))
    }

    @Test func anOptionalOutputMayBeLeftOutAndEmptiesItsVariable() throws {
        var run = try RunningCase(
            Self.file(
                type: "integer", output: Y.output("v", "integer").replacing("<outputParam>", with: "<outputParam optional=\"true\">"),
                initial: "5"))
        try run.work("1:A", "<D/>")
        #expect(run.value("v") == "<v/>")
    }

    @Test func anEmptyInputThatIsNotRequiredIsLeftOut() throws {
        func input(_ attributes: String) throws -> String? {
            var run = try RunningCase(
                Y.set(
                    "test",
                    Y.net(
                        locals: [Y.local("v")], start: "A", Y.task("A", to: ["o"], starting: [("<v>{/Net/v/text()}</v>", "v")], does: "D")),
                    Y.gateway("D", inputs: [Y.input("v", attributes: attributes)])))
            try run.perform(.start(WorkItemID(CaseID("1"), "A")))
            return try data("1.1:A", in: run)
        }
        #expect(try input("") == "<D/>")
        #expect(try input("optional=\"true\"") == "<D/>")
        #expect(try input("mandatory=\"true\"")?.contains("<v") == true)
    }

    /// Types within types, one of them without a name.
    @Test func nestedAndInlineTypesAreCheckedAllTheWayDown() throws {
        let schema = """
            <xs:complexType name="Order"><xs:sequence>
              <xs:element name="customer" type="Person"/>
              <xs:element name="line" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                <xs:element name="article" type="xs:string"/>
                <xs:element name="count"><xs:simpleType><xs:restriction base="xs:integer">\
            <xs:minInclusive value="1"/></xs:restriction></xs:simpleType></xs:element>
              </xs:sequence></xs:complexType></xs:element>
            </xs:sequence></xs:complexType>
            <xs:complexType name="Person"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>
            """
        let order = "<customer><name>ann</name></customer><line><article>rope</article><count>2</count></line>"
        var run = try RunningCase(Self.file(type: "Order", output: Y.output("v", "Order"), schema: schema, initial: order))
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        #expect(try data("1.1:A", in: run) == "<D><v>\(order)</v></D>")
        let item = WorkItemID(CaseID("1.1"), "A")
        for wrong in [
            order.replacing("<count>2", with: "<count>0"), order.replacing("<name>ann</name>", with: ""),
            order.replacing("article", with: "part"),
        ] {
            #expect(try run.refusal(of: .complete(item, output: XMLDocument.parse("<D><v>\(wrong)</v></D>"))).code == "data-invalid")
        }
        let changed = order.replacing("<count>2", with: "<count>3")
        try run.perform(.complete(item, output: try XMLDocument.parse("<D><v>\(changed)</v></D>")))
        #expect(run.value("v") == "<v>\(changed)</v>")
    }

    /// The reference engine reads enablement parameters and never computes them: no task can come to depend on them.
    @Test func enablementParametersAreKeptAndChangeNothing() throws {
        let mapping =
            """
            <enablementMappings><mapping>\
            <expression query="&lt;e&gt;{/Net/v/text()}&lt;/e&gt;"/><mapsTo>e</mapsTo></mapping>\
            </enablementMappings>
            """
        let gateway = Y.gateway("D").replacing(
            "<externalInteraction>",
            with: """
                <enablementParam><index>0</index><name>e</name><type>string</type>\
                <namespace>http://www.w3.org/2001/XMLSchema</namespace></enablementParam><externalInteraction>
                """)
        var run = try RunningCase(
            Y.set(
                "test", Y.net(locals: [Y.local("v", initial: "x")], start: "A", Y.task("A", to: ["o"], extra: mapping, does: "D")), gateway)
        )
        let model = run.specification.specification
        #expect(model.nets.first?.tasks.first?.enablementMappings.map(\.target) == ["e"])
        #expect(model.gateways.first?.enablementParameters.map(\.name) == ["e"])
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        #expect(try data("1.1:A", in: run) == "<D/>")
    }

    /// Bounds that are queries over the net's data; where one gives no number, the reference engine guesses and we refuse.
    @Test func boundsOfInstancesMayBeQueries() throws {
        func run(least: String, most: String, threshold: String) throws -> RunningCase {
            let text = InstanceTests.file(maximum: "/Net/most").replacing(
                "<minimum>2</minimum>", with: "<minimum>/Net/least/text()</minimum>"
            )
            .replacing("<threshold>3</threshold>", with: "<threshold>/Net/enough</threshold>")
            .replacing(
                "<processControlElements>",
                with: [("least", least), ("most", most), ("enough", threshold)].enumerated().map { index, bound in
                    Y.local(bound.0, "integer", index: 5 + index, initial: bound.1)
                }.joined() + "<processControlElements>")
            return try RunningCase(text)
        }
        let offer = WorkItemID(CaseID("1"), "M")
        var three = try run(least: "3", most: "3", threshold: "2")
        try three.perform(.start(offer))
        try three.perform(.complete(WorkItemID(CaseID("1.1"), "M"), output: nil))
        try three.perform(.start(WorkItemID(CaseID("1.2"), "M")))
        try three.perform(.complete(WorkItemID(CaseID("1.2"), "M"), output: nil))
        #expect(three.offered == ["1:Z"], "two of three are enough")
        var few = try run(least: "4", most: "9", threshold: "4"), many = try run(least: "1", most: "2", threshold: "2")
        #expect(try few.refusal(of: .start(offer)).message.contains("would run 3 times; its bounds are 4 to 9"))
        #expect(try many.refusal(of: .start(offer)).code == "instance-count")
    }
}
