import Foundation
import Outbound
import Synchronization

/// Has many calls in flight at once, and prints what that costs this process: the most threads seen while all were in flight, and how
/// often the loop's thread woke up afterwards, while nothing was.
@main enum OutboundWorker {
    static func main() async throws {
        let flight = Flight()
        print("done \(await flight.calls(CommandLine.arguments[1], Int(CommandLine.arguments[2]) ?? 0))")
        print("threads \(flight.most.load(ordering: .relaxed))")
        let loop = threads().first { (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)) == "outbound\n" } ?? ""
        let before = wakeUps(loop)
        try await Task.sleep(for: .milliseconds(500))
        print("wake-ups \(wakeUps(loop) - before)")
    }

    nonisolated static func threads() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? [] }

    nonisolated private static func wakeUps(_ thread: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").filter { $0.contains("ctxt_switches") }.reduce(0) {
            $0 + ($1.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
        }
    }
}

private final class Flight: Sendable {
    let most = Atomic(0)

    /// How many of so many calls at once are answered.
    func calls(_ url: String, _ count: Int) async -> Int {
        let client = HTTPClient(HTTPSettings(timeout: 30_000, proxy: .none))
        return await withTaskGroup(of: Int.self) { group in
            for _ in 0 ..< count {
                group.addTask {
                    let reply = try? await client.send(HTTPRequest(.get, url))
                    // The server answers nobody before all have asked.
                    self.most.max(OutboundWorker.threads().count, ordering: .relaxed)
                    return reply?.status == 200 ? 1 : 0
                }
            }
            return await group.reduce(0, +)
        }
    }
}
