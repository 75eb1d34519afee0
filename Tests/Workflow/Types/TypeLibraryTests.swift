import Testing
import XMLTree
@testable import Workflow

/// Which types a specification knows, and whether values fit them.
@Suite struct TypeLibraryTests {
    static let shop = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:simpleType name="Colour"><xs:restriction base="xs:string">
            <xs:enumeration value="red"/><xs:enumeration value="blue"/></xs:restriction></xs:simpleType>
          <xs:complexType name="Line"><xs:sequence>
            <xs:element name="item" type="xs:string"/><xs:element name="colour" type="Colour"/></xs:sequence></xs:complexType>
          <xs:complexType name="Urgent"/>
          <xs:element name="basket"><xs:complexType><xs:sequence>
            <xs:element name="line" type="Line" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """

    private func sentences(_ found: [SchemaViolation]) -> [String] { found.map(\.description) }

    @Test func knowsBuiltInInternalAndOwnTypes() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        for name in ["string", "xs:dateTime", "Line", "YTimerType", "anyType"] { #expect(types.knows(name)) }
        for name in ["DateTime", "Lines", "basket", ""] { #expect(!types.knows(name)) }
        #expect(types.knows(element: "basket") && !types.knows(element: "Line"))
        #expect(types.userTypes == ["Colour", "Line", "Urgent"])
    }

    @Test func aSpecificationWithoutSchemaHasTheOthers() throws {
        let types = try TypeLibrary(schema: nil)
        #expect(types.validate(XMLDocument(element: "n", text: "5"), name: "n", type: "integer").isEmpty)
        #expect(types.userTypes.isEmpty)
    }

    @Test func oneElementAgainstAType() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        #expect(
            sentences(types.validate(XMLDocument(element: "n", text: "x"), name: "n", type: "integer"))
                == ["/n: \"x\" is not allowed for n: must be a whole number"])
        let line = try XMLDocument.parse("<first><item>cup</item><colour>green</colour></first>")
        #expect(
            sentences(types.validate(line, name: "first", type: "Line"))
                == ["/first/colour: \"green\" is not allowed for colour: must be one of red, blue"])
        #expect(
            sentences(types.validate(line, name: "second", type: "Line"))
                == ["/first: the outermost element is first: expected is second"])
        #expect(types.validate(line, name: "first", type: "Nope").map(\.code) == [.unknownType])
    }

    @Test func anElementOfTheSchema() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        let basket = try XMLDocument.parse("<basket><line><item>cup</item><colour>red</colour></line></basket>")
        #expect(types.validate(basket, element: "basket").isEmpty)
        #expect(
            sentences(types.validate(XMLDocument(element: "basket"), element: "basket")) == [
                "/basket: basket is incomplete: line is missing"
            ])
        #expect(types.validate(basket, element: "trolley").map(\.code) == [.unknownType])
    }

    @Test func aWholeDocumentIsASequenceInOrder() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        let members: [TypeLibrary.Member] = [("who", "string", false), ("first", "Line", false), ("note", "string", true)]
        func check(_ content: String) throws -> [String] {
            sentences(types.validate(sequence: try XMLDocument.parse("<Net>\(content)</Net>"), root: "Net", members: members))
        }
        let line = "<first><item>cup</item><colour>red</colour></first>"
        #expect(try check("<who>me</who>\(line)<note>x</note>") == [])
        #expect(try check("<who/>\(line)") == [])
        #expect(try check("\(line)<who>me</who>") == ["/Net/first: who must come before first: the order counts"])
        #expect(try check("<who>me</who>") == ["/Net: Net is incomplete: first is missing"])
        #expect(try check("<who>me</who>\(line)<extra/>") == ["/Net/extra: extra is not allowed here: expected is note"])
        #expect(types.validate(sequence: XMLDocument(element: "Nut"), root: "Net", members: members).map(\.code) == [.root])
        #expect(types.validate(sequence: XMLDocument(element: "Net"), root: "Net", members: []).isEmpty)
    }

    /// A net may be called like an element of the schema: the declaration of our own steps aside.
    @Test func aRootNamedLikeASchemaElement() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        let document = try XMLDocument.parse("<basket><n>1</n></basket>")
        #expect(types.validate(sequence: document, root: "basket", members: [("n", "int", false)]).isEmpty)
    }

    @Test func flagsCarryTheEnginesOwnMark() throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        let set = try XMLDocument.parse("<urgent __emptyComplexTypeFlag__='true'/>")
        #expect(types.validate(set, name: "urgent", type: "Urgent").isEmpty)
        let task = try XMLDocument.parse("<Task><urgent __emptyComplexTypeFlag__='true'/></Task>")
        #expect(types.validate(sequence: task, root: "Task", members: [("urgent", "Urgent", true)]).isEmpty)
        #expect(types.validate(try XMLDocument.parse("<urgent x='1'/>"), name: "urgent", type: "Urgent").map(\.code) == [.attribute])
    }

    @Test(arguments: [
        ("YDocumentType", "<v><id>7</id><name>a</name></v>", "<v><id>x</id><name>a</name></v>"),
        ("YStringListType", "<v><item>a</item><item/></v>", "<v><thing/></v>"),
        (
            "YTimerType", "<v><trigger>OnEnabled</trigger><expiry>P1D</expiry><workdays>true</workdays></v>",
            "<v><trigger>Never</trigger></v>"
        ),
        (
            "YGeoLatLongType", "<v><latitude>-27.5</latitude><longitude>153</longitude></v>",
            "<v><latitude>91</latitude><longitude>0</longitude></v>"
        ),
        ("YGeoMarkerType", "<v><label>a</label><point><latitude>0</latitude><longitude>0</longitude></point></v>", "<v/>"),
        ("YGeoCircleType", "<v><center><latitude>0</latitude><longitude>0</longitude></center><radius>1</radius></v>", "<v/>"),
        (
            "YGeoRectType",
            """
            <v><top-left><latitude>0</latitude><longitude>0</longitude></top-left><bottom-right>\
            <latitude>0</latitude><longitude>0</longitude></bottom-right></v>
            """,
            "<v/>"
        ),
        (
            "YGeoPolygonType",
            """
            <v><vertex><latitude>0</latitude><longitude>0</longitude></vertex><vertex>\
            <latitude>0</latitude><longitude>0</longitude></vertex></v>
            """,
            "<v><vertex><latitude>0</latitude><longitude>0</longitude></vertex></v>"
        ),
        ("YGeoMarkerListType", "<v><marker><point><latitude>0</latitude><longitude>0</longitude></point></marker></v>", "<v/>"),
    ])
    func internalTypes(type: String, good: String, bad: String) throws {
        let types = try TypeLibrary(schema: nil)
        #expect(sentences(types.validate(try XMLDocument.parse(good), name: "v", type: type)) == [])
        #expect(!types.validate(try XMLDocument.parse(bad), name: "v", type: type).isEmpty)
    }

    @Test func everyInternalAndBuiltInTypeHasAValidator() throws {
        let types = try TypeLibrary(schema: nil)
        #expect(InternalTypes.definitions.count == 13)
        let all: [String] = BuiltInType.allCases.map(\.rawValue) + InternalTypes.definitions.keys.sorted()
        for name in all {
            let made = try #require(types.defaultInstance(named: "v", of: name))
            let found = types.validate(made, name: "v", type: name)
            // These three need declarations that data cannot carry.
            if ["NOTATION", "IDREF", "IDREFS", "ENTITY", "ENTITIES"].contains(name) { continue }
            #expect(found == [], "\(name): \(made.serialized())")
        }
    }

    @Test func anOwnTypeGoesBeforeAnInternalOneOfItsName() throws {
        let types = try TypeLibrary(
            schemaText: """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="YTimerType">
                <xs:restriction base="xs:integer"/></xs:simpleType></xs:schema>
                """)
        #expect(types.validate(XMLDocument(element: "t", text: "4"), name: "t", type: "YTimerType").isEmpty)
    }

    /// However a schema writes its names, the types are the same.
    @Test(arguments: [
        """
        <schema xmlns='http://www.w3.org/2001/XMLSchema'><complexType name='T'><sequence>\
        <element name='n' type='integer'/></sequence></complexType></schema>
        """,
        """
        <x:schema xmlns:x='http://www.w3.org/2001/XMLSchema'><x:complexType name='T'><x:sequence><x:element name='n' type='N'/>\
        </x:sequence></x:complexType><x:simpleType name='N'><x:restriction base='x:integer'/></x:simpleType></x:schema>
        """,
        """
        <schema xmlns='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t' elementFormDefault='qualified'>\
        <complexType name='T'><sequence><element ref='t:n'/></sequence></complexType><element name='n' type='integer'/></schema>
        """,
        """
        <xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:t' targetNamespace='urn:t'>\
        <xs:complexType name='T'><xs:group ref='G'/></xs:complexType><xs:group name='G'><xs:sequence>\
        <xs:element name='n' type='xs:integer'/></xs:sequence></xs:group></xs:schema>
        """,
    ])
    func anyWayOfWritingASchema(schema: String) throws {
        let types = try TypeLibrary(schemaText: schema)
        #expect(sentences(types.validate(try XMLDocument.parse("<v><n>1</n></v>"), name: "v", type: "T")) == [])
        #expect(types.validate(try XMLDocument.parse("<v><n>a</n></v>"), name: "v", type: "T").first?.path == "/v/n")
    }

    /// Prefixes declared around the schema, in the specification, count.
    @Test func theSchemaMayStandInsideASpecification() throws {
        let document = try XMLDocument.parse(
            """
            <spec xmlns="http://www.yawlfoundation.org/yawlschema" xmlns:xs="http://www.w3.org/2001/XMLSchema">
              <xs:schema>
                <xs:element name="a" type="NoType"/>
              </xs:schema>
            </spec>
            """, options: .specification)
        do {
            _ = try TypeLibrary(schema: document.root?.elements.first)
            Issue.record("the schema was accepted")
        } catch {
            #expect(error.code == .invalid)
            #expect(error.findings.map(\.position) == [SourcePosition(line: 3, column: 5)])
            #expect(error.findings.first?.message.contains("NoType") == true)
        }
    }

    /// The default namespace around the schema, YAWL's, does not: `Line` here means the schema's own type.
    @Test func theNamespaceOfTheSpecificationDoesNotReachIn() throws {
        let document = try XMLDocument.parse(
            "<spec xmlns='http://www.yawlfoundation.org/yawlschema'>\(Self.shop)</spec>", options: .specification)
        #expect(try TypeLibrary(schema: document.root?.elements.first).knows("Line"))
    }

    @Test(arguments: [
        """
        <xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t'><xs:element name='a' type='N'/>\
        <xs:simpleType name='N'><xs:restriction base='xs:string'/></xs:simpleType></xs:schema>
        """,
        """
        <schema xmlns='http://www.w3.org/2001/XMLSchema'><element name='a' type='N'/>\
        <simpleType name='N'><restriction base='string'/></simpleType></schema>
        """,
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='zz:string'/></xs:schema>",
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='YTimerType'/></xs:schema>",
        "<order/>",
    ])
    func namesThatMeanNothingAreRefused(schema: String) {
        #expect(throws: TypeLibraryError.self) { try TypeLibrary(schemaText: schema) }
    }

    @Test func validatorsAreSharedBetweenThreads() async throws {
        let types = try TypeLibrary(schemaText: Self.shop)
        let line = try XMLDocument.parse("<l><item>cup</item><colour>green</colour></l>")
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0 ..< 8 {
                group.addTask { (0 ..< 50).reduce(0) { sum, _ in sum + types.validate(line, name: "l", type: "Line").count } }
            }
            return await group.reduce(0, +)
        }
        #expect(total == 400)
    }
}
