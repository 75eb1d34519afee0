import Testing
import XMLTree
@testable import Workflow

/// What is in the file is in the model, and what is written from the model says the same.
@Suite struct ReaderTests {
    /// One file with nearly everything a release schema knows.
    private static var rich: SpecFile {
        var file = SpecFile()
        file.schema =
            """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\
            <xs:complexType name="L"><xs:sequence/></xs:complexType></xs:schema>
            """
        file.variables =
            SpecFile.variable("inputParam", "in", "string", "<namespace>http://www.w3.org/2001/XMLSchema</namespace><mandatory/>")
            + "<outputParam x:hint=\"1\" label=\"L\" xmlns:x=\"urn:x\"><index>1</index><name>out</name>"
            + "<type>L</type><defaultValue>a</defaultValue></outputParam>"
            + SpecFile.variable("localVariable", "out", "L", "<initialValue>&lt;a/&gt;</initialValue>")
        let settings = """
            <configuration><join><port value="activated"><flowSource id="i"/></port></join></configuration>
            <removesTokens id="c"/><removesTokensFromFlow><flowSource id="A"/><flowDestination id="B"/></removesTokensFromFlow>
            \(SpecFile.mapping("startingMappings", "<p>{/N/in/text() & 1}</p>", "p"))
            <timer><trigger>OnExecuting</trigger><durationparams><ticks>3</ticks>\
            <interval>MIN</interval></durationparams><workdays>false</workdays></timer>
            <resourcing><offer initiator="system"><distributionSet><initialSet><participant>P1</participant>\
            <role>R1</role><role>R2</role></initialSet></distributionSet></offer>
            <allocate initiator="user"/><start initiator="user"/></resourcing><customForm>http://form</customForm>
            """
        file.elements =
            SpecFile.input("A")
            + SpecFile.task(
                "A",
                flows: SpecFile.flow("B", "<predicate ordering=\"2\">/N/in = 'x'</predicate>")
                    + SpecFile.flow("c", "<isDefaultFlow/><documentation>else</documentation>"), split: "xor", inside: settings)
            + SpecFile.condition("c", to: "B")
            + SpecFile.task(
                "B", to: "o", join: "and", does: "A",
                instances: SpecFile.instances("1", "/N/max", "2", mode: "dynamic")
                    + "<miDataOutput><formalOutputExpression query=\"/A/x\"/><outputJoiningExpression query=\"/x\"/>"
                    + "<resultAppliedToLocalVariable>out</resultAppliedToLocalVariable></miDataOutput>")
            + SpecFile.output
        file.afterElements = "<externalDataGateway>a.B</externalDataGateway>"
        file.decompositions =
            "<decomposition id=\"A\" xsi:type=\"WebServiceGatewayFactsType\" skipOutboundSchemaValidation=\"true\"><name>Do</name>"
            + "<logPredicate><start>s</start></logPredicate><yawlService id=\"http://s\"><documentation>d</documentation></yawlService>"
            + "<codelet>C</codelet><externalInteraction>automated</externalInteraction></decomposition>"
        return file
    }

    @Test func everythingIsKept() throws {
        let specification = try Self.rich.specification()
        #expect(specification.id.description == "test 0.1")
        #expect(specification.schema?.root?.localName == "schema")
        let net = try #require(specification.rootNet)
        #expect(net.elements.map(\.id) == ["i", "A", "c", "B", "o"])
        #expect(net.externalDataGateway == "a.B")
        #expect(net.common.inputs.first?.isRequired == true)
        #expect(net.common.outputs.first?.attributes.map(\.name) == ["x:hint", "label"])
        #expect(net.locals.first?.initialValue == "<a/>")
        let a = try #require(net.tasks.first), b = try #require(net.tasks.last)
        #expect(a.split == .xor && a.flows.first?.predicate?.order == 2 && a.flows.last?.isDefault == true)
        #expect(a.removesTokens.map(\.id) == ["c"] && a.removesTokensFromFlows.first?.destination == "B")
        #expect(a.timer?.due == .interval(ticks: "3", unit: "MIN") && a.timer?.workdays == "false")
        #expect(a.resourcing?.roles == ["R1", "R2"] && a.resourcing?.offerInitiator == "system")
        #expect(a.customForm == "http://form" && a.configuration != nil)
        #expect(b.multipleInstances?.maximum == "/N/max" && b.multipleInstances?.output?.variable == "out")
        let gateway = try #require(specification.gateways.first)
        #expect(gateway.isAutomated && gateway.codelet == "C" && gateway.service?.uri == "http://s")
        #expect(gateway.common.attributes == [ExtendedAttribute(name: "skipOutboundSchemaValidation", value: "true")])
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        let specification = try Self.rich.specification()
        let text = SpecificationWriter.write([specification])
        #expect(try SpecificationReader.read(Array(text.utf8), file: "again.yawl") == [specification])
    }

