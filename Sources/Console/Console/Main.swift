import Catalog
import CommandLine
import Connectors
import Engine
import Foundation
import Panes
import PostgresStore
import SQLiteStore
import Settings
import Terminal

/// The composition root: the only place that knows which store and which faces go together.
@main
enum Main {
    static func main() async {
        await CommandLineProcess.run(
            registry: .console,
            readConfiguration: { path, isNamed, flags, services throws(EngineError) in
                try configuration(at: path, isNamed, flags, services)
            },
            openStore: { path, services, user async throws(EngineError) in try await store(at: path, services, user) },
            openConsole: { house, wishes async throws(EngineError) in try await console(house, wishes) })
    }

    private static func store(at path: String, _ services: ServicesPlace, _ user: String) async throws(EngineError) -> House {
        let mailbox = Mailbox()
        var systems = try systems(services)
        systems.addEmbedded(mailbox: mailbox)
        var options = WorkflowEngine.Options(services: systems.directory)
        options.connectors = ConnectorBoard(systems.connectors)
        options.specificationCache = systems.cache
        options.openFile = { path throws(StoreError) in try SQLiteStore(path: path) }
        do throws(StoreError) {
            let store = try await open(path)
            options.connectors.add(StoreConnector(store))
            let engine = WorkflowEngine(store: store, options: options)
            mailbox.open(engine)
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

    /// What is configured outside, without what is built in.
    private static func systems(_ services: ServicesPlace) throws(EngineError) -> OutsideSystems {
        let configuration = services.configuration ?? HouseConfiguration(file: "config.yaml", text: nil, flags: [:], environment: [:])
        return try OutsideSystems.read(configuration, services: services.path, isNamed: services.isNamed).checked()
    }

    private static func configuration(
        at path: String, _ isNamed: Bool, _ flags: [String: String], _ services: ServicesPlace
    ) throws(EngineError) -> ConfigurationReport {
        let configuration = try HouseConfiguration.read(
            path, isNamed: isNamed, flags: flags, environment: ProcessInfo.processInfo.environment)
        let named = configuration["services"]
        var place = named.isEmpty ? services : ServicesPlace(named, isNamed: true)
        place.configuration = configuration
        return ConfigurationReport(
            configuration: configuration,
            problems: { [place] in OutsideSystems.problems(configuration, services: place.path, isNamed: place.isNamed) },
            connectors: { [place] in
                guard let systems = try? systems(place) else { return [] }
                let board = ConnectorBoard(systems.connectors)
                await board.probeUnknown()
                return board.rows()
            })
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
            settings: .read(
                folder: places.configuration, file: wishes.services.configuration?.file,
                overrides: wishes.services.configuration?.overrides ?? [:], keptIn: places.lastGood),
            terminal: .detect(environment: environment),
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
