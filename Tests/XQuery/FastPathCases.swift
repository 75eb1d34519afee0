import Foundation
import Support
import XMLTree
@testable import XQuery

/// Queries and documents to hold the fast and the general way against each other with: the recorded ones, and what comes of
/// them when pieces are exchanged, taken out and put in.
struct FastPathCases {
    private(set) var queries: [String]
    private var documents: [XMLDocument] = []

    /// One query of every shape that has a fast path, and neighbours that have none.
    static let shapes = [
        "<x>{/Net/a/text()}</x>", "<x>{/Net/list/i/text()}</x>", "<x>{/Net/list/*}</x>", "<x>{/Net/a}</x>", "<x>{/Net/list/node()}</x>",
        "<x>{/Net}</x>",
        "<x>{/*/*}</x>", "<x/>", "<x>text</x>", "<x> </x>", "<x>&#32;</x>", "<x>{' '}</x>", "/Net/a", "/Net/a/text()", "/Net/list/*",
        "/Net", "/*", "/*/*/*",
        "/Net/node()", "/Net/list/i", "for $i in /Net/list/* return $i", "for $i in /Net/list/i return <i>{$i/text()}</i>",
        "/Net/a = 'one'", "/Net/n > 3",
        "/Net/n/text() != 10", "/Net/list/i = 'y'", "/Net/n <= 1e1", "/Net/n = 2.5", "3 < /Net/n", "/Net/a = /Net/n", "true()", "false()",
        "boolean(/Net/a)",
        "not(/Net/a)", "<x><y>{/Net/a/text()}</y><z>{count(/Net/list/i)}</z></x>", "<x>{sum(/Net/list/n)} of {count(/Net/*)}</x>",
        "<x>a{/Net/a/text()}b{/Net/list/i}</x>", "<x>{sum(/Net/n)}{sum(/Net/n)}</x>", "<x><y/>{/Net/list/*}<z>  </z></x>", "<x>{1, 2}</x>",
        "<x k='1'>{/Net/a/text()}</x>",
        "<x>{(/Net/a, /Net/n)}</x>", "/Net/a[1]", "/Net/list/i[. = 'x']", "//i", "count(/Net/*)", "sum(/Net/list/n)", "/Net/a/@k",
        "if (/Net/n > 3) then /Net/a else <a/>",
        "<x>{concat(/Net/a, 'b')}</x>", "declare copy-namespaces no-preserve, inherit; <x>{/Net/*}</x>",
        "declare default element namespace 'urn:d'; <x>{/Net/a}</x>",
        "let $a := /Net/list return $a/i", "<x>{for $i in /Net/list/i return $i/text()}</x>", "/Net/*/text() = ''", "string(/Net/a)", "/",
        "<x>{/}</x>",
    ]

    private static let texts = [
        "<Net><a>one</a><n>10</n><list><i>x</i><i>y</i><n>1</n><n>2.5</n></list></Net>", "<Net/>", "<Net>text</Net>",
        "<Net><a/><n/><list/></Net>",
        "<Net><a k='v'> one </a><n> 7 </n><list> <i> </i>z<i><!-- c -->x</i><?p d?><n>x</n></list>tail</Net>",
        "<Net><a>one</a><a>two</a><n>1</n><n>20</n><list><i>x</i></list><list><i>y</i><n>1e3</n></list></Net>",
        "<Net xmlns:p='urn:p'><p:a>one</p:a><a xmlns='urn:d'><b/></a><list p:k='1'><p:i>x</p:i></list></Net>",
        "<Net xmlns='urn:d'><a>one</a></Net>",
        "<Net><a>&lt;&amp;&#13;\u{E9}</a><n>-0</n><n>123456789012345678</n><list><n>0.1</n><n>0.2</n></list></Net>",
        "<Other><a>one</a></Other>", "<Net><a>o<b>n</b>e</a><n><m>4</m></n><list><i>a<j/>b</i></list></Net>",
        "<Net><n>NaN</n><n>INF</n><list><n>-1.50</n></list></Net>",
    ]

