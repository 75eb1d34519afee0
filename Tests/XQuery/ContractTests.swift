import Testing
import XMLTree
@testable import XQuery

/// What the workflow engine asks of a query: elements, lists of elements, over documents put together from variables.
@Suite struct ContractTests {
    private func net() throws -> CompositeDocument {
        CompositeDocument(
            rootName: "Net",
            parts: [
                try XMLDocument.parse("<a>1</a>"), try XMLDocument.parse("<list><i>x</i><i>y</i></list>"),
                try XMLDocument.parse("<b k='v'>2</b>"),
            ])
    }

    private func element(_ query: String) throws -> String {
        let input = QueryInput.composite(try net())
        do throws(XQueryError) { return try Query.compile(query).element(over: input, in: environment).serialized() } catch {
            return error.code
        }
    }

    @Test func oneElement() throws {
        #expect(try element("<x>{/Net/a/text()}</x>") == "<x>1</x>")
        #expect(try element("/Net/list") == "<list><i>x</i><i>y</i></list>")
        #expect(try element("/Net/list/i[2]") == "<i>y</i>")
        #expect(try element("/Net/b") == "<b k=\"v\">2</b>")
        #expect(try element("/") == "<Net><a>1</a><list><i>x</i><i>y</i></list><b k=\"v\">2</b></Net>")
        #expect(try element("/Net/missing") == "MZQE0001")
        #expect(try element("/Net/list/i") == "MZQE0002")
        #expect(try element("/Net/a/text()") == "MZQE0003")
        #expect(try element("/Net/b/@k") == "MZQE0003")
        #expect(try element("'<a/>'") == "MZQE0003")
    }

    @Test func whatReadingBackWouldDrop() throws {
        #expect(try element("<x>{' '}<y> </y><z> k </z><!-- c --></x>") == "<x><y/><z> k </z></x>")
        #expect(try element("(<x/>, ' ')") == "<x/>")
    }

    @Test func listsOfElements() throws {
        let split = try Query.compile("for $i in /list/* return <item>{$i/text()}</item>")
        let list = try XMLDocument.parse("<list><i>x</i><i>y</i></list>")
        #expect(try split.elements(over: .document(list), in: environment).map { $0.serialized() } == ["<item>x</item>", "<item>y</item>"])
        #expect(try split.elements(over: .document(try XMLDocument.parse("<list/>")), in: environment).isEmpty)
        #expect(throws: XQueryError.self) { try Query.compile("1").elements(over: .document(list), in: environment) }
    }

    /// The parts seen through the outer element are the same as one document put together.
    @Test(arguments: [
        "/", "/Net/*", "//i", "/*/*[2]/i[1]", "count(//node())", "//i/ancestor::*/name()", "/Net/list/preceding-sibling::*",
        "/Net/list/following-sibling::*",
        "//i[1]/following::*", "//b/preceding::*", "/Net/a/..", "string(/)", "string(/Net)", "<x>{/Net/*}</x>", "<x>{/Net}</x>",
        "/Net/b | /Net/a",
        "deep-equal(/, <Net/>)", "root(//i[1])/*/name()", "//text()", "/descendant-or-self::*/name()", "(//i/parent::*)/../name()",
        "/Net/b/@*/name()",
        "/Net/list/i << /Net/b", "for $x in /Net/* order by name($x) descending return name($x)", "/self::node()/Net/self::Net/name()",
    ])
    func compositeEqualsMaterialized(query: String) throws {
        let net = try net()
        let compiled = try Query.compile(query)
        func outcome(_ input: QueryInput) -> String {
            do throws(XQueryError) { return try compiled.string(over: input, in: environment) } catch { return error.code }
        }
        #expect(outcome(.composite(net)) == outcome(.document(net.materialized())))
    }

    @Test func nothingBehindTheSlash() {
        #expect(run("/a") == "XPDY0002")
        #expect(run("1 + 1") == "2")
    }
}
