import Testing
import XMLTree
@testable import Workflow

/// How forms see types, and the values they start from.
@Suite struct TypeStructureTests {
    private func library(_ content: String) throws -> TypeLibrary {
        try TypeLibrary(schemaText: "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\(content)</xs:schema>")
    }

    private func simple(_ types: TypeLibrary, _ name: String) throws -> SimpleType {
        guard case .simple(let type) = types.structure(of: name) else { throw NotFound() }
        return type
    }

    private func complex(_ types: TypeLibrary, _ name: String) throws -> ComplexType {
        guard case .complex(let type) = types.structure(of: name) else { throw NotFound() }
        return type
    }

    private struct NotFound: Error {}

    /// `a b? (c | d){2,*}` for tests.
    private func outline(_ content: ComplexType.Content) -> String {
        guard case .elements(let particle) = content else { return "\(content)" }
        return outline(particle)
    }

    private func outline(_ particle: Particle) -> String {
        let inner =
            switch particle.term {
            case .element(let element): element.name
            case .sequence(let parts): "(" + parts.map(outline).joined(separator: " ") + ")"
            case .choice(let parts): "(" + parts.map(outline).joined(separator: " | ") + ")"
            case .all(let parts): "(" + parts.map(outline).joined(separator: " & ") + ")"
            case .any: "any"
            }
        switch (particle.minOccurs, particle.maxOccurs) {
        case (1, 1): return inner
        case (0, 1): return inner + "?"
        case (let least, let most): return inner + "{\(least),\(most.map(String.init) ?? "*")}"
        }
    }

    @Test func facetsOfAllStepsOfDerivationCount() throws {
        let types = try library(
            """
            <xs:simpleType name="A"><xs:restriction base="xs:string"><xs:pattern value="[a-z]+"/><xs:pattern value="[0-9]+"/>
              <xs:minLength value="2"/><xs:maxLength value="9"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="B"><xs:restriction base="A"><xs:pattern value=".*x"/>\
            <xs:maxLength value="5"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="C"><xs:restriction base="xs:decimal"><xs:minInclusive value="0"/><xs:maxExclusive value="10"/>
              <xs:fractionDigits value="2"/><xs:totalDigits value="3"/></xs:restriction></xs:simpleType>
            """)
        let b = try simple(types, "B")
        #expect(b.base == .string && b.facets.patterns == [["[a-z]+", "[0-9]+"], [".*x"]])
        #expect(b.facets.minLength == 2 && b.facets.maxLength == 5)
        let c = try simple(types, "C")
        #expect(c.base == .decimal && c.facets.minInclusive == "0" && c.facets.maxExclusive == "10")
        #expect(c.facets.fractionDigits == 2 && c.facets.totalDigits == 3)
    }

    @Test func enumerationsListsAndUnions() throws {
        let types = try library(
            """
            <xs:simpleType name="Size"><xs:restriction base="xs:token"><xs:enumeration value="S"/>\
            <xs:enumeration value="M"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="Sizes"><xs:list itemType="Size"/></xs:simpleType>
            <xs:simpleType name="Any"><xs:union memberTypes="Size xs:integer"><xs:simpleType>\
            <xs:restriction base="xs:date"/></xs:simpleType></xs:union></xs:simpleType>
            """)
        let size = try simple(types, "Size")
        #expect(size.facets.enumeration == ["S", "M"] && size.base == .token)
        #expect(try simple(types, "Sizes").variety == .list(item: size))
        #expect(try simple(types, "Any").variety == .union([size, SimpleType(.atomic(.integer)), SimpleType(.atomic(.date))]))
        #expect(try simple(types, "NMTOKENS").variety == .list(item: SimpleType(.atomic(.NMTOKEN))))
    }

    @Test func groupsChoicesAndOccurrences() throws {
        let types = try library(
            """
            <xs:group name="G"><xs:sequence><xs:element name="g" type="xs:string"/></xs:sequence></xs:group>
            <xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:string" minOccurs="0"/><xs:group ref="G" maxOccurs="2"/>
              <xs:choice minOccurs="2" maxOccurs="unbounded"><xs:element name="c" type="xs:int"/>\
            <xs:element name="d" type="xs:int"/></xs:choice>
              <xs:any minOccurs="0" processContents="lax"/></xs:sequence></xs:complexType>
            <xs:complexType name="U"><xs:all><xs:element name="x" type="xs:int"/>\
            <xs:element name="y" type="xs:int" minOccurs="0"/></xs:all></xs:complexType>
            <xs:complexType name="Flag"/>
            <xs:complexType name="AlsoFlag"><xs:sequence/></xs:complexType>
            """)
        #expect(outline(try complex(types, "T").content) == "(a? (g){1,2} (c | d){2,*} any?)")
        #expect(outline(try complex(types, "U").content) == "(x & y?)")
        #expect(try complex(types, "Flag").isFlag && complex(types, "AlsoFlag").isFlag && !complex(types, "T").isFlag)
    }

