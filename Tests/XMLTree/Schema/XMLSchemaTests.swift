import Testing
@testable import XMLTree

/// Which schemas are accepted, and that neither a schema nor a document can make the validator reach out, crash or run away.
@Suite struct XMLSchemaTests {
    private static func wrap(_ content: String) -> String {
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n\(content)\n</xs:schema>"
    }

    private func refusal(_ text: String) -> XMLSchemaError? {
        do { _ = try XMLSchema(text); return nil } catch { return error }
    }

    @Test func anEmptySchemaCompiles() throws {
        #expect(throws: Never.self) { try XMLSchema(Self.wrap("")) }
    }

    @Test func everyErrorHasItsLine() {
        let error = refusal(
            Self.wrap(
                """
                <xs:element name="a" type="Nope"/>
                  <xs:element name="b" type="xs:strin"/>
                """))
        #expect(error?.code == .invalid)
        #expect(error?.findings.map(\.position) == [SourcePosition(line: 2, column: 1), SourcePosition(line: 3, column: 3)])
        #expect(error?.findings.first?.message.contains("'Nope' does not resolve") == true)
    }

    @Test(arguments: [
        "<xs:simpleType name='A'><xs:restriction base='xs:string'><xs:pattern value='[0-9'/></xs:restriction></xs:simpleType>",
        "<xs:complexType name='A'/><xs:complexType name='A'/>",
        "<xs:simpleType name='A'><xs:restriction base='A'/></xs:simpleType>",
        "<xs:group name='g'><xs:sequence><xs:group ref='g'/></xs:sequence></xs:group>",
        "<xs:complexType name='A'><xs:sequence><xs:element name='x' minOccurs='0'/><xs:element name='x'/></xs:sequence></xs:complexType>",
        "<xs:elemnt/>",
    ])
    func brokenSchemasAreRefused(content: String) {
        #expect(refusal(Self.wrap(content))?.code == .invalid)
    }

    @Test(arguments: [
        "<xs:include schemaLocation='file:///etc/passwd'/>", "<xs:redefine schemaLocation='other.xsd'/>",
        "<xs:import namespace='urn:x' schemaLocation='http://127.0.0.1:9/x.xsd'/>",
    ])
    func nothingIsLoaded(content: String) {
        let error = refusal(Self.wrap(content))
        #expect(error?.code == .refersElsewhere && error?.findings.first?.position?.line == 2)
    }

    @Test func anImportWithoutPlaceIsHarmless() {
        #expect(refusal(Self.wrap("<xs:import namespace='urn:x'/>")) == nil)
    }

    @Test func whatIsNoSchemaIsRefused() {
        #expect(refusal("<order/>")?.code == .notASchema)
        #expect(refusal("<schema/>")?.code == .notASchema)
        #expect(refusal("not xml")?.code == .notASchema)
        #expect(refusal("<!DOCTYPE s [<!ENTITY a 'b'>]><s/>")?.code == .notASchema)
    }

    @Test func sizeAndDepthAreBounded() {
        let deep = String(repeating: "<xs:sequence>", count: 200) + String(repeating: "</xs:sequence>", count: 200)
        #expect(refusal(Self.wrap("<xs:complexType name='A'>\(deep)</xs:complexType>"))?.code == .tooLarge)
        #expect(refusal(Self.wrap("<!--" + String(repeating: "x", count: XMLSchema.maxBytes) + "-->"))?.code == .tooLarge)
    }

