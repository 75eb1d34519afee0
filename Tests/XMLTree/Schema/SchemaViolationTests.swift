import Testing
@testable import XMLTree

/// What a person reads when a document does not fit: the place and what would be right.
@Suite struct SchemaViolationTests {
    static let order = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:simpleType name="Quantity"><xs:restriction base="xs:integer">
            <xs:minInclusive value="1"/><xs:maxInclusive value="99"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="Colour"><xs:restriction base="xs:string">
            <xs:enumeration value="red"/><xs:enumeration value="dark blue"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="Code"><xs:restriction base="xs:string">
            <xs:pattern value="[A-Z]{2}[0-9]+"/><xs:minLength value="4"/><xs:maxLength value="6"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="Price"><xs:restriction base="xs:decimal"><xs:totalDigits value="5"/>
            <xs:fractionDigits value="2"/><xs:minExclusive value="0"/><xs:maxExclusive value="100"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="Sizes"><xs:list itemType="Quantity"/></xs:simpleType>
          <xs:simpleType name="Amount"><xs:union memberTypes="Quantity xs:boolean"/></xs:simpleType>
          <xs:element name="order"><xs:complexType><xs:sequence>
            <xs:element name="line" maxOccurs="3"><xs:complexType><xs:sequence>
              <xs:element name="quantity" type="Quantity"/>
              <xs:element name="colour" type="Colour" minOccurs="0"/>
              <xs:element name="code" type="Code" minOccurs="0"/>
              <xs:element name="price" type="Price" minOccurs="0"/>
              <xs:element name="sizes" type="Sizes" minOccurs="0"/>
              <xs:element name="amount" type="Amount" minOccurs="0"/>
              <xs:element name="weight" minOccurs="0"><xs:simpleType><xs:restriction base="xs:double"/></xs:simpleType></xs:element>
              <xs:element name="agreed" type="xs:boolean" fixed="true" minOccurs="0"/>
            </xs:sequence><xs:attribute name="no" type="Quantity" use="required"/></xs:complexType></xs:element>
            <xs:element name="due" type="xs:date"/>
            <xs:choice><xs:element name="cash"><xs:complexType/></xs:element><xs:element name="card" type="xs:string"/></xs:choice>
          </xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """

    private func lines(_ content: String, tail: String = "<due>2024-01-31</due><cash/>") throws -> [String] {
        let document = try XMLDocument.parse("<order>\(content)\(tail)</order>")
        return try XMLSchema(Self.order).violations(in: document).map(\.description)
    }

    @Test func aValidOrderHasNoViolations() throws {
        #expect(try lines("<line no='1'><quantity>3</quantity><colour>dark blue</colour></line>") == [])
    }

    @Test(arguments: [
        ("<quantity>-3</quantity>", "quantity", "\"-3\" is not allowed for quantity: must be at least 1"),
        ("<quantity>100</quantity>", "quantity", "\"100\" is not allowed for quantity: must be at most 99"),
        ("<quantity>three</quantity>", "quantity", "\"three\" is not allowed for quantity: must be a whole number"),
        ("<quantity/>", "quantity", "quantity is empty: must be a whole number"),
        ("<quantity>1</quantity><colour>green</colour>", "colour", "\"green\" is not allowed for colour: must be one of red, dark blue"),
        ("<quantity>1</quantity><code>ab12</code>", "code", "\"ab12\" is not allowed for code: must match the pattern [A-Z]{2}[0-9]+"),
        ("<quantity>1</quantity><code>AB1</code>", "code", "\"AB1\" is not allowed for code: its length must be at least 4"),
        ("<quantity>1</quantity><code>AB12345</code>", "code", "\"AB12345\" is not allowed for code: its length must be at most 6"),
        ("<quantity>1</quantity><price>0</price>", "price", "\"0\" is not allowed for price: must be greater than 0"),
        ("<quantity>1</quantity><price>100</price>", "price", "\"100\" is not allowed for price: must be less than 100"),
        (
            "<quantity>1</quantity><price>1.234</price>", "price",
            "\"1.234\" is not allowed for price: may have at most 2 digits after the point"
        ),
        ("<quantity>1</quantity><sizes>1 x 3</sizes>", "sizes", "\"x\" is not allowed for sizes: must be a whole number"),
        (
            "<quantity>1</quantity><amount>maybe</amount>", "amount",
            "\"maybe\" is not allowed for amount: must be a whole number, or true or false"
        ),
        ("<quantity>1</quantity><weight>heavy</weight>", "weight", "\"heavy\" is not allowed for weight: must be a number"),
        ("<quantity>1</quantity><agreed>false</agreed>", "agreed", "\"false\" is not allowed for agreed: must be true"),
        ("<quantity><x/></quantity>", "quantity", "quantity holds a plain value: elements are not allowed in it"),
    ])
    func aWrongValueNamesTheValueAndTheRule(content: String, element: String, sentence: String) throws {
        #expect(try lines("<line no='1'>\(content)</line>").first == "/order/line/\(element): \(sentence)")
    }

    @Test func pathsNumberBrothersOfOneName() throws {
        let found = try lines("<line no='1'><quantity>1</quantity></line><line no='0'><quantity>0</quantity></line>")
        #expect(
            found == [
                "/order/line[2]/@no: \"0\" is not allowed for no: must be at least 1",
                "/order/line[2]/quantity: \"0\" is not allowed for quantity: must be at least 1",
            ])
    }

    @Test func attributesAreNamed() throws {
        let found = try lines("<line nr='1'><quantity>1</quantity></line>")
        #expect(
            found == ["/order/line/@nr: the attribute nr is not allowed on line", "/order/line/@no: the attribute no is missing on line"])
    }

    @Test func missingChildrenAreNamed() throws {
        #expect(
            try lines("<line no='1'><quantity>1</quantity></line>", tail: "") == [
                "/order: order is incomplete: something is missing after its last line"
            ])
        #expect(
            try lines("<line no='1'><quantity>1</quantity></line>", tail: "<due>2024-01-31</due>") == [
                "/order: order is incomplete: cash or card is missing"
            ])
        #expect(
            try lines("<line no='1'><quantity>1</quantity></line>", tail: "<cash/>") == [
                "/order/cash: cash is not allowed here: expected is due"
            ])
        #expect(try lines("<line no='1'/>") == ["/order/line: line is incomplete: quantity is missing"])
    }

    @Test func unknownChildrenSayWhatIsExpected() throws {
        let found = try lines("<line no='1'><quantity>1</quantity></line>", tail: "<due>2024-01-31</due><cheque/>")
        #expect(found == ["/order/cheque: cheque is not allowed here: expected is cash or card"])
    }

    @Test func aChildTooManySaysSo() throws {
        let found = try lines("<line no='1'><quantity>1</quantity></line>", tail: "<due>2024-01-31</due><cash/><card>x</card>")
        #expect(found == ["/order/card: card is not allowed here: nothing may follow what stands before it"])
    }

    @Test func aWrongOrderSaysWhichComesFirst() throws {
        let found = try lines("<line no='1'><colour>red</colour><quantity>1</quantity></line>")
        #expect(found == ["/order/line/colour: quantity must come before colour: the order counts"])
    }

    @Test func contentWhereNoneBelongs() throws {
        #expect(
            try lines("now<line no='1'><quantity>1</quantity></line>").first
                == "/order: order holds elements only: text is not allowed in it")
        let found = try lines("<line no='1'><quantity>1</quantity></line>", tail: "<due>2024-01-31</due><cash>5</cash>")
        #expect(found == ["/order/cash: cash must be empty: take its text and elements out"])
    }

    @Test func anotherRootIsRefused() throws {
        let found = try XMLSchema(Self.order).violations(in: XMLDocument(element: "bill"))
        #expect(found == [SchemaViolation(.root, path: "/bill", "bill is not an element of this schema")])
        #expect(try XMLSchema(Self.order).violations(in: XMLBuilder.empty).map(\.code) == [.root])
    }

    @Test func aDocumentCanBeCheckedUnderAnotherName() throws {
        let document = try XMLDocument.parse("<bill><line no='1'><quantity>0</quantity></line></bill>")
        let found = try XMLSchema(Self.order).violations(in: document, asElement: "order")
        #expect(
            found.map(\.description) == [
                "/bill/line/quantity: \"0\" is not allowed for quantity: must be at least 1",
                "/bill: bill is incomplete: something is missing after its last line",
            ])
    }

    @Test func underAnotherNameANamespaceIsRefused() throws {
        let document = try XMLDocument.parse("<bill xmlns='urn:x'/>")
        #expect(try XMLSchema(Self.order).violations(in: document, asElement: "order").map(\.code) == [.root])
        #expect(
            try XMLSchema(Self.order).violations(in: XMLDocument(element: "o"), asElement: "order").map(\.message) == [
                "o is incomplete: line is missing"
            ])
    }

    @Test func keysAreChecked() throws {
        let schema = try XMLSchema(
            """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="i" type="xs:string" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
            <xs:unique name="once"><xs:selector xpath="i"/><xs:field xpath="."/></xs:unique></xs:element></xs:schema>
            """)
        let found = schema.violations(in: try XMLDocument.parse("<r><i>a</i><i>b</i><i>a</i></r>"))
        #expect(found.map(\.code) == [.key] && found.first?.path == "/r/i[3]")
    }

    @Test func aLongValueIsCutInTheSentence() throws {
        let found = try lines("<line no='1'><quantity>\(String(repeating: "9'", count: 100_000))</quantity></line>")
        #expect(found.count == 1 && found.allSatisfy { $0.count < 200 })
    }

    @Test func onlySoManyAreReported() throws {
        let schema = try XMLSchema(
            """
            <schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="r"><complexType><sequence>
            <element name="i" type="integer" maxOccurs="unbounded"/></sequence></complexType></element></schema>
            """)
        let document = try XMLDocument.parse("<r>" + String(repeating: "<i>x</i>", count: 5000) + "</r>")
        #expect(schema.violations(in: document).count == XMLSchema.maxViolations)
    }
}

extension XMLBuilder {
    fileprivate static var empty: XMLDocument {
        var builder = XMLBuilder()
        return builder.finish()
    }
}
