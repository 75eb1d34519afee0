import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Workflow
import XMLTree

/// Plays a recorded run through the product's own path: an engine on a SQLite file, closed and opened again on the way.
struct TraceReplay {
    enum Verdict: Equatable {
        /// Everything equal to the end.
        case equal
        /// Equal up to a place where we behave better on purpose.
        case corrected(Correction)
        /// Uses what is not executed yet.
        case deferred(String)
        /// The reference refused the specification, and so do we.
        case refused
        case differs(String)
    }

    let trace: Trace
    let specification: [UInt8]
    /// Chooses the step before which the store is closed and reopened.
    let seed: UInt64

    /// Timers run out when the trace says so: nobody waits.
    private let clock = VirtualClock()
    private static let principal = Principal(name: "replay", tenant: .local)

    func run() async -> Verdict {
        do {
            return try await play()
        } catch {
            return .differs("\(error)")
        }
    }

    private func play() async throws -> Verdict {
        let folder = try TemporaryFolder()
        var engine = try open(folder)
        let accepting: LoadAcceptance = trace.options.contains("ignoreErrors") ? [.unsound, .errors] : .unsound
        let loaded = await outcome(
            engine, .loadSpecification(source: specification, file: trace.specificationPath, accepting: accepting), "load")
        guard case .success(.loaded(let specifications)) = loaded else {
            return trace.isLoaded ? .differs("refused: \(loaded)") : .refused
        }
        guard trace.isLoaded else { return .differs("accepted, the reference refuses it") }
        guard let id = specifications.last?.id else { return .differs("nothing loaded") }
        let reference = SpecificationReference(name: id.uri)

        let parameters = try trace.launch?.parameters.map { try XMLDocument.parse($0) }
        let start = await outcome(engine, .startCase(reference, data: parameters), "start")
        guard case .success(.started(let number, _)) = start else {
            if case .failure(let error) = start, error.code == "not-runnable" {
                return .deferred(error.findings.first?.code ?? error.message)
            }
            return trace.launch == nil ? .equal : .differs("launch: \(start)")
        }
        guard let launch = trace.launch else {
            return .corrected(.launch)
        }
        if let difference = try await difference(engine, number, launch.state) { return .differs("launch: " + difference) }

        let reopening = trace.steps.isEmpty ? 0 : Int(seed % UInt64(trace.steps.count)) + 1
        for step in trace.steps {
            if step.number == reopening { engine = try open(folder) }
            let before = try await engine.local.caseDetail(number).state
            var result: Result<Reply, EngineError>?
            if let command = try command(for: step, caseNumber: number) {
                result = await outcome(engine, command, "\(step.number)")
            } else if step.action != "timer" {
                return .deferred("action \(step.action)")
            }
            for owner in step.expired {
                let item = Self.item(owner), expiring = try await engine.local.caseDetail(number).state
                guard let timer = expiring.timers?.running[item] else {
                    return .differs("step \(step.number): no timer of \(item) is running")
                }
                clock.reach(timer.due)
                let expiry = await outcome(engine, .expireTimer(item, by: "trace"), "\(step.number) \(owner)")
                if case .failure(let error) = expiry { return .differs("step \(step.number): the expiry of \(item) is refused: \(error)") }
            }
            if step.error != nil {
                if case .success = result, step.action == "skip" {
                    try await checkReplay(engine, number)
                    return .corrected(.wholeSkip)
                }
                guard case .failure = result else {
                    return .differs("step \(step.number) \(step.action): the reference refuses, we do not")
                }
                guard try await engine.local.caseDetail(number).state == before else {
                    return .differs("step \(step.number): a refusal changed the case")
                }
                if try await difference(engine, number, step.state) == nil { continue }
                try await checkReplay(engine, number)
                return .corrected(.atomic)
            }
            if case .failure(let error) = result {
                if let correction = Correction(refusedHere: error) { return .corrected(correction) }
                return .differs("step \(step.number) \(step.action) \(step.item ?? ""): \(error)")
            }
            if let difference = try await difference(engine, number, step.state) {
                return .differs("step \(step.number) \(step.action) \(step.item ?? ""): " + difference)
            }
        }
        try await checkReplay(engine, number)
        if let difference = try await endDifference(engine, number) { return .differs("end: " + difference) }
        return .equal
    }

    private func open(_ folder: TemporaryFolder) throws -> WorkflowEngine {
        WorkflowEngine(
            store: try SQLiteStore(path: folder.path("trace.db"), clock: { [clock] in clock.now }),
            options: WorkflowEngine.Options(choices: trace.choices))
    }

    private func outcome(_ engine: WorkflowEngine, _ command: Command, _ request: String) async -> Result<Reply, EngineError> {
        do throws(EngineError) {
            return .success(try await engine.local.perform(command, request: RequestID(request)))
        } catch {
            return .failure(error)
        }
    }

    private func command(for step: Trace.Step, caseNumber: Int64) throws -> Command? {
        let item = Self.item(step.item ?? "")
        return switch step.action {
        case "start": .startItem(item)
        case "complete": .completeItem(item, data: try step.output.map { try XMLDocument.parse($0) })
        case "skip": .skipItem(item)
        case "rollback": .rollbackItem(item)
        case "addInstance": .addInstance(item, value: try XMLDocument.parse(step.parameter ?? ""))
        case "suspendCase": .suspendCase(caseNumber)
        case "resumeCase": .resumeCase(caseNumber)
        case "cancelCase": .cancelCase(caseNumber)
        default: nil
        }
    }

