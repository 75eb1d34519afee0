import Testing
@testable import XMLTree

/// The tables behind a document: what the parser and the builder put there, and what is looked up in them.
@Suite struct ArenaTests {
    @Test func textIsOnePieceWhateverItWasWrittenAs() throws {
        let document = try XMLDocument.parse("<a>x<![CDATA[<]]>&amp;<!-- gone -->&#65;<b/> \n <c/></a>")
        #expect(document.serialized() == "<a>x&lt;&amp;A<b/><c/></a>")
        #expect(document.nodeCount == 5)
    }

    @Test func commentsAreKeptWhereAsked() throws {
        let text = "<!--0--><a><!--1-->x<!--2--><?p d?>y</a><?q?>"
        #expect(try XMLDocument.parse(text, options: .stored).serialized() == text)
        #expect(try XMLDocument.parse(text).serialized() == "<a>xy</a>")
    }

    /// More names than the tables are laid out for at first.
    @Test func hundredsOfNames() throws {
        let text = "<r>" + (0 ..< 400).map { "<n\($0 % 250) k\($0)=\"\($0)\">\($0)</n\($0 % 250)>" }.joined() + "</r>"
        let document = try XMLDocument.parse(text)
        #expect(document.serialized() == text)
        #expect(document.root?.elements("n7").map(\.stringValue) == ["7", "257"])
        #expect(document.root?.elements[399].detached().serialized() == "<n149 k399=\"399\">399</n149>")
        var builder = XMLBuilder()
        builder.startElement("r")
        for element in document.root?.elements ?? [] { builder.copy(element) }
        #expect(builder.finish() == document)
    }

    @Test func neighboursAreCopiedInOnePiece() throws {
        let document = try XMLDocument.parse("<a p='0'>t<b q='1'>u<c/></b><d r='2'/>v<e>w</e></a>")
        let a = try #require(document.root), b = try #require(a.element("b")), d = try #require(a.element("d")),
            e = try #require(a.element("e"))
        var builder = XMLBuilder()
        builder.startElement("x")
        builder.copy(document.arena, siblings: b.index ..< d.index + 1)
        builder.copy(document.arena, siblings: e.index ..< document.nodeCount)
        let copy = builder.finish()
        #expect(copy.serialized() == "<x><b q=\"1\">u<c/></b><d r=\"2\"/><e>w</e></x>")
        let root = try #require(copy.root)
        #expect(root.elements.map(\.localName) == ["b", "d", "e"])
        #expect(root.elements.allSatisfy { $0.parent?.localName == "x" })
        #expect(root.element("b")?.element("c")?.parent?.localName == "b")
    }

    /// The first copy into a fresh element takes over the names of its source; what comes later must still find its own.
    @Test(arguments: ["a", "z"])
    func namesTakenOverStayTrue(outer: String) throws {
        let source = try XMLDocument.parse("<r><a>1</a><b k='2'>3</b></r>"), other = try XMLDocument.parse("<s><b l='4'/><k>5</k></s>")
        var builder = XMLBuilder()
        builder.startElement(outer)
        builder.copyContent(of: try #require(source.root))
        builder.copyContent(of: try #require(other.root))
        builder.startElement("a")
        builder.attribute("k", "6")
        #expect(builder.finish().serialized() == "<\(outer)><a>1</a><b k=\"2\">3</b><b l=\"4\"/><k>5</k><a k=\"6\"/></\(outer)>")
    }

    @Test func declarationsAreFoundByElement() throws {
        let text = "<r>" + (0 ..< 50).map { "<e\($0 % 3 == 0 ? " xmlns:p\($0)=\"urn:\($0)\" xmlns:q=\"urn:q\"" : "")/>" }.joined() + "</r>"
        let document = try XMLDocument.parse(text)
        let elements = try #require(document.root).elements
        for (number, element) in elements.enumerated() {
            #expect(element.namespaceDeclarations.map(\.prefix) == (number % 3 == 0 ? ["p\(number)", "q"] : []))
        }
        #expect(document.serialized() == text)
    }

    @Test func namesDifferByEveryByte() {
        let names = ["a", "b", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghijklmnopq", "abcdefghijklmnopr", "\u{E9}", "e\u{301}", ""]
        for (i, x) in names.enumerated() {
            for (j, y) in names.enumerated() {
                #expect((XMLName(x) == XMLName(y)) == (i == j))
                #expect((XMLName("n", namespace: x) == XMLName("n", namespace: y)) == (i == j))
            }
        }
        #expect(XMLName("a", namespace: "b") != XMLName("b", namespace: "a"))
        #expect(XMLName("a", prefix: "p") == XMLName("a", prefix: "q"))
    }

    @Test func aWalkDownFindsWhatItsStepsSay() throws {
        let parts = [
            try XMLDocument.parse("<a><i>1</i><i>2</i></a>"), try XMLDocument.parse("<b/>"), try XMLDocument.parse("<a><j/><i>3</i></a>"),
        ]
        let net = CompositeDocument(rootName: "net", parts: parts)
        func texts(_ tests: [ChildPath.Test]) throws -> [String]? {
            var found: [String] = []
            let path = try #require(ChildPath(tests))
            let seen = path.walk(net) { found.append($0.stringValue(of: $1)) }
            var whole: [String] = []
            let alike = path.walk(net.materialized().arena, from: 0) { whole.append($0.stringValue(of: $1)) }
            if seen != nil {
                #expect(found == whole)
                #expect(seen == alike)
            }
            return seen == nil ? nil : found
        }
        func named(_ name: String) -> ChildPath.Test { ChildPath.Test(XMLName(name)) }
        #expect(try texts([named("net"), named("a"), named("i"), .init(.text)]) == ["1", "2", "3"])
        #expect(try texts([named("net"), .init(.element)]) == ["12", "", "3"])
        #expect(try texts([.init(.element), .init(.anyNode), .init(.element)]) == ["1", "2", "", "3"])
        #expect(try texts([named("other"), named("a")]) == [])
        #expect(try texts([named("net")]) == nil)
        #expect(ChildPath([]) == nil)
    }
}
