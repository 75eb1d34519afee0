import Testing
import XMLTree
@testable import XQuery

/// Each construct of the language by small examples over one order.
@Suite struct ExpressionTests {
    private static let order = """
        <Order><no>17</no><customer vip="yes">Ada &amp; Co</customer><lines><line id="a"><qty>2</qty><price>2.50</price></line>\
        <line id="b"><qty>10</qty><price>0.75</price></line></lines><paid>false</paid><note/><due>2024-01-31</due></Order>
        """

    private func expect(_ query: String, _ result: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(run(query, over: Self.order) == result, "\(query)", sourceLocation: sourceLocation)
    }

    @Test func mappingsOfEveryDay() {
        expect("<no>{/Order/no/text()}</no>", "<no>17</no>")
        expect(
            "<lines>{/Order/lines/*}</lines>",
            "<lines><line id=\"a\"><qty>2</qty><price>2.50</price></line><line id=\"b\"><qty>10</qty><price>0.75</price></line></lines>")
        expect("/Order/no", "<no>17</no>")
        expect("<gone>{/Order/missing/text()}</gone>", "<gone/>")
        expect("for $l in /Order/lines/* return $l/qty", "<qty>2</qty><qty>10</qty>")
        expect("<f>{false}</f>", "<f/>")
    }

    @Test func pathsAndPredicates() {
        expect("/Order/lines/line[2]/qty", "<qty>10</qty>")
        expect("/Order/lines/line[last()]/@id/string()", "b")
        expect("/Order/lines/line[@id = 'a']/price/text()", "2.50")
        expect("//qty[. > 5]", "<qty>10</qty>")
        expect("(//qty)[1]", "<qty>2</qty>")
        expect("/Order/lines/count(line)", "2")
        expect("/Order/*[self::no or self::paid]", "<no>17</no><paid>false</paid>")
        expect("//price/ancestor::*/name()", "Order lines line line")
        expect("//line[2]/preceding-sibling::line/@id/data()", "a")
        expect("/Order/no/following::qty", "<qty>2</qty><qty>10</qty>")
        expect("count(//line[1]/preceding::*)", "2")
        expect("/Order/lines/line/..", run("/Order/lines", over: Self.order))
        expect("/Order/no/1/2", "XPTY0019")
        expect("for $q in (3,1,2)[. >= 2] return $q", "3 2")
    }

    @Test func constructorsKeepAndDropWhiteSpace() {
        expect("<a> {1} </a>", "<a>1</a>")
        expect("<a> x {1} y </a>", "<a> x 1 y </a>")
        expect("<a>&#32;{1}<![CDATA[ < ]]></a>", "<a> 1 &lt; </a>")
        expect("<a>{1,2}{3}</a>", "<a>1 23</a>")
        expect("<a b='{1,2} &amp; \"'>{{}}</a>", "<a b=\"1 2 &amp; &quot;\">{}</a>")
        expect("<a>{/Order/customer/@vip}x</a>", "<a vip=\"yes\">x</a>")
        expect("<a>x{/Order/customer/@vip}</a>", "XQTY0024")
        expect("<a>{attribute b {1}, attribute b {2}}</a>", "XQDY0025")
        expect("<a b='1' b='2'/>", "XQST0040")
        expect("<a><!-- c --><?p d?></a>", "<a><!-- c --><?p d?></a>")
        expect("element {concat('a','b')} {attribute c {1}, text {'t'}, element d {}}", "<ab c=\"1\">t<d/></ab>")
        expect("<p:a xmlns:p='urn:x' p:b='1'><c xmlns='urn:y'/></p:a>", "<p:a xmlns:p=\"urn:x\" p:b=\"1\"><c xmlns=\"urn:y\"/></p:a>")
        expect("<a></b>", "XQST0118")
        expect("/Order/customer/@vip", "SENR0001")
    }

