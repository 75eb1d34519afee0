import Foundation
import Testing
import XMLTree
@testable import Workflow

/// The recorded runs of the reference engine hand in outputs made by a written rule. The same outputs come out of our types, and
/// what the reference accepted or refused we accept or refuse. Skipped where the corpus is not at hand.
@Suite struct RecordedOutputTests {
    private static let corpus: URL? = {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] ?? "../shared/corpus")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("traces/runs").path) ? folder : nil
    }()

    private struct Step: Decodable {
        let t: String
        let spec: String?
        let action: String?
        let item: String?
        let task: String?
        let started: String?
        let input: String?
        let output: String?
        let error: String?
    }

    /// Types and output parameters of a specification, read just far enough for this test.
    private struct Specification {
        let types: TypeLibrary
        let outputs: [String: [TypeLibrary.Member]]

        init?(_ file: URL) throws {
            guard let document = try? XMLDocument.parse([UInt8](Data(contentsOf: file)), options: .specification),
                let specification = document.root?.element("specification"), document.root?.attribute("version") != nil
            else { return nil }
            types = try TypeLibrary(schema: specification.element("schema"))
            var outputs: [String: [TypeLibrary.Member]] = [:]
            for decomposition in specification.elements("decomposition") {
                let ordered = decomposition.elements("outputParam").enumerated().sorted {
                    (Int($0.element.element("index")?.stringValue ?? "") ?? $0.offset, $0.offset)
                        < (Int($1.element.element("index")?.stringValue ?? "") ?? $1.offset, $1.offset)
                }
                outputs[decomposition.attribute("id") ?? ""] = ordered.map(\.element).compactMap { parameter in
                    guard let name = parameter.element("name"), let type = parameter.element("type") else { return nil }
                    return (name.stringValue, type.stringValue, parameter.attribute("optional") == "true")
                }
            }
            self.outputs = outputs
        }

        /// The rule: the input's child of that name without attributes, or a made value where it is missing or empty.
        func output(for input: XMLNode) -> XMLDocument? {
            guard let members = outputs[input.localName] else { return nil }
            var parts: [XMLDocument] = []
            for member in members {
                let given = input.element(member.name)
                let isSimple = if case .simple? = types.structure(of: member.type) { true } else { false }
                if let given, !given.isEmpty || !isSimple || member.optional {
                    var builder = XMLBuilder()
                    Self.copyPlain(given, into: &builder)
                    parts.append(builder.finish())
                } else if !member.optional {
                    guard let made = types.defaultInstance(named: member.name, of: member.type) else { return nil }
                    parts.append(made)
                }
            }
            return XMLDocument(element: input.localName, children: parts)
        }

        private static func copyPlain(_ node: XMLNode, into builder: inout XMLBuilder) {
            guard node.isElement else { return builder.copy(node) }
            builder.startElement(node.name)
            for child in node.children { copyPlain(child, into: &builder) }
            builder.endElement()
        }
    }

    private static func runs(_ group: String, where isWanted: (String) -> Bool) throws -> [URL] {
        guard let folder = corpus?.appendingPathComponent("traces/runs/" + group) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { isWanted($0.lastPathComponent) }.sorted { $0.path < $1.path }
    }

    private static func steps(_ file: URL) throws -> [Step] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            // States are long and of no interest here.
            line.contains("\"output\":") || line.contains("\"input\":") || line.contains("\"spec\":")
                ? try JSONDecoder().decode(Step.self, from: Data(line.utf8)) : nil
        }
    }

    @Test(.enabled(if: corpus != nil)) func madeOutputsEqualTheRecordedOnes() throws {
        guard let corpus = Self.corpus else { return }
        var checked = 0, differing: [String] = [], refused: [String] = []
        let files =
            try Self.runs("repo") { $0.hasSuffix(".first+max=120.jsonl") }
            + Self.runs("authored") { $0.hasSuffix(".first.jsonl") } + Self.runs("script") { _ in true }
        for file in files {
            let steps = try Self.steps(file)
            guard let path = steps.first?.spec else { continue }
            let folder = file.path.contains("/repo/") ? "specs/yawlfoundation/" : "traces/"
            guard let specification = try Specification(corpus.appendingPathComponent(folder + path)) else { continue }
            var inputs: [String: String] = [:]
            for step in steps {
                if step.action == "start", let item = step.started { inputs[item] = step.input }
                guard step.action == "complete", let item = step.item, let text = step.output, let given = inputs[item],
                    let input = try XMLDocument.parse(given).root, let members = specification.outputs[input.localName]
                else { continue }
                checked += 1
                let recorded = try XMLDocument.parse(text)
                let place = "\(file.lastPathComponent) \(item)"
                if !file.path.contains("/script/"), specification.output(for: input) != recorded {
                    differing.append("\(place): \(text) — \(specification.output(for: input)?.serialized() ?? "none")")
                }
                let violations = specification.types.validate(sequence: recorded, root: input.localName, members: members)
                // Other errors come later, from the mappings back into the net.
                if violations.isEmpty == (step.error?.contains("YDataValidationException") == true) {
                    refused.append("\(place): \(violations) — \(step.error ?? "accepted")")
                }
            }
        }
        print("recorded outputs: \(checked) checked, \(differing.count) made differently, \(refused.count) judged differently")
        #expect(checked > 500)
        #expect(differing == [])
        #expect(refused == [])
    }
}
