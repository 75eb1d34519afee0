import Testing
import XMLTree
@testable import Workflow

/// Places of attribute values and contents, also in lines with letters beyond ASCII and in very long ones.
@Suite struct SourceLocatorTests {
    private func marks(_ text: String) throws -> (value: SourceMark, content: SourceMark) {
        let bytes = Array(text.utf8)
        let root = try #require(try XMLDocument.parse(bytes, options: .specification).root)
        let node = try #require(root.element("e"))
        let locator = SourceLocator(bytes)
        return (locator.value(of: "query", in: node), locator.content(of: node))
    }

    @Test func plain() throws {
        let marks = try marks("<r>\n  <e other='>' query=\"/N\">\n text</e></r>")
        #expect(marks.value.position == SourcePosition(line: 2, column: 23))
        #expect(marks.content.position == SourcePosition(line: 3, column: 2))
    }

    @Test func columnsCountCodePoints() throws {
        #expect(try marks("<r><a>äöü→</a><e query='x'>y</e></r>").value.position == SourcePosition(line: 1, column: 25))
    }

    @Test(arguments: [1000, 1023, 1024, 5000]) func longLines(_ length: Int) throws {
        let text = "<r><a>" + String(repeating: "é", count: length) + "</a><e query='x'>y</e></r>"
        #expect(try marks(text).value.position == SourcePosition(line: 1, column: length + 21))
    }

    @Test func anAttributeThatEndsLikeItIsAnother() throws {
        #expect(try marks("<r><e myquery='a' query = 'b'>y</e></r>").value.position == SourcePosition(line: 1, column: 28))
    }
}
