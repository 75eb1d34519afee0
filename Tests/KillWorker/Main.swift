import Engine
import StoreSupport
import Platform
import Foundation
import PostgresStore
import SQLiteStore
import Workflow

/// Test program, meant to be killed: works on a number of cases at once and reports every acknowledged command on standard output,
/// one line each: `ack REQUEST`. Started again with the same arguments it goes on with the same requests, as a client does that
/// does not know whether its last command arrived.
@main
enum KillWorker {
    static let principal = Principal(name: "worker", tenant: .local)

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count >= 3, arguments[1] == "serve" {
            return try await ServeWorker.run(store: arguments[2], specification: arguments.count > 3 ? arguments[3] : nil)
        }
        if arguments.count == 6, let cases = Int(arguments[3]), let ahead = Int64(arguments[5]) {
            return try await ServiceWorker.run(
                store: arguments[1], specification: arguments[2], cases: cases, notes: arguments[4], ahead: ahead)
        }
        guard arguments.count == 4 || arguments.count == 6, let cases = Int(arguments[3]) else {
            FileHandle.standardError.write(
                Data("usage: KillWorker STORE SPECIFICATION CASES [WORKLET RULES | NOTES AHEAD] | serve STORE [SPECIFICATION]\n".utf8))
            exit(2)
        }
        let engine = WorkflowEngine(store: try await open(arguments[1]))
        // A server's group commit is only seen with many clients.
        let lanes = if case .server = StoreAddress(arguments[1]) { 64 } else { 8 }
        try await load(engine, arguments[2])
        if arguments.count == 6 {
            _ = try await engine.session(for: principal).perform(
                .loadSpecification(source: [UInt8](Data(contentsOf: URL(fileURLWithPath: arguments[4]))), file: arguments[4]),
                request: RequestID("worklet"))
            _ = try await engine.session(for: principal).loadRules(
                SpecificationReference(name: "kill"), source: [UInt8](Data(contentsOf: URL(fileURLWithPath: arguments[5]))),
                file: arguments[5], request: RequestID("rules"))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< lanes {
                group.addTask { for number in stride(from: lane, to: cases, by: lanes) { try await work(engine, number) } }
            }
            try await group.waitForAll()
        }
        acknowledge("done")
    }

    static func load(_ engine: WorkflowEngine, _ file: String) async throws {
        _ = try await engine.session(for: principal).perform(
            .loadSpecification(source: [UInt8](Data(contentsOf: URL(fileURLWithPath: file))), file: file),
            request: RequestID("load"))
        acknowledge("load")
    }

    static func open(_ address: String) async throws -> any Store {
        switch StoreAddress(address) {
        case .file(let path): try SQLiteStore(path: path)
        case .server(let text): try await PostgresStore(ServerPlace(text))
        }
    }

    static func work(_ engine: WorkflowEngine, _ index: Int) async throws {
        let started = try await engine.session(for: principal).perform(
            .startCase(SpecificationReference(name: "kill"), data: nil),
            request: RequestID("start-\(index)"))
        guard case .started(let number, _) = started else { return }
        acknowledge("start-\(index) \(number)")
        while !Task.isCancelled, let row = try await engine.local.items(ofCase: number).first {
            var item = row.id
            if row.status != .executing {
                let reply = try await engine.session(for: principal).perform(.startItem(item), request: RequestID("take-\(item)"))
                acknowledge("take-\(item)")
                if case .itemStarted(let child) = reply { item = child }
            }
            _ = try await engine.session(for: principal).perform(.completeItem(item, data: nil), request: RequestID("complete-\(item)"))
            acknowledge("complete-\(item)")
        }
    }

    /// One write, so that a line is there whole or not at all.
    static func acknowledge(_ text: String) { FileHandle.standardOutput.write(Data("ack \(text)\n".utf8)) }
}
