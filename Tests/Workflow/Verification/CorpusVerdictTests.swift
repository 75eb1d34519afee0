import Foundation
import Testing
import XMLTree
@testable import Workflow

/// Every specification of the corpus is read, written and read again, and judged; where the reference engine's verdict is
/// recorded, ours must be the same.
@Suite struct CorpusVerdictTests {
    /// `MIZZEN_CORPUS`, else `../shared/corpus` beside the package.
    static let corpus: URL? = {
        let path = ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] ?? "../shared/corpus"
        let url = URL(fileURLWithPath: path).standardizedFileURL
        return FileManager.default.fileExists(atPath: url.appendingPathComponent("specs").path) ? url : nil
    }()

    /// What came of one file.
    private struct Outcome {
        var path: String
        var isRead = false
        var errors: [String] = []
        var isAccepted: Bool { isRead && errors.isEmpty }
    }

    @Test(.enabled(if: corpus != nil, "no corpus: set MIZZEN_CORPUS to its folder"))
    func verdictsAreThoseOfTheReference() throws {
        let corpus = try #require(Self.corpus)
        let recorded = Self.recordedVerdicts(corpus)
        #expect(!recorded.isEmpty)
        var table = [Self.row("group", ["files", "read", "accepted", "refused", "recorded", "equal", "differing"])]
        var differences: [String] = []
        for (group, files) in Self.groups(corpus) {
            let outcomes = files.map { Self.outcome($0, in: corpus) }
            let compared = outcomes.filter { recorded[$0.path] != nil }
            let differing = compared.filter { recorded[$0.path] != $0.isAccepted }
            let accepted = outcomes.count(where: \.isAccepted)
            let counts = [
                files.count, outcomes.count(where: \.isRead), accepted, files.count - accepted, compared.count,
                compared.count - differing.count, differing.count,
            ]
            table.append(Self.row(group, counts.map(String.init)))
            differences += differing.map {
                "\($0.path): the reference \(recorded[$0.path] == true ? "accepts" : "refuses"), we say \($0.errors)"
            }
        }
        print(table.joined(separator: "\n"))
        for difference in differences { print(difference) }
        #expect(differences.isEmpty)
    }

    @Test(.enabled(if: corpus != nil, "no corpus: set MIZZEN_CORPUS to its folder"))
    func whatIsReadAndWrittenSaysTheSame() throws {
        let corpus = try #require(Self.corpus)
        var count = 0
        for path in Self.groups(corpus).flatMap(\.files) {
            let bytes = [UInt8](try Data(contentsOf: corpus.appendingPathComponent(path)))
            guard let specifications = try? SpecificationReader.read(bytes, file: path) else { continue }
            let text = SpecificationWriter.write(specifications)
            #expect(try SpecificationReader.read(Array(text.utf8), file: path) == specifications, "\(path)")
            #expect(try Self.elementCounts(Array(text.utf8)) == Self.elementCounts(bytes), "\(path)")
            count += 1
        }
        #expect(count > 100)
    }

    // MARK: Material

    private static func groups(_ corpus: URL) -> [(group: String, files: [String])] {
        let folders = ["specs/yawlfoundation", "specs", "traces/authored", "traces/authored-rejected"]
        return folders.map { folder in
            let found =
                FileManager.default.enumerator(atPath: corpus.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? []
            let files = found.map { folder + "/" + $0 }.filter { path in
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: corpus.appendingPathComponent(path).path, isDirectory: &isFolder)
                return !isFolder.boolValue && !path.hasSuffix(".csv") && !(folder == "specs" && path.hasPrefix("specs/yawlfoundation/"))
            }
            return (folder == "specs" ? "specs of others" : folder, files.sorted())
        }
    }

    private struct Header: Decodable {
        let spec: String
        let policy: String
        let loaded: Bool
    }

    /// Path in the corpus → accepted; from the first lines of the recorded runs.
    private static func recordedVerdicts(_ corpus: URL) -> [String: Bool] {
        var verdicts: [String: Bool] = [:]
        for folder in ["authored", "rejected", "repo"] {
            let runs = corpus.appendingPathComponent("traces/runs/" + folder)
            for name in (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? [] where name.contains(".first") {
                guard let handle = FileHandle(forReadingAtPath: runs.appendingPathComponent(name).path) else { continue }
                defer { try? handle.close() }
                let start = (try? handle.read(upToCount: 1 << 16)) ?? Data()
                guard let header = try? JSONDecoder().decode(Header.self, from: Data(start.prefix { $0 != 10 })),
                    !header.policy.contains("ignoreErrors")
                else { continue }
                verdicts[(folder == "repo" ? "specs/yawlfoundation/" : "traces/") + header.spec] = header.loaded
            }
        }
        return verdicts
    }

    private static func outcome(_ path: String, in corpus: URL) -> Outcome {
        var outcome = Outcome(path: path)
        do {
            let bytes = [UInt8](try Data(contentsOf: corpus.appendingPathComponent(path)))
            let specifications = try SpecificationReader.read(bytes, file: path)
            outcome.isRead = true
            outcome.errors = specifications.flatMap { verify($0) }.filter { $0.severity == .error }.map { $0.text(file: path) }
        } catch {
            outcome.errors = ["\(error)"]
        }
        return outcome
    }

    private static func row(_ group: String, _ cells: [String]) -> String {
        group.padding(toLength: 26, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }

    /// How often each element and each attribute with its value occurs.
    private static func elementCounts(_ bytes: [UInt8]) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        var open = try XMLDocument.parse(bytes).node.elements
        while let node = open.popLast() {
            counts[node.localName, default: 0] += 1
            for (name, value) in node.attributes where name.local != "schemaLocation" {
                counts["\(node.localName)/@\(name.local)=\(value)", default: 0] += 1
            }
            open += node.elements
        }
        return counts
    }
}
