import Engine
import Foundation
import Panes
import Platform
import SQLiteStore
import Testing

@testable import CommandLine

/// A store of its own for one test, and the command line on it.
final class Workshop: Sendable {
    let folder: String
    private let face: CommandLineFace

    init() {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-cli-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.folder = folder
        face = CommandLineFace(
            host: CommandLineHost(
                registry: .console, defaultStore: folder + "/store.db", user: "tester", isInteractive: false, width: nil,
                openStore: { path, _ async throws(EngineError) in try Self.house(at: path) },
                openConsole: { _, _ async throws(EngineError) in 0 }))
    }

    static func house(at path: String) throws(EngineError) -> House {
        do {
            return WorkflowEngine(store: try SQLiteStore(path: path)).house(for: Principal(name: "tester", tenant: .local))
        } catch {
            throw EngineError(.unavailable, "test", "\(error)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(_ line: String...) async -> Outcome { await face.run(line) }
    func run(_ line: [String]) async -> Outcome { await face.run(line) }

    /// The answer with `-o json`, read.
    func json(_ line: String...) async throws -> Any { try await json(line) }

    func json(_ line: [String]) async throws -> Any {
        let outcome = await run(line + ["-o", "json"])
        #expect(outcome.code == 0 && outcome.complaint.isEmpty, "\(line): \(outcome.complaint)")
        return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8), options: .fragmentsAllowed)
    }

    func file(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A specification that ships with the product.
    static func example(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("examples/\(name).yawl").path
    }
}
