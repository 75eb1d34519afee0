import Testing
@testable import XMLTree

@Suite struct ParsingTests {
    private func error(_ text: String, _ options: XMLParseOptions = .data) -> XMLError? {
        do throws(XMLError) {
            _ = try XMLDocument.parse(text, options: options)
            return nil
        } catch { return error }
    }

    @Test func aDocumentIsRead() throws {
        let order = try XMLDocument.parse("<?xml version='1.0'?><o n='1'>\n <a>x &amp; y</a>\n <b><![CDATA[<z>]]></b></o>")
        let root = try #require(order.root)
        #expect(root.localName == "o")
        #expect(root.attribute("n") == "1")
        #expect(root.elements.map(\.localName) == ["a", "b"])
        #expect(root.element("a")?.stringValue == "x & y")
        #expect(root.element("b")?.stringValue == "<z>")
        #expect(root.stringValue == "x & y<z>")
    }

    @Test func boundarySpaceIsDroppedOnlyWhereAsked() throws {
        let text = "<o> <a> </a>\n<b> x </b></o>"
        #expect(try XMLDocument.parse(text).serialized() == "<o><a/><b> x </b></o>")
        #expect(try XMLDocument.parse(text, options: .stored).serialized() == text)
    }

    @Test func positionsAreThoseOfTheSource() throws {
        let text = "<o>\n  <a\n    k='v'/>\n  <\u{E9}\u{E9}/><b/>\n</o>"
        let root = try #require(try XMLDocument.parse(text, options: .specification).root)
        #expect(root.position == SourcePosition(line: 1, column: 1))
        #expect(
            root.elements.map(\.position) == [
                SourcePosition(line: 2, column: 3), SourcePosition(line: 4, column: 3), SourcePosition(line: 4, column: 8),
            ])
    }

    @Test func namespacesAreResolved() throws {
        let root = try #require(try XMLDocument.parse("<p:o xmlns:p='urn:p' xmlns='urn:d'><a p:k='1'/></p:o>").root)
        #expect(root.name == XMLName("o", namespace: "urn:p"))
        #expect(root.elements[0].name == XMLName("a", namespace: "urn:d"))
        #expect(root.elements[0].attribute("k", namespace: "urn:p") == "1")
    }

    @Test func badTextIsRefusedWithItsPlace() {
        #expect(error("<a><b></a>")?.code == .malformed)
        #expect(error("<a>\n<b></a>")?.position.line == 2)
        #expect(error("")?.code == .malformed)
        #expect(error("no markup")?.code == .malformed)
        #expect(error("<a/><b/>")?.code == .malformed)
        #expect(error("<a k='1' k='2'/>")?.code == .malformed)
        #expect(error("<a>&unknown;</a>")?.code == .malformed)
    }

    @Test func documentTypesAreRefused() {
        let bomb = "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'><!ENTITY c '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY d '&c;&c;&c;&c;'>]><b>&d;</b>"
        #expect(error(bomb)?.code == .doctype)
        #expect(error("<!DOCTYPE b [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><b>&x;</b>")?.code == .doctype)
        #expect(error("<!DOCTYPE b SYSTEM 'http://localhost/x.dtd'><b/>")?.code == .doctype)
        #expect(error("<!DOCTYPE b><b/>")?.code == .doctype)
    }

    @Test func sizeAndDepthAreBounded() {
        #expect(error("<a>12345</a>", XMLParseOptions(maxBytes: 11))?.code == .tooLarge)
        #expect(error("<a>1234</a>", XMLParseOptions(maxBytes: 11)) == nil)
        let deep = { (n: Int) in String(repeating: "<a>", count: n) + String(repeating: "</a>", count: n) }
        #expect(error(deep(512)) == nil)
        #expect(error(deep(513))?.code == .tooDeep)
        #expect(error(deep(100_000))?.code == .tooDeep)
    }
}
