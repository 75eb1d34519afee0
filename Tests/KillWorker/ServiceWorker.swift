import Connectors
import StoreSupport
import Engine
import Foundation
import SQLiteStore
import Workflow

/// The same for services: starts cases of automated work, calls the services and hands values to a database, until nothing is left
/// to do. One line for each call: `ack call`.
enum ServiceWorker {
    /// `ahead`: milliseconds the clock is put forward, so that claims of a worker that was killed have lapsed.
    static func run(store path: String, specification: String, cases: Int, notes: String, ahead: Int64) async throws {
        let gateway = SQLGateway(path: notes, reads: ["n": "SELECT :case AS n"], writes: ["n": "INSERT INTO note VALUES (:case, :value)"])
        let services = ServiceDirectory(services: [Gateway.automated: EchoService()], gateways: ["Notes": gateway])
        let store = try SQLiteStore(path: path, clock: { systemMilliseconds() + ahead })
        let engine = WorkflowEngine(store: store, options: WorkflowEngine.Options(services: services))
        _ = try await engine.session(for: KillWorker.principal).perform(
            .loadSpecification(source: [UInt8](Data(contentsOf: URL(fileURLWithPath: specification))), file: specification),
            request: RequestID("load"))
        let work = Task { await BackgroundWork(keeper: engine.keeper).run { if case .service = $0 { KillWorker.acknowledge("call") } } }
        for number in 0 ..< cases {
            _ = try await engine.session(for: KillWorker.principal).perform(
                .startCase(SpecificationReference(name: "kill"), data: nil), request: RequestID("start-\(number)")
            )
        }
        var changes = engine.local.changes().makeAsyncIterator()
        while try await !isDone(engine) { _ = await changes.next() }
        work.cancel()
        KillWorker.acknowledge("done")
    }

    private static func isDone(_ engine: WorkflowEngine) async throws -> Bool {
        let rows = try await engine.local.serviceRows()
        guard rows.allSatisfy({ $0.waiting + $0.running == 0 }) else { return false }
        return try await engine.local.cases(openOnly: true).isEmpty
    }
}
