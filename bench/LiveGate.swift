import Engine
import Platform
import Foundation
import PostgresStore
import Support
import Synchronization
import Workflow

/// G7: how soon others learn of a commit, and what it costs that many want to know.
enum LiveGate {
    private static let seconds = Double(PostgresBench.size("SECONDS", 4))

    static func run(_ server: PostgresServer) async throws {
        try await delays(server)
        try await Comparison(
            name: "G7, 64 clients", unit: "Work items completed per second", a: "with 50 terminals that watch", b: "with none",
            goal: .least(0.97)
        ).run(
            { try await rate(server, terminals: 50) }, { try await rate(server, terminals: 0) })
    }

    private static func rate(_ server: PostgresServer, terminals: Int) async throws -> Double {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        let child = terminals > 0 ? try ChildRole.start("terminals", url, "\(terminals)") : nil
        if let child { Thread.detachNewThread { while !child.output.availableData.isEmpty {} } }
        _ = try await Clients(engine: engine, count: 64).run(seconds: 2)
        let rate = try await Clients(engine: engine, count: 64).run(seconds: seconds).rate
        child?.process.terminate()
        try await store.close()
        return rate
    }

    /// With a thousand transitions a second, or as many as come.
    private static func delays(_ server: PostgresServer) async throws {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        let child = try ChildRole.start("terminals", url, "1")
        let seen = TextCollector(child.output)
        let start = ContinuousClock.now, end = start + .seconds(seconds)
        let steps = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0 ..< 16 {
                group.addTask {
                    var steps = 0
                    // A thousand steps a second in all: nine a case, by sixteen clients.
                    while ContinuousClock.now < end {
                        let from = ContinuousClock.now
                        steps += try await Clients.work(engine, "\(client)-\(steps)").count
                        try await Task.sleep(until: from + .milliseconds(9 * 16))
                    }
                    return steps
                }
            }
            return try await group.reduce(0, +)
        }
        try await Task.sleep(for: .milliseconds(500))
        child.process.terminate()
        // An event is seen when the first word comes that names it or a later one.
        let words = seen.text.split(separator: "\n").compactMap { line -> (position: Int64, at: Int64)? in
            let parts = line.split(separator: " ")
            guard parts.count == 3, let position = Int64(parts[1]), let at = Int64(parts[2]) else { return nil }
            return (position, at)
        }
        var delays = Samples()
        for event in try await store.events(tenant: .local, caseNumber: nil, after: 0, limit: 1_000_000) {
            if let word = words.first(where: { $0.position >= event.position }) { delays.add(Double(max(0, word.at - event.event.at))) }
        }
        try await store.close()
        let rate = Double(steps) / ((ContinuousClock.now - start) / .seconds(1)), p99 = delays.quantile(0.99)
        print(
            """
            ### G7, delay\n\nAt \(Samples.number(rate)) transitions per second another process knows of an event, and has \
            read it, \(Samples.number(delays.quantile(0.5))) ms (median) and \(Samples.number(p99)) ms (p99) after the step \
            was worked out, its flush included. Goal: p99 ≤ 150 ms: \(p99 <= 150 ? "met" : "missed"). A console then paints \
            in the time `mizzen-bench console` gives.

            """)
    }
}

/// Gathers what a process prints.
private final class TextCollector: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    init(_ output: FileHandle) {
        let descriptor = output.fileDescriptor
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 { self?.bytes.withLock { $0 += buffer[..<count] } }
        }
    }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