    @Test func flwor() {
        expect("for $l at $n in //line order by number($l/qty) descending return concat($n, ':', $l/qty)", "2:10 1:2")
        expect("for $l in //line order by $l/qty return string($l/qty)", "10 2")
        expect("for $l in //line let $sum := $l/qty * $l/price where $sum > 6 return $sum", "7.5")
        expect("for $a in (1,2), $b in ('x','y') return concat($a,$b)", "1x 1y 2x 2y")
        expect("for $x in (2, (), 1) order by $x empty greatest return $x", "1 2")
        expect("let $a := 1 let $a := $a + 1 return $a", "2")
        expect("some $q in //qty satisfies $q > 5", "true")
        expect("every $q in //qty satisfies $q > 5", "false")
        expect("for $x allowing empty in () return count($x)", "0")
    }

    @Test func choices() {
        expect("if (/Order/paid/text()) then 'there' else 'not'", "there")
        expect("if (/Order/paid = 'true') then 1 else ()", "")
        expect("typeswitch (/Order/no) case xs:integer return 'i' case element(no) return 'e' default return 'o'", "e")
        expect("typeswitch (5) case $i as xs:integer return $i + 1 default $o return $o", "6")
        expect("switch (/Order/no) case '17' case '18' return 'late' default return 'teens'", "late")
    }

    @Test func comparisons() {
        expect("/Order/no < 9", "false")
        expect("/Order/no < '9'", "true")
        expect("//qty = 10", "true")
        expect("//qty != 10", "true")
        expect("/Order/paid = false()", "true")
        expect("/Order/no eq 17", "XPTY0004")
        expect("/Order/note = 0", "FORG0001")
        expect("/Order/no is /Order/no", "true")
        expect("/Order/no << /Order/paid", "true")
        expect("() = 1", "false")
        expect("() eq 1", "")
        expect("'\u{E9}' = 'e\u{301}'", "false")
    }

    @Test func arithmetic() {
        expect("0.1 + 0.2", "0.3")
        expect("1 div 3", "0.333333333333333333")
        expect("7 idiv -2", "-3")
        expect("-7 mod 3", "-1")
        expect("/Order/no * 2", "34")
        expect("/Order/note + 1", "FORG0001")
        expect("/Order/missing + 1", "")
        expect("1 div 0", "FOAR0001")
        expect("1e0 div 0", "INF")
        expect("1 + 'x'", "XPTY0004")
        expect("1234567e0, 0.0000001e0, 1e-5", "1.234567E6 1.0E-7 0.00001")
        expect("99999999999999999999 * 99999999999999999999", "9999999999999999999800000000000000000001")
        expect("123456789012345678901234567890 idiv 987654321098", "124999998861034375")
        expect("xs:date('2024-01-31') + xs:yearMonthDuration('P1M')", "2024-02-29")
        expect("xs:dateTime('2024-03-01T00:00:00') - xs:dateTime('2024-02-28T12:00:00')", "P1DT12H")
    }

    @Test func types() {
        expect("'12' cast as xs:integer + 1", "13")
        expect("'x' castable as xs:integer", "false")
        expect("xs:boolean('yes')", "FORG0001")
        expect("5 instance of xs:decimal, 5 instance of xs:integer+, () instance of empty-sequence()", "true true true")
        expect("/Order/no instance of element(no)", "true")
        expect("xs:byte('300')", "FORG0001")
        expect("5 instance of xs:byte, xs:byte(5) instance of xs:short", "false true")
        expect("'1' treat as xs:integer", "XPDY0050")
    }

    @Test func grouping() {
        expect("string-join(for $x in ('b','a','b') group by $k := $x order by $k return $k || '=' || count($x), ',')", "a=1,b=2")
        expect("for $l in //line group by $big := $l/qty > 5 order by $big return sum($l/qty)", "2 10")
        expect("for $x in (3, 1, 2) order by $x count $n return $n * 10 + $x", "11 22 33")
        expect("for $x in (1, 2) order by -$x for $y in (1, 2) order by $y return $x * 10 + $y", "21 11 22 12")
        expect("for $x in 1 to 4 group by $x return $x", "1 2 3 4")
        expect("for $x in 1 to 4 group by $y return $x", "XQST0094")
    }

    @Test func catching() {
        expect("try { 1 div 0 } catch err:FOAR0001 { 'zero' } catch * { 'other' }", "zero")
        expect("try { error(QName('urn:x', 'x:mine'), 'why', 7) } catch Q{urn:x}mine { $err:description, $err:value + 1 }", "why 8")
        expect("try { 1 div 0 } catch err:XPTY0004 { 'type' }", "FOAR0001")
        expect("try { try { xs:integer('x') } catch err:FOAR0001 { 1 } } catch * { local-name-from-QName($err:code) }", "FORG0001")
    }