    /// Each line doubles the one before: 2 to the power of 40 elements when put in place.
    @Test func groupsAndUnionsThatDoubleAreRefused() {
        let groups = (0 ..< 40).map {
            """
            <xs:group name='g\($0)'><xs:sequence><xs:group ref='g\($0 + 1)'/>\
            <xs:element name='e\($0)'/><xs:group ref='g\($0 + 1)'/></xs:sequence></xs:group>
            """
        }
        let last = "<xs:group name='g40'><xs:sequence><xs:element name='z'/></xs:sequence></xs:group>"
        #expect(refusal(Self.wrap(groups.joined() + last))?.code == .tooLarge)
        let unions = (0 ..< 40).map { "<xs:simpleType name='u\($0)'><xs:union memberTypes='u\($0 + 1) u\($0 + 1)'/></xs:simpleType>" }
        #expect(
            refusal(Self.wrap(unions.joined() + "<xs:simpleType name='u40'><xs:union memberTypes='xs:date'/></xs:simpleType>"))?.code
                == .tooLarge)
    }

    /// The compiler follows each link by recursion, whatever order they stand in.
    @Test(arguments: [false, true]) func endlessChainsOfTypesAreRefused(reversed: Bool) {
        let links = (0 ..< 1000).map { "<xs:simpleType name='t\($0)'><xs:restriction base='t\($0 + 1)'/></xs:simpleType>" }
        let last = "<xs:simpleType name='t1000'><xs:restriction base='xs:string'/></xs:simpleType>"
        #expect(refusal(Self.wrap((reversed ? links.reversed() : links).joined(separator: "\n") + last))?.code == .tooLarge)
    }

    /// libxml2 gives up on a backtracking pattern after ten million steps, under a second; that is reported, not taken for valid.
    @Test func aRunawayPatternIsUndecided() throws {
        let schema = try XMLSchema(
            Self.wrap(
                """
                <xs:element name='r'><xs:simpleType><xs:restriction base='xs:string'>\
                <xs:pattern value='(a|aa)+'/></xs:restriction></xs:simpleType></xs:element>
                """
            ))
        let found = schema.violations(in: XMLDocument(element: "r", text: String(repeating: "a", count: 60) + "c"))
        #expect(found.map(\.code) == [.undecided] && found.first?.path == "/r")
    }

    @Test func hintsInDocumentsAreIgnored() throws {
        let schema = try XMLSchema(Self.wrap("<xs:element name='r' type='xs:string'/>"))
        let hint = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation='file:///nowhere.xsd'"
        #expect(schema.violations(in: try XMLDocument.parse("<r \(hint)>x</r>")).isEmpty)
    }

    @Test func deepDocumentsAreValidated() throws {
        let schema = try XMLSchema(
            Self.wrap(
                """
                <xs:element name='a'><xs:complexType><xs:sequence>\
                <xs:element ref='a' minOccurs='0'/></xs:sequence></xs:complexType></xs:element>
                """
            ))
        let text = String(repeating: "<a>", count: 500) + String(repeating: "</a>", count: 500)
        #expect(schema.violations(in: try XMLDocument.parse(text)).isEmpty)
    }

    @Test func manyThreadsShareOneSchema() async throws {
        let schema = try XMLSchema(SchemaViolationTests.order)
        let good = try XMLDocument.parse(
            "<order><line no='1'><quantity>1</quantity><code>AB12</code></line><due>2024-01-31</due><cash/></order>")
        let bad = try XMLDocument.parse("<order><line no='1'><quantity>0</quantity><code>ab</code></line><due>x</due><cash/></order>")
        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0 ..< 8 {
                group.addTask { (0 ..< 100).reduce(0) { sum, _ in sum + schema.violations(in: task % 2 == 0 ? good : bad).count } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 0, 0, 400, 400, 400, 400])
    }

    /// A limit of libxml2: 24 digits. The reference engine has none.
    @Test func integersBeyondTwentyFourDigitsAreRefused() throws {
        let schema = try XMLSchema(Self.wrap("<xs:element name='v' type='xs:integer'/>"))
        #expect(schema.violations(in: XMLDocument(element: "v", text: String(repeating: "9", count: 24))).isEmpty)
        #expect(schema.violations(in: XMLDocument(element: "v", text: String(repeating: "9", count: 25))).map(\.code) == [.value])
    }

    /// Values on which validators differ; Xerces is what the reference engine uses.
    @Test(arguments: [
        ("date", "2024-02-29", true), ("date", "2023-02-29", false), ("date", "2024-2-9", false), ("date", "2024-01-31Z", true),
        ("date", "2024-01-31+14:00", true), ("date", " 2024-01-31 ", true), ("date", "-0044-03-15", true), ("date", "0000-01-01", false),
        ("dateTime", "2024-01-31T24:00:00", true), ("dateTime", "2024-01-31T25:00:00", false), ("dateTime", "2024-01-31 10:00:00", false),
        ("time", "12:00", false), ("time", "12:00:00.5Z", true), ("gYear", "2024", true), ("gYear", "24", false),
        ("gMonth", "--12", true), ("gMonth", "--13", false), ("gDay", "---31", true), ("duration", "P1DT2H", true),
        ("duration", "P", false),
        ("boolean", "TRUE", false), ("boolean", "1", true), ("integer", "+5", true), ("integer", "1.0", false), ("integer", "", false),
        ("int", " 5 ", true), ("int", " 5 x ", false), ("int", "\n5\n", true), ("dateTime", "\t2024-01-31T10:00:00\n", true),
        ("int", " ", false),
        ("long", "9223372036854775808", false), ("unsignedByte", "256", false), ("decimal", ".5", true), ("decimal", "1e3", false),
        ("double", "1e3", true), ("double", "INF", true), ("double", "+INF", false), ("float", "NaN", true),
        ("anyURI", "http://a b/c", true), ("anyURI", "not a uri", true), ("anyURI", "%%", false), ("anyURI", "", true),
        ("language", "en-GB", true), ("language", "e_n", false), ("NCName", "a:b", false), ("NMTOKEN", "1a", true),
        ("hexBinary", "0fA", false), ("base64Binary", "eA==", true), ("base64Binary", "eA=", false), ("QName", "a", true),
    ])
    func builtInValues(type: String, value: String, valid: Bool) throws {
        let schema = try XMLSchema(Self.wrap("<xs:element name='v' type='xs:\(type)'/>"))
        #expect(schema.violations(in: XMLDocument(element: "v", text: value)).isEmpty == valid)
    }
}
