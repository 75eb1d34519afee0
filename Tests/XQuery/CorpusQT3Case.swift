import Foundation
import XMLTree
@testable import XQuery

/// One recorded case of the derived W3C cases, and the judgement whether our answer meets what is expected.
struct QT3Case: Decodable {
    struct Variable: Decodable {
        let name: String
        let values: [[String]]?
        let document: String?
    }

    final class Expectation: Decodable {
        let op: String
        let of: [Expectation]
        let values: [[String]]?
        let expr: String?, type: String?, string: String?, xml: String?, code: String?
        let count: Int?
        let normalizesSpace: Bool, ignoresPrefixes: Bool

        private enum Key: String, CodingKey {
            case op, of, values, expr, type, string, xml, code, count
            case normalizesSpace = "normalize_space", ignoresPrefixes = "ignore_prefixes"
        }

        init(from decoder: any Decoder) throws {
            let c = try decoder.container(keyedBy: Key.self)
            op = try c.decode(String.self, forKey: .op)
            if let several = try? c.decode([Expectation].self, forKey: .of) {
                of = several
            } else {
                of = try c.decodeIfPresent(Expectation.self, forKey: .of).map { [$0] } ?? []
            }
            values = try c.decodeIfPresent([[String]].self, forKey: .values)
            expr = try c.decodeIfPresent(String.self, forKey: .expr)
            type = try c.decodeIfPresent(String.self, forKey: .type)
            string = try c.decodeIfPresent(String.self, forKey: .string)
            xml = try c.decodeIfPresent(String.self, forKey: .xml)
            code = try c.decodeIfPresent(String.self, forKey: .code)
            count = try c.decodeIfPresent(Int.self, forKey: .count)
            normalizesSpace = try c.decodeIfPresent(Bool.self, forKey: .normalizesSpace) ?? false
            ignoresPrefixes = try c.decodeIfPresent(Bool.self, forKey: .ignoresPrefixes) ?? false
        }
    }

    let id: String, set: String, tier: String, query: String
    /// "open" for the cases known while the evaluator was written.
    let split: String?
    let context: String?
    let contextReference: String?, contextSelect: String?
    let variables: [Variable]
    let namespaces: [String: String]
    let expect: Expectation
    let isYAWLLike: Bool

    private enum CodingKeys: String, CodingKey {
        case id, set, tier, query, split, context, variables, namespaces, expect
        case contextReference = "context_ref", contextSelect = "context_select", isYAWLLike = "yawl_like"
    }

    /// fn, op, prod …
    var family: String { String(set.prefix { $0 != "-" }) }
}

/// What became of a case.
struct QT3Verdict {
    var passes: Bool
    /// An error was expected and came; whether with the very code.
    var expectsError = false
    var exactCode = false
    /// What was given instead.
    var given = ""
}

/// Evaluates a case and looks at the result through the same evaluation, so that nodes keep their surroundings.
struct QT3Judge {
    let documents: [String: XMLDocument]

    func verdict(on recorded: QT3Case) -> QT3Verdict {
        do {
            return try judge(recorded)
        } catch let error as XQueryError {
            return judge(error, recorded.expect)
        } catch {
            return QT3Verdict(passes: false, given: "the case cannot be set up: \(error)")
        }
    }

    private func judge(_ recorded: QT3Case) throws -> QT3Verdict {
        var input = QueryInput.none
        if let text = recorded.context {
            input = .document(try XMLDocument.parse(text, options: .stored))
        } else if let reference = recorded.contextReference, let document = documents[reference] {
            input = .document(document)
        }
        var environment = environment
        let deadline = Date().addingTimeInterval(30)
        // A result and its copy: one case makes every character there is.
        environment.limits.bytes = 16 << 20
        environment.limits.isInterrupted = { Date() > deadline }
        let probe = Evaluation(try Program.compile("()", as: .expression, variables: []), over: .none, in: environment)
        let names = recorded.variables.map { name(of: $0, in: recorded) }
        for (variable, name) in zip(recorded.variables, names) {
            if let text = variable.document {
                environment.variables[name] = .documents([try XMLDocument.parse(text, options: .stored)])
            } else {
                environment.variables[name] = QueryVariable(Value(try (variable.values ?? []).map { try item($0, probe) }))
            }
        }
        let program = try Program.compile(
            recorded.query, as: .expression, variables: names,
            namespaces: recorded.namespaces)
        let evaluation = Evaluation(program, over: input, in: environment)
        if let select = recorded.contextSelect {
            let selection = Evaluation(try Program.compile(select, as: .expression, variables: []), over: input, in: environment)
            evaluation.focus.item = try selection.program.body.evaluate(selection).first
            evaluation.share(selection)
        }
        let value = try program.body.evaluate(evaluation)
        var verdict = QT3Verdict(passes: try meets(recorded.expect, value, evaluation, recorded))
        if !verdict.passes { verdict.given = described(value, evaluation) }
        return verdict
    }

