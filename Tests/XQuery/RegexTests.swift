import Testing
import XMLTree
@testable import XQuery

/// Regular expressions in the dialect of XPath.
@Suite struct RegexTests {
    @Test(arguments: [
        ("abracadabra", "^a.*a$", "", true), ("abc", "B", "i", true), ("a\nb", "a.b", "", false), ("a\nb", "a.b", "s", true),
        ("a\nb", "^b$", "m", true), ("a\nb", "^b$", "", false), ("a.b", "a.b", "q", true), ("axb", "a.b", "q", false),
        ("helloworld", " hello world ", "x", true), ("x-y", "^[a-z-]+$", "", true), ("m", "[a-z-[aeiou]]", "", true),
        ("e", "[a-z-[aeiou]]", "", false),
        ("abab", "^(ab)\\1$", "", true), ("\u{E9}", "^\\p{Ll}$", "", true), ("\u{430}", "^\\p{IsCyrillic}$", "", true),
        ("5", "\\P{Nd}", "", false),
        ("a1", "^\\i\\c*$", "", true), ("aaa", "^a{2}$", "", false), ("aaa", "^a{2,}$", "", true), ("aaab", "^(a*)*b$", "", true),
        ("", "^$", "", true),
        ("abc", "(?:b)", "", true), ("K", "\u{212A}", "i", true), ("I", "[A-Z-[OI]]", "i", false),
    ])
    func matching(text: String, pattern: String, flags: String, expected: Bool) {
        var bound = environment
        bound.variables = ["t": .text(text), "p": .text(pattern), "f": .text(flags)]
        #expect(ask("matches($t, $p, $f)", bound) == String(expected))
    }

    @Test(arguments: [
        "a**", "(", ")", "[", "]", "a{2,1}", "a{", "{1}", "[z-a]", "[a--]", "\\b", "(?=a)", "\\p{Xx}", "\\p{IsNowhere}", "(a)\\2", "(a\\1)",
        "[\\1]", "a|*", "\\",
    ])
    func whatIsNoPattern(pattern: String) {
        var bound = environment
        bound.variables = ["p": .text(pattern)]
        #expect(ask("matches('a', $p)", bound) == "FORX0002")
    }

    private func ask(_ query: String, _ environment: QueryEnvironment) -> String {
        do throws(XQueryError) {
            return try Query.compile(query, variables: Array(environment.variables.keys)).string(over: .none, in: environment)
        } catch { return error.code }
    }

    @Test func replacing() {
        #expect(run("replace('abracadabra', 'a(.)', 'a$1$1')") == "abbraccaddabbra")
        #expect(run("replace('darted', '^(.*?)d(.*)$', '$1c$2')") == "carted")
        #expect(run("replace('abcd', '(ab)|(a)', '[1=$1][2=$2]')") == "[1=ab][2=]cd")
        #expect(run("replace('a.b', '.', '$', 'q')") == "a$b")
        #expect(run("replace('a', 'a', '\\\\\\$')") == "\\$")
        #expect(run("replace('a', 'a', '$x')") == "FORX0004")
        #expect(run("replace('a', 'b?', 'x')") == "FORX0003")
        #expect(run("matches('a', 'a', 'z')") == "FORX0001")
    }

    @Test func cutting() {
        #expect(run("tokenize('1, 15, 24', ',\\s*')") == "1 15 24")
        #expect(run("count(tokenize('abba', 'b'))") == "3")
        #expect(run("count(tokenize('  a  b '))") == "2")
        #expect(run("tokenize('', 'b') = ''") == "false")
        #expect(run("tokenize('ab', 'x*')") == "FORX0003")
    }

    @Test func analysing() {
        #expect(
            run("string-join(analyze-string('a1b22', '[0-9]+')/*/concat(local-name(), ':', .), ' ')")
                == "non-match:a match:1 non-match:b match:22")
        #expect(run("analyze-string('xay', '(a)')//*:group/@nr/string()") == "1")
    }

    /// Backtracking must not depend on the thread's stack.
    @Test func longTextsNeedNoStack() {
        #expect(run("string-length(replace(string-join(for $i in 1 to 10000 return 'ab'), '(a|b)*a', 'x'))") == "2")
    }
}