    @Test func arrows() {
        expect("/Order/customer => string() => substring(1, 3) => upper-case()", "ADA")
    }

    @Test func derivedTypesAreKept() {
        expect(
            "xs:byte(5) instance of xs:int, (xs:byte(5) + 1) instance of xs:int, data(xs:token(' a ')) instance of xs:token",
            "true false true")
        expect("typeswitch (xs:NCName('a')) case xs:Name return 1 default return 2", "1")
        expect("xs:long(9223372036854775807), xs:long(9223372036854775807) + 1", "9223372036854775807 9223372036854775808")
        expect("xs:dateTimeStamp('2024-01-01T00:00:00')", "FORG0001")
    }

    @Test func variablesOfTheHost() throws {
        var bound = environment
        bound.variables = ["n": .integer(4), "d": .documents([try XMLDocument.parse("<a><b>1</b></a>")]), "{urn:x}t": .text("x")]
        func ask(_ query: String) -> String {
            do throws(XQueryError) { return try Query.compile(query, variables: ["n", "d"]).string(over: .none, in: bound) } catch {
                return error.code
            }
        }
        #expect(ask("$n + $d/a/b") == "5")
        #expect(ask("declare variable $n as xs:integer external; $n") == "4")
        #expect(ask("declare variable $n as xs:string external; $n") == "XPTY0004")
        #expect(ask("declare namespace x = 'urn:x'; declare variable $x:t external; $x:t") == "x")
        #expect(ask("declare variable $u external := 9; $u") == "9")
        #expect(ask("declare variable $u external; $u") == "XPDY0002")
    }

    @Test func namespaces() {
        expect("<a xmlns:p='urn:p'>{for $x in in-scope-prefixes(<b/>) order by $x return $x}</a>", "<a xmlns:p=\"urn:p\">p xml</a>")
        expect("<e>{attribute {QName('urn:x', 'a')} {1}}</e>", "<e xmlns:ns0=\"urn:x\" ns0:a=\"1\"/>")
        expect("namespace-uri-for-prefix('p', <a xmlns:p='urn:p'/>), resolve-QName('p:x', <a xmlns:p='urn:p'/>)", "urn:p p:x")
        expect("declare copy-namespaces no-preserve, inherit; <a>{<b xmlns:p='urn:p'/>}</a>", "<a><b/></a>")
        expect("declare copy-namespaces preserve, no-inherit; <a xmlns:p='urn:p'>{<b/>}</a>/b", "<b xmlns:p=\"urn:p\"/>")
        expect("resolve-uri('../c?x', 'http://h/a/b/d')", "http://h/a/c?x")
        expect("declare namespace a = 'urn:a'; declare namespace a = 'urn:b'; 1", "XQST0033")
    }

    @Test func sets() {
        expect("(/Order/paid | /Order/no)/name()", "no paid")
        expect("//line except //line[1]", "<line id=\"b\"><qty>10</qty><price>0.75</price></line>")
        expect("count(//* intersect //line/*)", "4")
        expect("(1 to 3) ! (. * 2)", "2 4 6")
    }

    @Test func functions() {
        expect("sum(//line/(qty * price))", "12.5")
        expect("avg((1,2)), max((1,2.5)), min(('b','a')), sum(())", "1.5 2.5 a 0")
        expect("round(2.5), round(-2.5), round(1.234, 2), round-half-to-even(2.5), floor(-1.5), abs(-3)", "3 -2 1.23 2 -2 3")
        expect(
            "substring('12345', 2, 3), substring-before('a@b','@'), substring-after('a@b','@'), upper-case('stra\u{DF}e')",
            "234 a b STRASSE")
        expect("string-length('e\u{301}'), normalize-space('  a  b '), translate('abc','ab','X'), contains('abc','b')", "2 a b Xc true")
        expect("string-join(//qty, '+'), concat('a', (), 1)", "2+10 a1")
        expect("distinct-values((1, 1.0, '1', 'a', 'a')), index-of((10,20,10), 10), reverse(1 to 3)", "1 1 a 1 3 3 2 1")
        expect("number(/Order/note), number('1e3'), number(/Order/lines/line)", "XPTY0004")
        expect("name(/*), local-name(/Order/no), string(/Order/customer), data(/Order/no) + 1", "Order no Ada &amp; Co 18")
        expect("deep-equal(<a b='1' c='2'/>, <a c='2' b='1'/>)", "true")
        expect("concat(//line, 'x')", "XPTY0004")
        expect("zero-or-one((1,2))", "FORG0003")
    }

