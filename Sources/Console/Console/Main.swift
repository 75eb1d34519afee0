import Catalog
import CommandLine
import Connectors
import Engine
import Foundation
import Panes
import PostgresStore
import SQLiteStore
import Terminal

/// The composition root: the only place that knows which store and which faces go together.
@main
enum Main {
    static func main() async {
        await CommandLineProcess.run(
            registry: .console,
            openStore: { path, services, user async throws(EngineError) in try await store(at: path, services, user) },
            openConsole: { house, wishes async throws(EngineError) in try await console(house, wishes) })
    }

    private static func store(at path: String, _ services: ServicesPlace, _ user: String) async throws(EngineError) -> House {
        var options = WorkflowEngine.Options(services: try ServicesFile.read(services.path, isRequired: services.isNamed))
        options.openFile = { path throws(StoreError) in try SQLiteStore(path: path) }
        do throws(StoreError) {
            let engine = WorkflowEngine(store: try await open(path), options: options)
            // The only place that names a tenant: whoever can open a store works in its local one.
            return engine.house(for: Principal(name: user, tenant: .local))
        } catch {
            switch error.kind {
            case .unavailable: throw EngineError(.unavailable, "store-unavailable", error.message)
            case .unusable: throw EngineError(.unavailable, "store-unusable", error.message)
            case .failure: throw EngineError(.failure, "store-failed", error.message)
            }
        }
    }

    private static func open(_ path: String) async throws(StoreError) -> any Store {
        switch StoreAddress(path) {
        case .file(let path): try SQLiteStore(path: path)
        case .server(let text): try await PostgresStore(ServerPlace(text))
        }
    }

    private static func console(_ house: House, _ wishes: ConsoleWishes) async throws(EngineError) -> Int32 {
        var environment = ProcessInfo.processInfo.environment
        if wishes.isColourless { environment["NO_COLOR"] = "1" }
        let places = Places(environment: environment)
        let options = ConsoleOptions(
            settings: .read(folder: places.configuration, keptIn: places.lastGood), terminal: .detect(environment: environment),
            target: wishes.target,
            isReadOnly: wishes.isReadOnly, settingsFolder: places.configuration, viewsFile: places.views, draftsFile: places.drafts,
            sessionFile: places.session,
            openStore: { path throws(EngineError) in
                try places.prepare(for: path)
                return try await store(at: path, wishes.services, house.session.principal.name)
            })
        if wishes.isLinear || environment["TERM"] == "dumb" {
            return await runLinearConsole(house: house, options: options)
        }
        do {
            return try await runConsole(house: house, options: options)
        } catch {
            throw EngineError(.unavailable, "console-failed", "the console cannot run here: \(error)")
        }
    }
}