    @Test func extensionsHaveTheirBaseFirst() throws {
        let types = try library(
            """
            <xs:complexType name="Base"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>\
            <xs:attribute name="p" type="xs:int" use="required"/></xs:complexType>
            <xs:complexType name="More"><xs:complexContent><xs:extension base="Base"><xs:sequence>\
            <xs:element name="b" type="xs:string"/></xs:sequence>
              <xs:attribute name="q" default="7"/></xs:extension></xs:complexContent></xs:complexType>
            <xs:complexType name="Less"><xs:complexContent><xs:restriction base="Base"><xs:sequence>\
            <xs:element name="a" type="xs:token"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
            <xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">\
            <xs:attribute name="currency" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
            """)
        let more = try complex(types, "More")
        #expect(outline(more.content) == "((a) (b))")
        #expect(
            more.attributes.map(\.name) == ["p", "q"] && more.attributes.map(\.isRequired) == [true, false]
                && more.attributes.last?.defaultValue == "7")
        let less = try complex(types, "Less")
        #expect(outline(less.content) == "(a)" && less.attributes.map(\.name) == ["p"])
        let price = try complex(types, "Price")
        #expect(price.content == .simple(SimpleType(.atomic(.decimal))) && price.attributes.map(\.name) == ["currency"])
        #expect(types.defaultInstance(named: "v", of: "More")?.serialized() == "<v p=\"1\"><a>x</a><b>x</b></v>")
        #expect(types.defaultInstance(named: "v", of: "Price")?.serialized() == "<v currency=\"x\">1</v>")
    }

    @Test func aTypeMayContainItself() throws {
        let types = try library(
            """
            <xs:complexType name="Tree"><xs:sequence><xs:element name="label" type="xs:string"/>\
            <xs:element name="child" type="Tree" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
            <xs:complexType name="Endless"><xs:sequence><xs:element name="next" type="Endless"/></xs:sequence></xs:complexType>
            <xs:element name="box"><xs:complexType><xs:sequence>\
            <xs:element ref="box" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
            """)
        guard case .elements(let particle) = try complex(types, "Tree").content, case .sequence(let parts) = particle.term,
            let last = parts.last, case .element(let child) = last.term
        else { throw NotFound() }
        #expect(child.type == .named("Tree") && types.structure(of: child.type) == types.structure(of: "Tree"))
        #expect(types.defaultInstance(named: "t", of: "Tree")?.serialized() == "<t><label>x</label></t>")
        #expect(types.defaultInstance(named: "t", of: "Endless") == nil)
        #expect(types.structure(ofElement: "box") != nil && types.structure(ofElement: "bag") == nil)
        #expect(types.defaultInstance(ofElement: "box")?.serialized() == "<box/>")
    }

    @Test func aHugeSmallestValueIsNotMade() throws {
        let types = try library(
            """
            <xs:complexType name="A"><xs:sequence>\
            <xs:element name="b" type="xs:string" minOccurs="1000000"  maxOccurs="1000000"/>\
            </xs:sequence></xs:complexType>
            <xs:complexType name="N"><xs:sequence minOccurs="1000000" maxOccurs="1000000">\
            <xs:any minOccurs="0" processContents="skip"/></xs:sequence></xs:complexType>
            """)
        #expect(types.defaultInstance(named: "a", of: "A") == nil)
        #expect(types.defaultInstance(named: "n", of: "N")?.serialized() == "<n/>")
    }

    @Test func simpleDefaults() throws {
        let types = try library(
            """
            <xs:simpleType name="Size"><xs:restriction base="xs:token"><xs:enumeration value="S"/>\
            <xs:enumeration value="M"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:minLength value="3"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="Age"><xs:restriction base="xs:int"><xs:minInclusive value="18"/></xs:restriction></xs:simpleType>
            """)
        let expected: [(String, String)] = [
            ("string", "x"), ("boolean", "true"), ("integer", "1"), ("negativeInteger", "-1"), ("nonPositiveInteger", "0"), ("double", "1"),
            ("date", "2024-01-01"), ("time", "12:00:00"), ("dateTime", "2024-01-01T12:00:00"), ("duration", "P1D"), ("anyURI", "urn:x"),
            ("base64Binary", "eA=="), ("hexBinary", "00"), ("Size", "S"), ("Code", "xxx"), ("Age", "18"),
        ]
        for (type, value) in expected { #expect(types.defaultText(of: type) == value) }
    }

    /// What the engine itself hands in when an item is skipped.
    @Test func typeDefaults() throws {
        let types = try library("<xs:simpleType name=\"T\"><xs:restriction base=\"xs:string\"/></xs:simpleType>")
        #expect(types.typeDefault(of: "boolean") == "false")
        #expect(types.typeDefault(of: "xs:string") == "")
        #expect(types.typeDefault(of: "date") == "0")
        #expect(types.typeDefault(of: "T") == nil && types.typeDefault(of: "YTimerType") == nil && types.typeDefault(of: "Nope") == nil)
    }

    @Test func documentationIsKept() throws {
        let types = try library(
            """
            <xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:string" nillable="true" default="d">
            <xs:annotation><xs:documentation>The first letter</xs:documentation></xs:annotation></xs:element></xs:sequence></xs:complexType>
            """)
        guard case .elements(let particle) = try complex(types, "T").content, case .sequence(let parts) = particle.term,
            let first = parts.first, case .element(let element) = first.term
        else { throw NotFound() }
        #expect(element.documentation == "The first letter" && element.isNillable && element.defaultValue == "d")
    }
}