    @Test func positionsPointAtQueriesAndPredicates() throws {
        let file = Self.rich
        let task = try #require(try file.specification().rootNet?.tasks.first)
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        func textAt(_ mark: SourceMark?) throws -> Substring {
            let position = try #require(mark?.position)
            return lines[position.line - 1].dropFirst(position.column - 1)
        }
        #expect(try textAt(task.startingMappings.first?.mark).hasPrefix("&lt;p>{/N/in"))
        #expect(try textAt(task.flows.first?.predicate?.mark).hasPrefix("/N/in = 'x'"))
        #expect(try textAt(task.mark).hasPrefix("<task id=\"A\""))
    }

    @Test func aSetMayHoldSeveralSpecificationsAndDrawings() throws {
        let one = SpecFile().text
        let body = one[
            try #require(one.range(of: "<specification ")).lowerBound ..< (try #require(one.range(of: "</specificationSet>"))).lowerBound]
        func drawing(_ id: String) -> String {
            "<specification id=\"\(id)\"><size w=\"1\" h=\"1\"/><net id=\"N\"><scale>1</scale></net></specification>"
        }
        let text = one.replacing(
            "</specificationSet>",
            with: body.replacing("uri=\"test\"", with: "uri=\"second\"")
                + "<layout><locale language=\"en\" country=\"AU\"/>" + drawing("test") + drawing("second") + "</layout></specificationSet>")
        let specifications = try SpecificationReader.read(Array(text.utf8), file: "two.yawl")
        #expect(specifications.map(\.uri) == ["test", "second"])
        #expect(specifications.map { $0.layout?.root?.elements("specification").map { $0.attribute("id") } } == [["test"], ["second"]])
        let again = SpecificationWriter.write(specifications)
        #expect(try SpecificationReader.read(Array(again.utf8), file: "again.yawl") == specifications)
    }

    @Test func onlyTheLiteralTrueMakesARootNet() throws {
        let text = SpecFile().text.replacing("isRootNet=\"true\"", with: "isRootNet=\"1\"")
        #expect(try SpecificationReader.read(Array(text.utf8), file: "x").first?.rootNet == nil)
    }

    // MARK: Beta

    private static let beta2 = """
        <specificationSet xmlns="http://www.citi.qut.edu.au/yawl" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <specification uri="old"><metaData><creator><name>N</name>\
        <emailAddress>mailto:n</emailAddress></creator><rights>r</rights></metaData>
        <rootNet id="top"><localVariable name="v"><type>xs:integer</type><initialValue>1</initialValue></localVariable>
        <localVariable name="w"><type>my:Type</type></localVariable>
        <processControlElements><inputCondition id="i"><flowsInto><nextElementRef id="a"/></flowsInto></inputCondition>
        <task id="a"><flowsInto><nextElementRef id="o"/></flowsInto><join code="xor"/><split code="and"/><decomposesTo id="A"/></task>
        <outputCondition id="o"/></processControlElements></rootNet>
        <decomposition id="A" xsi:type="WebServiceGatewayFactsType"><outputExpression query="/data/v"/></decomposition>
        </specification></specificationSet>
        """

    @Test func beta2HasARootNetElementAndVariablesNamedByAttribute() throws {
        let specification = try #require(try SpecificationReader.read(Array(Self.beta2.utf8), file: "old.xml").first)
        #expect(specification.schemaVersion == .beta2)
        let net = try #require(specification.rootNet)
        #expect(net.id == "top")
        #expect(net.locals.map(\.name) == ["v", "w"] && net.locals.map(\.typeName) == ["integer", "my:Type"])
        #expect(specification.gateways.first?.common.outputExpressions == ["/data/v"])
        #expect(specification.metadata.creators == ["N"])
        let text = SpecificationWriter.write([specification])
        #expect(text.contains("<rights>r</rights>") && text.contains("xs:integer"))
        #expect(try SpecificationReader.read(Array(text.utf8), file: "again.xml") == [specification])
    }

    @Test func inBeta2DecompositionsMustExist() {
        let text = Self.beta2.replacing("decomposesTo id=\"A\"", with: "decomposesTo id=\"B\"")
        #expect(SpecFile.refusal(of: text).map(\.code) == ["yawl-schema-reference"])
    }

    @Test func inBeta2ElementIdsAreUniqueInTheWholeFile() {
        let net = """
            <decomposition id="S" xsi:type="NetFactsType"><processControlElements><inputCondition id="i2">\
            <flowsInto><nextElementRef id="a"/></flowsInto></inputCondition>
            <task id="a"><flowsInto><nextElementRef id="o2"/></flowsInto><join code="xor"/>\
            <split code="and"/></task><outputCondition id="o2"/>
            </processControlElements></decomposition></specification>
            """
        #expect(SpecFile.refusal(of: Self.beta2.replacing("</specification>", with: net)).map(\.code) == ["yawl-schema-duplicate"])
    }

    @Test func beta3HasNoRootNetElement() {
        let text = Self.beta2.replacing("XMLSchema-instance\">", with: "XMLSchema-instance\" version=\"Beta 3\">")
        #expect(SpecFile.refusal(of: text).contains { $0.code == "yawl-schema-element" && $0.element == "rootNet" })
    }
}
