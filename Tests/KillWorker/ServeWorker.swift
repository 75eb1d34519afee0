import Dispatch
import Engine
import Foundation
import PostgresStore
import Workflow

/// A daemon: carries out timers until it is told to end, and works on cases with 64 clients where a specification is named. A line for
/// each timer (`ack ITEM LATENESS`) and each command; `ack done` when it has left in order.
enum ServeWorker {
    static func run(store address: String, specification: String?) async throws {
        let engine = WorkflowEngine(store: try await KillWorker.open(address))
        if let specification { try await KillWorker.load(engine, specification) }
        let (requestsToEnd, requestToEnd) = AsyncStream.makeStream(of: Void.self)
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM)
        source.setEventHandler { requestToEnd.yield() }
        source.resume()
        defer { source.cancel() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await BackgroundWork(keeper: engine.keeper).run { report in
                    if case .timer(let expiry) = report, expiry.failure == nil {
                        KillWorker.acknowledge("\(expiry.item) \(expiry.lateness)")
                    }
                }
            }
            if specification != nil {
                for lane in 0 ..< 64 {
                    group.addTask {
                        for number in stride(from: lane, to: .max, by: 64) {
                            guard !Task.isCancelled else { return }
                            try? await KillWorker.work(engine, number)
                        }
                    }
                }
            }
            for await _ in requestsToEnd { break }
            group.cancelAll()
        }
        KillWorker.acknowledge("done")
    }
}
