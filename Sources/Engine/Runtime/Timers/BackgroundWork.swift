import Foundation

/// Everything that goes on without anybody asking: timers run out, services are called, gateways get their data, outside systems
/// are probed. The console and `mizzen serve` run it while they are open.
public struct BackgroundWork: Sendable {
    /// What was done or failed.
    public enum Report: Sendable {
        case timer(TimerService.Expiry)
        case service(ServiceRunner.Attempt)
    }

    let keeper: Keeper

    public init(keeper: Keeper) { self.keeper = keeper }

    /// Until the surrounding task is cancelled.
    public func run(report: @escaping @Sendable (Report) -> Void = { _ in }) async {
        let node = UUID().uuidString.lowercased()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await TimerService(keeper: keeper, node: node).run { report(.timer($0)) } }
            group.addTask { await NodeService(keeper: keeper, id: node).run() }
            group.addTask { await ServiceRunner(keeper: keeper).run { report(.service($0)) } }
            group.addTask { await keeper.watchConnectors() }
        }
    }
}
