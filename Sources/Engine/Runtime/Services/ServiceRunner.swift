import Foundation
import Workflow
import XMLTree

/// Works off the outbox for as long as `run` runs: calls services, completes items with what they give, and carries values to
/// external data gateways. Any number of processes may do so on one store; an entry is claimed before it is worked on, for longer
/// than a call may take, so that no two work on it at once. Every service and gateway has a lane of its own: a slow one holds up
/// nobody else.
public struct ServiceRunner: Sendable {
    /// What became of one attempt.
    public struct Attempt: Sendable {
        public let caseNumber: Int64
        public let item: WorkItemID?
        /// Service or gateway.
        public let name: String
        /// Why it failed; nil when it went well.
        public let failure: String?
    }

    let engine: WorkflowEngine
    private let claimant = UUID().uuidString
    /// Who starts and completes items on a service's behalf, in the log.
    public static let actor = "service"
    /// Calls to one service at a time.
    private static let width = 8
    /// Beyond a call's own patience: what a busy store and scheduler may take.
    private static let slack: Int64 = 60_000
    /// After so many failures people have to look at it.
    static let maxAttempts = 6
    private static let suspendedPause: Int64 = 10_000

    public init(engine: WorkflowEngine) { self.engine = engine }

    /// Until the surrounding task is cancelled. `report` is told of each attempt of this process.
    public func run(report: @escaping @Sendable (Attempt) -> Void = { _ in }) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { await BackgroundLoop(engine: engine).run { await runDue(lane, report) } } }
        }
    }

    /// Works off what is due now, all lanes; for tests.
    func runDue(report: @escaping @Sendable (Attempt) -> Void = { _ in }) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { _ = await runDue(lane, report) } }
        }
    }

    // MARK: Lanes

    private enum Lane: Sendable {
        case service(String, any ServiceCall)
        case gateway(String, any DataGateway)

        var kind: OutboxRecord.Kind { if case .service = self { .service } else { .gateway } }
        var name: String {
            switch self {
            case .service(let name, _), .gateway(let name, _): name
            }
        }
        var patience: Int64 {
            switch self {
            case .service(_, let call): call.patience
            case .gateway(_, let gateway): gateway.patience
            }
        }
    }

    private var lanes: [Lane] {
        engine.services.services.map { Lane.service($0.key, $0.value) } + engine.services.gateways.map { Lane.gateway($0.key, $0.value) }
    }

    /// Gives the milliseconds until there is something to do again; nil when nothing waits.
    private func runDue(_ lane: Lane, _ report: @escaping @Sendable (Attempt) -> Void) async -> Int64? {
        do throws(EngineError) {
            while !_Concurrency.Task.isCancelled {
                let now = try await engine.now()
                let claim = OutboxClaim(
                    kind: lane.kind, name: lane.name, claimant: claimant, now: now, until: now + lane.patience + Self.slack,
                    limit: Self.width)
                let entries = try await engine.query { try await $0.claimOutbox(claim) }
                if entries.isEmpty {
                    guard let next = try await engine.query({ try await $0.nextOutbox(lane.kind, names: [lane.name]) }) else { return nil }
                    return max(next - now, 1)
                }
                await withTaskGroup(of: Void.self) { group in
                    for entry in entries { group.addTask { await attempt(entry, lane, report) } }
                }
            }
        } catch {
            return 1000
        }
        return nil
    }

    private func attempt(_ entry: OutboxRecord, _ lane: Lane, _ report: @Sendable (Attempt) -> Void) async {
        var failure: ServiceError?
        var outcome: OutboxOutcome? = .done
        do throws(ServiceError) {
            switch lane {
            case .service(_, let service): outcome = try await work(entry, service)
            case .gateway(_, let gateway): try await write(entry, gateway)
            }
        } catch {
            failure = error
            let attempts = entry.attempts + 1
            // What a gateway is to keep must not be given up: it is tried for ever, ever more rarely.
            let isGivenUp = error.isFinal || entry.kind == .service && attempts >= Self.maxAttempts
            let now = (try? await engine.now()) ?? entry.dueAt
            outcome =
                !isGivenUp
                ? .postponed(until: now + Self.pause(after: attempts), reason: error.message)
                : await rulesAnswer(entry) ? .done : .parked(reason: error.message)
        }
        guard let settled = outcome else { return }
        do {
            try await engine.query { try await $0.settleOutbox(tenant: entry.tenant, request: entry.request, claimant: claimant, settled) }
        } catch {
            // The claim lapses by itself and the attempt is made again.
        }
        report(Attempt(caseNumber: entry.caseNumber, item: entry.item, name: entry.name, failure: failure?.message))
    }

    /// A second, then four times as long each time, an hour at most.
    private static func pause(after attempts: Int) -> Int64 { attempts > 6 ? 3_600_000 : 1000 << (2 * Int64(max(attempts, 1) - 1)) }

    // MARK: Services

    /// nil when the item was only started.
    private func work(_ entry: OutboxRecord, _ service: any ServiceCall) async throws(ServiceError) -> OutboxOutcome? {
        guard let id = entry.item else { return .done }
        let principal = Principal(name: Self.actor, tenant: entry.tenant)
        do throws(EngineError) {
            guard var found = try await engine.serviceItem(id, tenant: entry.tenant) else { return .done }
            switch found.record.status {
            case .enabled:
                // The step puts what the item becomes into the outbox, and takes this entry out.
                _ = try await engine.perform(.startItem(id), as: principal, request: RequestID("\(entry.request)/start"))
                return nil
            case .fired:
                _ = try await engine.perform(.startItem(id), as: principal, request: RequestID("\(entry.request)/start"))
                guard let started = try await engine.serviceItem(id, tenant: entry.tenant) else { return .done }
                found = started
            case .executing: break
            default: return .postponed(until: try await engine.now() + Self.suspendedPause, reason: nil)
            }
            let work = try ServiceWork(entry, found)
            switch try await call(service, work) {
            case .completed(let output):
                if let root = output?.root, root.localName != work.outputRoot {
                    throw EngineError(
                        .invalid, "bad-output-root",
                        "the output of \(entry.name) must be rooted <\(work.outputRoot)>, not <\(root.localName)>")
                }
                _ = try await engine.perform(.completeItem(id, data: output), as: principal, request: entry.request)
                return .done
            case .accepted: return .accepted
            }
        } catch {
            switch error.kind {
            case .notFound: return .done
            // Somebody completed, cancelled or took it meanwhile: then its entry has mostly gone with it, and there is nothing to settle.
            case .conflict: return .postponed(until: entry.dueAt + Self.suspendedPause, reason: nil)
            default: break
            }
            throw ServiceError(error.message, isFinal: error.kind == .invalid)
        }
    }

    /// Whether there are rules about aborts for the task: then the item has failed, and they decide. Without any it waits for people.
    private func rulesAnswer(_ entry: OutboxRecord) async -> Bool {
        guard let id = entry.item else { return false }
        do {
            guard let item = try await engine.serviceItem(id, tenant: entry.tenant),
                let rules = try await engine.rules(of: item.record.specification, tenant: entry.tenant),
                rules.answers(.itemAbort, task: id.task)
            else { return false }
            _ = try await engine.perform(
                .failItem(id, data: nil), as: Principal(name: Self.actor, tenant: entry.tenant), request: RequestID("\(entry.request)/fail")
            )
            return true
        } catch {
            return false
        }
    }

    private func call(_ service: any ServiceCall, _ work: ServiceWork) async throws(EngineError) -> ServiceAnswer {
        do {
            return try await service.call(work)
        } catch {
            throw EngineError(error.isFinal ? .invalid : .unavailable, "service-failed", error.message)
        }
    }

    // MARK: Gateways

    private func write(_ entry: OutboxRecord, _ gateway: any DataGateway) async throws(ServiceError) {
        let value: GatewayWrite
        do {
            value = try CaseCoding.decode(GatewayWrite.self, from: entry.body)
        } catch {
            throw ServiceError(error.message, isFinal: true)
        }
        try await gateway.write(value, request: entry.request)
    }
}

extension ServiceWork {
    fileprivate init(_ entry: OutboxRecord, _ found: ServiceItem) throws(EngineError) {
        do {
            self.init(
                request: entry.request, item: found.record.item, specification: found.specification, task: found.task,
                gateway: found.gateway,
                input: try XMLDocument.parse(found.record.input ?? "<\(found.outputRoot)/>", options: .stored),
                outputRoot: found.outputRoot,
                enabledAt: found.record.enabledAt, startedAt: found.record.startedAt ?? found.record.enabledAt)
        } catch {
            throw EngineError(.failure, "stored-form", "the stored data of item \(found.record.item) cannot be read: \(error)")
        }
    }
}