    /// `{uri}local` for a name whose prefix the query declares.
    private func name(of variable: QT3Case.Variable, in recorded: QT3Case) -> String {
        let parts = variable.name.split(separator: ":").map(String.init)
        guard parts.count == 2 else { return variable.name }
        let words = recorded.query.split { " \n\r\t=\"';".contains($0) }.map(String.init)
        let place = words.indices.first { words[$0] == "namespace" && $0 + 2 < words.count && words[$0 + 1] == parts[0] }
        return "{\(place.map { words[$0 + 2] } ?? recorded.namespaces[parts[0]] ?? "")}\(parts[1])"
    }

    private func judge(_ error: XQueryError, _ expected: QT3Case.Expectation) -> QT3Verdict {
        var verdict = QT3Verdict(passes: false, given: "\(error.code) \(error.message)")
        func look(_ expected: QT3Case.Expectation) {
            switch expected.op {
            case "error":
                verdict.passes = error.kind != .limit
                verdict.expectsError = true
                if expected.code == "*" || expected.code == error.code { verdict.exactCode = true }
            case "any-of": for inner in expected.of { look(inner) }
            default: break
            }
        }
        look(expected)
        return verdict
    }

    private func item(_ pair: [String], _ c: Evaluation) throws -> Item {
        let name = pair[0].hasPrefix("xs:") ? String(pair[0].dropFirst(3)) : pair[0]
        if name == "QName" {
            let parts = pair[1].split(separator: "}", maxSplits: 1).map(String.init)
            let uri = pair[1].hasPrefix("{") || pair[1].hasPrefix("Q{") ? String(parts[0].drop { $0 == "Q" || $0 == "{" }) : ""
            return .qname(QualifiedName(prefix: "", uri: uri, local: uri.isEmpty ? pair[1] : parts[1]))
        }
        guard let type = AtomicType(rawValue: name) else { throw XQueryError.type("no type \(pair[0])") }
        return try Casting.cast(.string(pair[1]), to: type, c)
    }

    private func expected(_ expectation: QT3Case.Expectation, _ c: Evaluation, _ recorded: QT3Case) throws -> [Item] {
        if let values = expectation.values { return try values.map { try item($0, c) } }
        return Array(try ask(expectation.expr ?? "()", .empty, c, recorded))
    }

    /// Evaluates an expression over `$result` in the world of the first evaluation.
    private func ask(_ query: String, _ result: Value, _ c: Evaluation, _ recorded: QT3Case) throws -> Value {
        let program = try Program.compile(query, as: .expression, variables: ["result"], namespaces: recorded.namespaces)
        var environment = c.environment
        environment.variables["result"] = QueryVariable(result)
        let evaluation = Evaluation(program, over: .none, in: environment)
        evaluation.share(c)
        let value = try program.body.evaluate(evaluation)
        c.share(evaluation)
        return value
    }

