import Foundation
import Testing
import XMLTree
@testable import Workflow

/// The inline schemas of the corpus compile, and the values made for them are valid. Skipped where the corpus is not at hand.
@Suite struct CorpusTypesTests {
    private static let corpus: URL? = {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] ?? "../shared/corpus")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("specs").path) ? folder : nil
    }()

    private static func files(under folder: String) throws -> [URL] {
        guard let root = corpus?.appendingPathComponent(folder) else { return [] }
        let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
        return all.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    }

    private static func schemas(in document: XMLDocument) -> [XMLNode] {
        var found: [XMLNode] = [], left = [document.node]
        while let node = left.popLast() {
            if node.localName == "schema", node.name.namespace == "http://www.w3.org/2001/XMLSchema" {
                found.append(node)
            } else {
                left += node.elements
            }
        }
        return found
    }

    @Test(.enabled(if: corpus != nil)) func everyInlineSchemaCompiles() throws {
        var files = 0, schemas = 0, types = 0, refused: [String] = []
        for file in try Self.files(under: "specs") + Self.files(under: "traces/authored") {
            guard let document = try? XMLDocument.parse([UInt8](Data(contentsOf: file)), options: .specification) else { continue }
            files += 1
            for schema in Self.schemas(in: document) {
                schemas += 1
                do {
                    let library = try TypeLibrary(schema: schema)
                    for name in library.userTypes {
                        types += 1
                        let made = try #require(library.defaultInstance(named: "v", of: name), "\(file.lastPathComponent): \(name)")
                        // A made value does not try to match patterns.
                        let found = library.validate(made, name: "v", type: name).filter { !$0.message.contains("must match the pattern") }
                        #expect(found == [], "\(file.lastPathComponent): \(name) \(made.serialized())")
                    }
                } catch let error as TypeLibraryError {
                    refused.append("\(file.lastPathComponent): \(error)")
                }
            }
        }
        print("corpus types: \(files) files, \(schemas) schemas, \(types) types; refused: \(refused.count) \(refused)")
        #expect(schemas > 100 && refused.isEmpty)
    }
}
