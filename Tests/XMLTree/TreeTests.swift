import Testing
@testable import XMLTree

@Suite struct TreeTests {
    @Test(arguments: [
        "<a/>", "<a>x</a>", "<a b=\"1 &lt; &amp; &quot;\" c=\"x&#x9;y&#xA;z\">t &amp; &lt;&gt;</a>", "<a><b/> <c>  </c>\n</a>",
        "<a><!-- c --><?p d?></a>",
        "<p:a xmlns:p=\"urn:p\" p:k=\"1\"><b xmlns=\"urn:b\"><c xmlns=\"\"/></b></p:a>", "<a>x&#xD;y</a>", "<a>\u{E9}\u{1F600}</a>",
    ])
    func whatWasWrittenIsReadBack(text: String) throws {
        let document = try XMLDocument.parse(text, options: .stored)
        #expect(document.serialized() == text)
        #expect(try XMLDocument.parse(document.serialized(), options: .stored) == document)
    }

    @Test func styles() throws {
        let document = try XMLDocument.parse("<a><b/><c><d>x</d></c></a>")
        #expect(document.serialized(XMLSerialization(spaceInEmptyTag: true)) == "<a><b /><c><d>x</d></c></a>")
        #expect(document.serialized(.pretty) == "<a>\n  <b/>\n  <c>\n    <d>x</d>\n  </c>\n</a>")
        #expect(try #require(document.root).serializedContent() == "<b/><c><d>x</d></c>")
    }

    @Test func equalityIsThatOfData() throws {
        func equal(_ a: String, _ b: String) throws -> Bool {
            try XMLDocument.parse(a, options: .stored) == XMLDocument.parse(b, options: .stored)
        }
        #expect(try equal("<a k='1' l='2'/>", "<a l='2' k='1'></a>"))
        #expect(try equal("<p:a xmlns:p='u'/>", "<a xmlns='u'/>"))
        #expect(try equal("<a><!-- x --><b/></a>", "<a><b/><!-- y --></a>"))
        #expect(try !equal("<a/>", "<a> </a>"))
        #expect(try !equal("<a><b/><c/></a>", "<a><c/><b/></a>"))
        #expect(try !equal("<a><b/></a>", "<a><b/><b/></a>"))
        #expect(try !equal("<a><b><c/></b></a>", "<a><b/><c/></a>"))
        #expect(try !equal("<a k='1'/>", "<a k='2'/>"))
        #expect(try !equal("<a>\u{E9}</a>", "<a>e\u{301}</a>"))
    }

    @Test func aDetachedNodeKeepsItsNamespaces() throws {
        let document = try XMLDocument.parse("<a xmlns:t='urn:t' xmlns='urn:d'><b><c ref='t:x'/></b></a>")
        let c = try #require(document.root?.element("b")?.element("c"))
        let detached = c.detached()
        #expect(detached.root?.name == XMLName("c", namespace: "urn:d"))
        let declared = try #require(detached.root).namespaceDeclarations.map(\.prefix).sorted()
        #expect(declared == ["", "t"])
        #expect(try XMLDocument.parse(detached.serialized()) == detached)
    }

    @Test func copiesAreWhole() throws {
        let text = "<a i=\"0\"><b j=\"1\">x<c/>y<d k=\"2\" l=\"3\">z</d></b><e/></a>"
        let document = try XMLDocument.parse(text)
        let b = try #require(document.root?.element("b"))
        var builder = XMLBuilder()
        builder.startElement("r")
        builder.text("t")
        builder.copy(b)
        builder.text("u")
        builder.copy(b)
        builder.copy(try #require(document.root?.element("e")))
        let copied = "<b j=\"1\">x<c/>y<d k=\"2\" l=\"3\">z</d></b>"
        #expect(builder.finish().serialized() == "<r>t\(copied)u\(copied)<e/></r>")
    }

    @Test func manyNamesKeepTheirNumbers() {
        var builder = XMLBuilder()
        builder.startElement("r")
        for round in 0 ..< 3 {
            for i in 0 ..< 40 {
                builder.startElement("n\(i)")
                builder.text("\(round)")
                builder.endElement()
            }
        }
        let root = builder.finish().root
        #expect(root?.elements("n7").map(\.stringValue) == ["0", "1", "2"])
        #expect(root?.elements("n39").count == 3)
    }

    @Test func partsAreOneDocument() throws {
        let net = CompositeDocument(rootName: "net", parts: [try .parse("<a>1</a>"), try .parse("<b k='v'/>")])
        #expect(net.materialized().serialized() == "<net><a>1</a><b k=\"v\"/></net>")
    }
}
