import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Synchronization
import Testing
import Workflow
import XMLTree

/// An engine on a store of its own with a clock that stands still, and short ways to say what tests of services say.
struct ServiceFixture {
    static let ann = Principal(name: "ann", tenant: .local)
    let folder: TemporaryFolder
    let clock = VirtualClock()
    let engine: WorkflowEngine
    var path: String { folder.path("test.db") }

    init(_ services: ServiceDirectory = ServiceDirectory()) throws {
        folder = try TemporaryFolder()
        engine = try Self.engine(folder.path("test.db"), clock, services)
    }

    /// As another process on the same store would be.
    func another(_ services: ServiceDirectory) throws -> WorkflowEngine { try Self.engine(path, clock, services) }

    private static func engine(_ path: String, _ clock: VirtualClock, _ services: ServiceDirectory) throws -> WorkflowEngine {
        WorkflowEngine(store: try SQLiteStore(path: path, clock: { clock.now }), options: WorkflowEngine.Options(services: services))
    }

    @discardableResult
    func perform(_ command: Command, _ request: String = UUID().uuidString) async throws -> Reply {
        try await engine.local.perform(command, request: RequestID(request))
    }

    /// Loads a specification and starts a case of it.
    @discardableResult
    func start(_ text: String, data: String? = nil) async throws -> Int64 {
        if try await engine.local.specifications().isEmpty {
            try await perform(.loadSpecification(source: Array(text.utf8), file: "test.yawl"))
        }
        let reply = try await perform(.startCase(SpecificationReference(name: "test"), data: try data.map { try XMLDocument.parse($0) }))
        guard case .started(let number, _) = reply else { throw EngineError(.failure, "test", "unexpected \(reply)") }
        return number
    }

    func start(item: String) async throws { try await perform(.startItem(try #require(WorkItemID(item)))) }

    func complete(_ item: String, _ output: String? = nil) async throws {
        try await perform(.completeItem(try #require(WorkItemID(item)), data: try output.map { try XMLDocument.parse($0) }))
    }

    func items() async throws -> [String] { try await engine.local.items().map { "\($0.id) \($0.status.text)" } }

    func note(_ item: String) async throws -> String? { try await engine.local.items().first { $0.id.description == item }?.service }

    func value(_ name: String, case number: Int64 = 1) async throws -> String? {
        let state = try await engine.local.caseDetail(number).state
        return (state.rootNet?.variables ?? state.ending?.variables ?? [])[name]?.serialized()
    }
}

/// A service that does what the test says, and remembers what it was asked.
final class TestService: ServiceCall {
    let kind = "test"
    let patience: Int64 = 1000
    private let calls = Mutex<[ServiceWork]>([])
    private let answer: @Sendable (ServiceWork) async throws(ServiceError) -> ServiceAnswer

    init(_ answer: @escaping @Sendable (ServiceWork) async throws(ServiceError) -> ServiceAnswer) { self.answer = answer }

    var requests: [String] { calls.withLock { $0.map(\.key.description) } }
    var items: [String] { calls.withLock { $0.map(\.item.description) } }
    var inputs: [String] { calls.withLock { $0.map { $0.input.serialized() } } }

    func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer {
        calls.withLock { $0.append(work) }
        return try await answer(work)
    }
}

/// A gateway in memory.
final class TestGateway: DataGateway {
    private struct Memory {
        var values: [String: String] = [:]
        var reads: [GatewayRead] = []
        var writes: [(request: String, write: GatewayWrite)] = []
        var failure: ServiceError?
    }

    let kind = "test"
    let patience: Int64 = 1000
    private let memory = Mutex(Memory())

    init(_ values: [String: String] = [:]) { memory.withLock { $0.values = values } }

    var reads: [GatewayRead] { memory.withLock(\.reads) }
    var requests: [String] { memory.withLock { $0.writes.map(\.request) } }
    var writes: [String] { memory.withLock { $0.writes.map { "\($0.write.name)=\($0.write.value.serialized())" } } }

    /// What every write from now on fails with; nil when none does.
    func fail(_ failure: ServiceError?) { memory.withLock { $0.failure = failure } }

    func read(_ read: GatewayRead) async throws(ServiceError) -> [XMLDocument] {
        let found = memory.withLock { memory in
            memory.reads.append(read)
            return read.names.compactMap { memory.values[$0] }
        }
        do {
            return try found.map { try XMLDocument.parse($0) }
        } catch {
            throw ServiceError("\(error)")
        }
    }

    func write(_ write: GatewayWrite, key: IdempotencyKey) async throws(ServiceError) {
        let failure = memory.withLock { memory in
            if memory.failure == nil { memory.writes.append((key.description, write)) }
            return memory.failure
        }
        if let failure { throw failure }
    }
}
