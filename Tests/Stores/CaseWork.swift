import Engine
import StoreSupport
import Platform
import Foundation
import Support
import Testing
import Workflow

/// Many clients who work cases off, and the check that nothing was lost or doubled by what happened meanwhile.
enum CaseWork {
    static let ann = Principal(name: "ann", tenant: .local)
    static let specification = YAWLText.set(
        "kill",
        YAWLText.net(
            locals: [YAWLText.local("n", "integer", initial: "1")], start: "S",
            YAWLText.task("S", to: ["A", "B"], does: "Work"),
            YAWLText.task(
                "A", to: ["J"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n + 1}</n>", "n")], does: "Ask"),
            YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"))
    static let tasks = 4

    /// Starts so many cases, sixty-four at a time.
    /// - Parameter specification: of which the n-th is a case.
    static func start(
        _ count: Int, _ engine: WorkflowEngine, name: String, of specification: @escaping @Sendable (Int) -> String
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 64 {
                group.addTask {
                    for n in stride(from: lane, to: count, by: 64) {
                        _ = try await engine.local.perform(
                            .startCase(SpecificationReference(specification(n)), data: nil), request: RequestID("\(name)-\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    static func load(_ engine: WorkflowEngine) async throws {
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(specification.utf8), file: "kill.yawl"), request: RequestID("load"))
    }

    /// Works off cases from start to end, so many at once.
    static func run(_ engine: WorkflowEngine, cases: Int, lanes: Int, name: String = "") async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< lanes {
                group.addTask { for number in stride(from: lane, to: cases, by: lanes) { try await work(engine, "\(name)\(number)") } }
            }
            try await group.waitForAll()
        }
    }

    private static func work(_ engine: WorkflowEngine, _ name: String) async throws {
        guard
            case .started(let number, _) = try await insisting({
                try await engine.local.perform(
                    .startCase(SpecificationReference(name: "kill"), data: nil), request: RequestID("start-\(name)"))
            })
        else { return }
        while let row = try await insisting({ try await engine.local.items(ofCase: number).first }) {
            var item = row.id
            if row.status != .executing,
                case .itemStarted(let child) = try await insisting({
                    try await engine.local.perform(.startItem(row.id), request: RequestID("take-\(row.id)"))
                })
            {
                item = child
            }
            let executing = item
            _ = try await insisting {
                try await engine.local.perform(.completeItem(executing, data: nil), request: RequestID("complete-\(executing)"))
            }
        }
    }

    /// As a client does: what the store could not be asked is asked again under the same request. A server on a busy machine may need
    /// longer to come back than the store waits for it.
    static func insisting<T>(_ body: () async throws -> T) async throws -> T {
        for _ in 0 ..< 20 {
            do { return try await body() } catch let error as EngineError where error.kind == .unavailable { continue }
        }
        return try await body()
    }

    /// All cases came to their end, every task was done once, the log follows from itself and gives the stored state.
    static func check(_ engine: WorkflowEngine, cases: Int) async throws {
        let rows = try await engine.local.cases().filter { $0.specification.uri == "kill" }
        #expect(rows.count == cases)
        #expect(rows.allSatisfy { $0.status == .completed })
        for row in rows {
            let events = try await engine.local.recordedEvents(row.number)
            #expect(Int64(events.count) == row.events)
            let completed = events.compactMap { if case .itemCompleted(let item, _) = $0.event { item } else { nil } }
            #expect(completed.count == tasks && Set(completed).count == tasks, "case \(row.number) completed \(completed)")
            #expect(try await engine.local.replayedCase(row.number) == engine.local.caseDetail(row.number).state)
        }
    }
}