    /// `task@case`
    private static func item(_ text: String) -> WorkItemID {
        let at = text.lastIndex(of: "@") ?? text.startIndex
        return WorkItemID(CaseID(String(text[at...].dropFirst())), String(text[..<at]))
    }

    /// A case is what its events add up to.
    private func checkReplay(_ engine: WorkflowEngine, _ number: Int64) async throws {
        let stored = try await engine.local.caseDetail(number).state
        let replayed = try await engine.local.replayedCase(number)
        guard stored == replayed else { throw ReplayMismatch() }
    }

    struct ReplayMismatch: Error, CustomStringConvertible {
        let description = "the case rebuilt from its events is not the stored one"
    }

    // MARK: Comparison

    private func difference(_ engine: WorkflowEngine, _ number: Int64, _ expected: Trace.State) async throws -> String? {
        let detail = try await engine.local.caseDetail(number)
        let state = detail.state
        func names(_ status: ItemStatus) -> Set<String> {
            Set(state.items.values.filter { $0.status == status }.map { "\($0.id.task)@\($0.id.caseID)" })
        }
        if names(.enabled) != expected.enabled { return "enabled \(names(.enabled).sorted()), expected \(expected.enabled.sorted())" }
        if names(.fired) != expected.fired { return "fired \(names(.fired).sorted()), expected \(expected.fired.sorted())" }
        if names(.executing) != expected.executing {
            return "executing \(names(.executing).sorted()), expected \(expected.executing.sorted())"
        }
        let other = Set(state.items.values.filter { !$0.status.isLive }.map { "\($0.id.task)@\($0.id.caseID) \($0.status.text)" })
        if other != expected.other { return "other items \(other.sorted()), expected \(expected.other.sorted())" }
        return try markingDifference(state.nets, expected.marking) ?? dataDifference(state.nets, expected.data)
    }

    private func markingDifference(_ nets: SmallDictionary<CaseID, NetState>, _ expected: [String: Trace.Marking]) throws -> String? {
        let own = Dictionary(
            nets.map { id, net in
                (
                    id.description,
                    Trace.Marking(
                        net: net.net, conditions: Dictionary(uniqueKeysWithValues: net.tokens.map { ($0, $1) }),
                        busy: Dictionary(
                            uniqueKeysWithValues: net.busy.map { task, busy in
                                (task, [busy.active.count, busy.entered.count, busy.executing.count, busy.complete.count])
                            }))
                )
            }
        ) { a, _ in a }
        return own == expected ? nil : "marking \(own), expected \(expected)"
    }

    private func dataDifference(_ nets: SmallDictionary<CaseID, NetState>, _ expected: [String: String]) throws -> String? {
        for (id, text) in expected {
            let document = try XMLDocument.parse(text)
            guard let root = document.root, let net = nets[CaseID(id)] else { return "no data for net \(id)" }
            let theirs = root.elements.map { $0.detached() }
            let ours = net.variables.map(\.value)
            let isSame = ours.count == theirs.count && ours.allSatisfy { mine in theirs.contains { $0 == mine } }
            if !isSame { return "data of \(id): \(ours.map { $0.serialized() }.joined()), expected \(root.serializedContent())" }
        }
        return nets.count == expected.count ? nil : "data of \(nets.count) nets, expected \(expected.count)"
    }

    private func endDifference(_ engine: WorkflowEngine, _ number: Int64) async throws -> String? {
        guard let end = trace.end else { return "the trace has no end" }
        let detail = try await engine.local.caseDetail(number)
        let outcome =
            switch detail.row.status {
            case .completed: "completed"
            case .cancelled: "cancelled"
            case .deadlocked: "deadlocked"
            default: detail.state.liveItems.isEmpty ? "stuck" : "open"
            }
        let isOpen = ["stepLimit", "scriptEnd"].contains(end.outcome)
        if outcome != end.outcome, !(isOpen && detail.row.status.isOpen) { return "outcome \(outcome), expected \(end.outcome)" }
        guard outcome == "completed" || outcome == "deadlocked" else { return nil }
        if outcome == "completed", let text = end.outputData, let output = detail.state.ending?.output {
            let expected = try XMLDocument.parse(text)
            if output != expected { return "output \(output.serialized()), expected \(expected.serialized())" }
        }
        if outcome == "completed", let isProper = end.isProper, detail.state.ending?.isProper != isProper {
            return "proper completion \(detail.state.ending?.isProper ?? false), expected \(isProper)"
        }
        let last = try await stateBeforeEnd(engine, number)
        if let expected = end.finalMarking, let difference = try markingDifference(last.nets, expected) { return "final " + difference }
        if let expected = end.finalData, let difference = try dataDifference(last.nets, expected) { return "final " + difference }
        return nil
    }

    /// The case just before its root net was closed.
    private func stateBeforeEnd(_ engine: WorkflowEngine, _ number: Int64) async throws -> CaseState {
        let events = try await engine.local.recordedEvents(number)
        let root = CaseID(number: number)
        let closing = events.firstIndex { recorded in
            switch recorded.event {
            case .netCompleted(let id, _), .netDeadlocked(let id, _): id == root
            default: false
            }
        }
        guard let state = CaseState(replaying: events.prefix(upTo: closing ?? events.count)) else { throw ReplayMismatch() }
        return state
    }
}