    private func meets(_ expectation: QT3Case.Expectation, _ value: Value, _ c: Evaluation, _ recorded: QT3Case) throws -> Bool {
        switch expectation.op {
        case "assert-true", "assert-false":
            guard case .boolean(let truth)? = value.first, value.count == 1 else { return false }
            return truth == (expectation.op == "assert-true")
        case "assert-empty": return value.isEmpty
        case "assert-count": return value.count == expectation.count
        case "assert-type":
            return try c.effectiveBoolean(try ask("$result instance of \(expectation.type ?? "")", value, c, recorded))
        case "assert-eq":
            guard value.count == 1, let wanted = try expected(expectation, c, recorded).first else { return false }
            return try Comparison.same(try c.atomize(value[0]), try c.atomize(wanted), nanEqual: true, c)
        case "assert-deep-eq":
            let wanted = try expected(expectation, c, recorded)
            guard wanted.count == value.count else { return false }
            for (a, b) in zip(value, wanted) { guard try equal(a, b, c, recorded) else { return false } }
            return true
        case "assert-permutation":
            var wanted = try expected(expectation, c, recorded)
            guard wanted.count == value.count else { return false }
            for item in value {
                guard let place = try wanted.firstIndex(where: { try equal(item, $0, c, recorded) }) else { return false }
                wanted.remove(at: place)
            }
            return true
        case "assert-string-value":
            var text = try value.map { try c.text($0) }.joined(separator: " "), wanted = expectation.string ?? ""
            if expectation.normalizesSpace { (text, wanted) = (normalized(text), normalized(wanted)) }
            return sameBytes(text, wanted)
        case "assert-xml":
            let given = try XMLDocument.parse("<w>\(try serialized(value, c))</w>", options: .stored)
            var wanted = expectation.xml ?? ""
            if wanted.hasPrefix("<?xml "), let end = wanted.range(of: "?>") { wanted = String(wanted[end.upperBound...]) }
            let reference = try XMLDocument.parse("<w>\(wanted)</w>", options: .stored)
            return sameBytes(canonical(given, expectation.ignoresPrefixes), canonical(reference, expectation.ignoresPrefixes))
        case "assert": return try c.effectiveBoolean(try ask(expectation.expr ?? "false()", value, c, recorded))
        case "any-of":
            var failure: (any Error)?
            for inner in expectation.of {
                do { if try meets(inner, value, c, recorded) { return true } } catch { failure = error }
            }
            if let failure { throw failure }
            return false
        case "all-of": return try expectation.of.allSatisfy { try meets($0, value, c, recorded) }
        case "not": return try !expectation.of.contains { try meets($0, value, c, recorded) }
        // A value where an error was expected.
        case "error": return false
        default: throw XQueryError.type("no such assertion: \(expectation.op)")
        }
    }

    private func equal(_ a: Item, _ b: Item, _ c: Evaluation, _ recorded: QT3Case) throws -> Bool {
        if case .node = a { return try c.effectiveBoolean(try ask("deep-equal($result[1], $result[2])", .many([a, b]), c, recorded)) }
        return try Comparison.same(try c.atomize(a), try c.atomize(b), nanEqual: true, c)
    }

    private func normalized(_ text: String) -> String {
        text.utf8.split(whereSeparator: Casting.isSpace).map { String(Substring($0)) }.joined(separator: " ")
    }

    private func serialized(_ value: Value, _ c: Evaluation) throws -> String { try c.program.serialized(value, c) }

    private func described(_ value: Value, _ c: Evaluation) -> String {
        let text = (try? serialized(value, c)) ?? "what cannot be serialized"
        return "\(text.prefix(300)) (\(value.count == 1 ? value[0].typeName : "\(value.count) items"))"
    }

    /// Names with their namespaces, attributes sorted, declarations where they change something.
    private func canonical(_ document: XMLDocument, _ ignoresPrefixes: Bool) -> String {
        var text = ""
        func write(_ node: XMLNode, _ scope: [String: String]) {
            switch node.kind {
            case .document: for child in node.children { write(child, scope) }
            case .text: text += "[" + node.stringValue + "]"
            case .comment: text += "<!--" + node.stringValue + "-->"
            case .instruction: text += "<?" + node.localName + " " + node.stringValue + "?>"
            case .element:
                var inner = scope
                for declared in node.namespaceDeclarations { inner[declared.prefix] = declared.uri }
                func shown(_ name: XMLName) -> String { (ignoresPrefixes ? "" : name.prefix + ":") + "{\(name.namespace)}\(name.local)" }
                text += "<" + shown(node.name)
                if !ignoresPrefixes {
                    for (prefix, uri) in inner.sorted(by: { $0.key < $1.key }) where (scope[prefix] ?? "") != uri {
                        text += " \(prefix)=>\(uri)"
                    }
                }
                for attribute in node.attributes.map({ shown($0.name) + "=\"\($0.value)\"" }).sorted() { text += " " + attribute }
                text += ">"
                for child in node.children { write(child, inner) }
                text += "</>"
            }
        }
        write(document.node, [:])
        return text
    }
}
