import CommandLine
import Engine
import Foundation
import Platform
import SQLiteStore

@testable import Catalog
@testable import Panes

/// A store of its own that knows berths, and a command line on it; the store is gone with it.
final class Harbour: Sendable {
    static let kinds = KindRegistry([Berth.self])
    /// As the product makes it, with another set of kinds.
    static let registry = CommandRegistry.console(
        CommandRegistry(kinds: kinds, commands: CommandCatalog.all, panes: PaneCatalog.all))
    /// 2026-03-02T14:00:00Z.
    static let now: Int64 = 1_772_460_000_000

    let house: House
    private let folder: String
    private let face: CommandLineFace

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("harbour-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let store = try SQLiteStore(path: folder + "/harbour.db")
        let house = WorkflowEngine(store: store, options: .init(kinds: Self.kinds)).house(for: Principal(name: "ann", tenant: .local))
        self.folder = folder
        self.house = house
        face = CommandLineFace(
            host: CommandLineHost(
                registry: Self.registry, defaultStore: "harbour", user: "ann", isInteractive: false, width: nil,
                openStore: { _, _ async throws(EngineError) in house }, openConsole: { _, _ async throws(EngineError) in 0 }))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(_ words: String...) async -> Outcome { await face.run(words) }

    /// Opens a berth and answers its id.
    func open(_ name: String, depth: Int, fee: Int = 0) async throws -> Int64 {
        let answer = try await json("berth", "open", "--name", name, "--depth", String(depth), "--fee", String(fee))
        guard let berth = answer as? [String: Any], let id = berth["id"] as? Int64 else { return 0 }
        return id
    }

    /// The answer with `-o json`, read.
    func json(_ words: String...) async throws -> Any {
        let outcome = await face.run(words + ["-o", "json"])
        return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    }

    func names(_ words: String...) async throws -> [String] {
        let outcome = await face.run(["berth", "list"] + words + ["-o", "json"])
        let rows = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
        return rows?.compactMap { $0["name"] as? String } ?? []
    }
}