    @Test func momentsAreInjected() {
        var sydney = environment
        sydney.timeZoneMinutes = 600
        #expect(run("current-date()", in: sydney) == "2026-11-23+10:00")
        #expect(run("current-time(), current-dateTime()") == "10:20:30Z 2026-11-23T10:20:30Z")
        #expect(run("current-dateTime() = current-dateTime()") == "true")
        #expect(
            run("hours-from-time(xs:time('10:20:30')), year-from-date(xs:date('2024-01-31')), seconds-from-duration(xs:duration('PT1.5S'))")
                == "10 2024 1.5")
        #expect(run("adjust-dateTime-to-timezone(current-dateTime(), xs:dayTimeDuration('-PT5H'))") == "2026-11-23T05:20:30-05:00")
    }

    @Test func prolog() {
        expect("declare variable $v := 3; $v", "3")
        expect("declare function local:f($a as xs:integer) as xs:integer { $a + 1 }; local:f(/Order/no)", "18")
        expect("declare function local:f($a as xs:integer) { $a }; local:f('x')", "XPTY0004")
        expect("declare variable $a := $a; 1", "XPST0008")
        expect("import module namespace m = 'x'; 1", "XQST0016")
        expect("declare boundary-space preserve; <a> {1} </a>", "<a> 1 </a>")
    }

    @Test func errorsAreFoundWhenCompiling() throws {
        func compileError(_ query: String, as use: Query.Use = .expression) -> XQueryError? {
            do {
                _ = try Query.compile(query, as: use)
                return nil
            } catch { return error }
        }
        #expect(compileError("/a/b + nosuch(1)")?.code == "XPST0017")
        #expect(compileError("/a/b + nosuch(1)")?.offset == 7)
        #expect(compileError("contains('a')")?.code == "XPST0017")
        #expect(compileError("if (false()) then $x else 1")?.code == "XPST0008")
        #expect(compileError("if (false()) then $x else 1")?.offset == 18)
        #expect(compileError("<a>{1</a>")?.kind == .syntax)
        #expect(compileError("average rating < 3")?.code == "XPST0003")
        #expect(compileError("'a & b'")?.code == "XPST0003")
        #expect(compileError("")?.code == "XPST0003")
        #expect(compileError("doc('/etc/passwd')")?.code == "XPST0017")
        #expect(compileError("environment-variable('HOME')")?.code == "XPST0017")
        #expect(compileError("$host") != nil)
        _ = try Query.compile("$host", variables: ["host"])
    }

    @Test func evaluationErrorsHaveAPlace() throws {
        do {
            _ = try Query.compile("<a>{/Order/no + (1 div 0)}</a>").string(
                over: .document(try XMLDocument.parse(Self.order)), in: environment)
            Issue.record("no error")
        } catch let error as XQueryError {
            #expect(error.code == "FOAR0001")
            #expect(error.offset == 19)
        }
    }

    @Test func predicates() throws {
        let input = QueryInput.document(try XMLDocument.parse(Self.order))
        func truth(_ query: String) -> String {
            do throws(XQueryError) { return String(try Query.compile(query, as: .predicate).truth(over: input, in: environment)) } catch {
                return error.code
            }
        }
        #expect(truth("/Order/no > 5") == "true")
        #expect(truth("/Order/missing") == "false")
        #expect(truth("/Order/paid/text() (: a comment at the end :)") == "true")
        #expect(truth("1, 2") == "XPST0017")
        #expect(truth("1) or (1") == "XPST0003")
        #expect(truth("(1, 2)") == "FORG0006")
    }
}
