import Engine
import Foundation
import PostgresStore
import Support
import Workflow

/// G1: the engine against pgbench, which sends the engine's own statements. G2: what it is worth to commit several cases at once.
enum CompletionGates {
    private static let seconds = Double(PostgresBench.size("SECONDS", 4))

    static func throughput(_ server: PostgresServer) async throws {
        let script = try await StatementCapture(server)
        print(
            """
            pgbench runs the \(script.statements) statements a case of \(Clients.tasks) tasks \
            takes, prepared, with the sessions' own settings.

            """
        )
        for clients in [16, 64] {
            try await Comparison(
                name: "G1, \(clients) clients, batched", unit: "Work items completed per second", a: "engine, 4 writing connections",
                b: "pgbench, \(clients) connections", goal: .least(0.9)
            ).run(
                { try await rate(server, clients, writers: 4, isGrouping: true) },
                { try script.run(clients, seconds) * Double(Clients.tasks) })
            try await Comparison(
                name: "G1, \(clients) clients, a commit each", unit: "Work items completed per second",
                a: "engine, \(clients) writing connections",
                b: "pgbench, \(clients) connections", goal: .least(0.6)
            ).run(
                { try await rate(server, clients, writers: clients, isGrouping: false) },
                { try script.run(clients, seconds) * Double(Clients.tasks) })
        }
    }

    static func grouping(_ server: PostgresServer) async throws {
        try await Comparison(
            name: "G2, 64 clients", unit: "Work items completed per second, 4 writing connections",
            a: "steps of different cases in one commit",
            b: "a commit each", goal: .least(3)
        ).run(
            { try await rate(server, 64, writers: 4, isGrouping: true) }, { try await rate(server, 64, writers: 4, isGrouping: false) })
        var times = [Samples(), Samples()]
        for _ in 0 ..< 5 {
            for (index, isGrouping) in [true, false].enumerated() {
                let engine = try await Clients.open(try server.newDatabase(), isGrouping: isGrouping)
                times[index].add(try await Clients(engine: engine, count: 1).run(seconds: 1).times.quantile(0.5))
            }
        }
        print(
            """
            A single client waits \(times[0].text) ms for a command where steps are grouped and \(times[1].text) ms where they are not \
            (median of each second); a flush takes \(try await EngineBench.fsyncProbe().text) ms. G2 allows one flush more.

            """)
    }

    static func rate(_ server: PostgresServer, _ clients: Int, writers: Int, isGrouping: Bool) async throws -> Double {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url), writers: writers)
        let engine = WorkflowEngine(store: isGrouping ? store : RecordingStore(store, isSplitting: true))
        try await Clients.load(engine)
        // Connections are made and plans prepared.
        _ = try await Clients(engine: engine, count: clients).run(seconds: 0.5)
        let rate = try await Clients(engine: engine, count: clients).run(seconds: seconds).rate
        try await store.close()
        return rate
    }
}