    init() throws {
        struct Recorded: Decodable { let query: String?, doc: String? }
        queries = Self.shapes
        documents = try Self.texts.map { try XMLDocument.parse($0, options: .stored) }
        var known = Set(queries), seen: Set<String> = []
        for line in try Corpus.lines("yawl-golden-") + Corpus.lines("yawl-traps") {
            let recorded = try JSONDecoder().decode(Recorded.self, from: line)
            if let query = recorded.query, query.utf8.count < 4_000, known.insert(query).inserted { queries.append(query) }
            if let text = recorded.doc, seen.insert(text).inserted, let document = try? XMLDocument.parse(text, options: .stored) {
                documents.append(document)
            }
        }
    }

    /// A query as it is, or changed in a few places.
    func query(_ dice: inout SeededRandom) -> String {
        var text = dice.roll(3) == 0 ? dice.pick(Self.shapes) : dice.pick(queries)
        for _ in 0 ..< dice.roll(4) { text = changed(text, &dice) }
        return text
    }

    private static let pieces = [
        "/text()", "/*", "/node()", "[1]", "[. > 2]", "/a", "/Net", "//", "/", "*", "text()", " ", "{", "}", "<y>", "</y>", "<y/>",
        "count(", "sum(", "boolean(", ")",
        "'x'", "10", "-1.5", "1e0", " = ", " > ", " != ", "/@k", "..", ".", ", ", "return ", "for $i in ", "$i", "<!-- c -->", "&lt;", "{{",
        "p:", "true()",
    ]

    private func changed(_ text: String, _ dice: inout SeededRandom) -> String {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return dice.pick(Self.pieces) }
        // Cuts fall between words, so that what comes out is often a query again.
        let cuts =
            [0] + bytes.indices.dropFirst().filter { isWord(bytes[$0 - 1]) != isWord(bytes[$0]) || !isWord(bytes[$0]) } + [bytes.count]
        let low = dice.pick(cuts), high = cuts[min(cuts.count - 1, (cuts.firstIndex(of: low) ?? 0) + 1 + dice.roll(3))]
        func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let before = string(0 ..< low), after = string(max(low, high) ..< bytes.count)
        switch dice.roll(6) {
        case 0: return before + after
        case 1: return before + dice.pick(Self.pieces) + string(low ..< bytes.count)
        case 2: return before + dice.pick(Self.pieces) + after
        case 3: return before + string(low ..< max(low, high)) + string(low ..< bytes.count)
        case 4: return before + dice.pick(["a", "n", "list", "i", "Net", "b", "x"]) + after
        default: return before + dice.pick(queries).suffix(30)
        }
    }

    private func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 45 || byte == 95 || (48 ... 57 ~= byte) || (65 ... 90 ~= byte) || (97 ... 122 ~= byte)
    }

    /// A document as one, or in parts as the engine has it, under generous or narrow limits.
    func input(_ dice: inout SeededRandom) -> QueryInput {
        let document = dice.roll(3) == 0 ? documents[dice.roll(min(documents.count, Self.texts.count))] : dice.pick(documents)
        guard dice.roll(2) == 0, let root = document.root, root.attributes.isEmpty else {
            return dice.roll(40) == 0 ? .none : .document(document)
        }
        return .composite(CompositeDocument(rootName: root.localName, parts: root.elements.map { $0.detached() }))
    }

    func limits(_ dice: inout SeededRandom) -> QueryLimits {
        switch dice.roll(6) {
        case 0: QueryLimits(steps: dice.roll(120))
        case 1: QueryLimits(nodes: dice.roll(40))
        case 2: QueryLimits(bytes: dice.roll(80))
        default: QueryLimits(steps: 20_000, nodes: 20_000, bytes: 200_000)
        }
    }
}
