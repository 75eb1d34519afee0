import Foundation
import Platform
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

    let keeper: Keeper
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

    public init(keeper: Keeper) { self.keeper = keeper }

    /// Until the surrounding task is cancelled. `report` is told of each attempt of this process.
    public func run(report: @escaping @Sendable (Attempt) -> Void = { _ in }) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { await BackgroundLoop(store: keeper.store).run { await runDue(lane, report) } } }
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
        case topic(String, any EffectHandler)

        var kind: OutboxRecord.Kind {
            switch self {
            case .service: .service
            case .gateway: .gateway
            case .topic: .effect
            }
        }
        var name: String {
            switch self {
            case .service(let name, _), .gateway(let name, _), .topic(let name, _): name
            }
        }
        var patience: Int64 {
            switch self {
            case .service(_, let call): call.patience
            case .gateway(_, let gateway): gateway.patience
            case .topic(_, let handler): handler.patience
            }
        }
    }

    private var directory: ServiceDirectory { keeper.engine.options.services }

    private var lanes: [Lane] {
        directory.services.map { Lane.service($0.key, $0.value) } + directory.gateways.map { Lane.gateway($0.key, $0.value) }
            + directory.topics.map { Lane.topic($0.key, $0.value) }
    }

    /// Gives the milliseconds until there is something to do again; nil when nothing waits.
    private func runDue(_ lane: Lane, _ report: @escaping @Sendable (Attempt) -> Void) async -> Int64? {
        do throws(EngineError) {
            while !Task.isCancelled {
                let now = try await keeper.now()
                let claim = OutboxClaim(
                    kind: lane.kind, name: lane.name, claimant: claimant, now: now, until: now + lane.patience + Self.slack,
                    limit: Self.width)
                let entries = try await keeper.ledger.query { try await $0.claimOutbox(claim) }
                if entries.isEmpty {
                    guard let next = try await keeper.ledger.query({ try await $0.nextOutbox(lane.kind, names: [lane.name]) }) else {
                        return nil
                    }
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
            case .topic(_, let handler): try await deliver(entry, handler)
            }
        } catch {
            failure = error
            let attempts = entry.attempts + 1
            // What a gateway is to keep must not be given up: it is tried without end, with growing delays.
            let isGivenUp = error.isFinal || entry.kind == .service && attempts >= Self.maxAttempts
            let now = (try? await keeper.now()) ?? entry.dueAt
            outcome =
                !isGivenUp
                ? .postponed(until: now + Self.pause(after: attempts), reason: error.message)
                : await rulesAnswer(entry) ? .done : .parked(reason: error.message)
        }
        guard let settled = outcome else { return }
        do {
            try await keeper.ledger.query {
                try await $0.settleOutbox(tenant: entry.tenant, request: entry.request, claimant: claimant, settled)
            }
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
        let session = keeper.session(in: entry.tenant, as: Self.actor)
        do throws(EngineError) {
            guard var found = try await session.serviceItem(id) else { return .done }
            switch found.record.status {
            case .enabled:
                // The step puts what the item becomes into the outbox, and takes this entry out.
                _ = try await session.perform(.startItem(id), request: RequestID("\(entry.request)/start"))
                return nil
            case .fired:
                _ = try await session.perform(.startItem(id), request: RequestID("\(entry.request)/start"))
                guard let started = try await session.serviceItem(id) else { return .done }
                found = started
            case .executing: break
            default: return .postponed(until: try await keeper.now() + Self.suspendedPause, reason: nil)
            }
            let work = try ServiceWork(entry, found, key: try await key(of: entry))
            switch try await call(service, work) {
            case .completed(let output):
                if let root = output?.root, root.localName != work.outputRoot {
                    throw EngineError(
                        .invalid, "bad-output-root",
                        "the output of \(entry.name) must be rooted <\(work.outputRoot)>, not <\(root.localName)>")
                }
                _ = try await session.perform(.completeItem(id, data: output), request: entry.request)
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
        let session = keeper.session(in: entry.tenant, as: Self.actor)
        do {
            guard let item = try await session.serviceItem(id),
                let rules = try await keeper.engine.specifications.rules(of: item.record.specification, in: entry.tenant),
                rules.answers(.itemAbort, task: id.task)
            else { return false }
            _ = try await session.perform(.failItem(id, data: nil), request: RequestID("\(entry.request)/fail"))
            return true
        } catch {
            return false
        }
    }

    /// The same at every attempt, whoever makes it.
    private func key(of entry: OutboxRecord) async throws(EngineError) -> IdempotencyKey {
        if let sent = entry.sentAs { return IdempotencyKey(description: sent) }
        return IdempotencyKey(
            store: try await keeper.ledger.query { try await $0.identity() }, tenant: entry.tenant, request: entry.request)
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
        let value: GatewayWrite, key: IdempotencyKey
        do throws(EngineError) {
            value = try Codec.decode(GatewayWrite.self, from: entry.body)
            key = try await self.key(of: entry)
        } catch {
            guard error.kind != .unavailable else { throw ServiceError(error.message) }
            throw ServiceError(error.message, isFinal: true)
        }
        try await gateway.write(value, key: key)
    }
}

extension ServiceRunner {
    private func deliver(_ entry: OutboxRecord, _ handler: any EffectHandler) async throws(ServiceError) {
        let key: IdempotencyKey
        do throws(EngineError) { key = try await self.key(of: entry) } catch { throw ServiceError(error.message) }
        try await handler.deliver(
            OutboundEffect(
                tenant: entry.tenant, kind: entry.owner.kind, entity: entry.owner.id, topic: entry.name,
                body: String(decoding: entry.body, as: UTF8.self), key: key))
    }
}

extension ServiceWork {
    fileprivate init(_ entry: OutboxRecord, _ found: ServiceItem, key: IdempotencyKey) throws(EngineError) {
        do {
            self.init(
                key: key, item: found.record.item, specification: found.specification, task: found.task,
                gateway: found.gateway,
                input: try XMLDocument.parse(found.record.input ?? "<\(found.outputRoot)/>", options: .stored),
                outputRoot: found.outputRoot,
                enabledAt: found.record.enabledAt, startedAt: found.record.startedAt ?? found.record.enabledAt)
        } catch {
            throw EngineError(.failure, "stored-form", "the stored data of item \(found.record.item) cannot be read: \(error)")
        }
    }
}
