import Foundation

/// Everything that goes on without anybody asking: timers run out, services are called, gateways get their data. The console and
/// `mizzen serve` run it while they are open.
public struct BackgroundWork: Sendable {
    /// What was done or failed.
    public enum Report: Sendable {
        case timer(TimerService.Expiry)
        case service(ServiceRunner.Attempt)
    }

    let engine: WorkflowEngine

    public init(engine: WorkflowEngine) { self.engine = engine }

    /// Until the surrounding task is cancelled.
    public func run(report: @escaping @Sendable (Report) -> Void = { _ in }) async {
        let node = UUID().uuidString.lowercased()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await TimerService(engine: engine, node: node).run { report(.timer($0)) } }
            group.addTask { await NodeService(engine: engine, id: node).run() }
            group.addTask { await ServiceRunner(engine: engine).run { report(.service($0)) } }
        }
    }
}
