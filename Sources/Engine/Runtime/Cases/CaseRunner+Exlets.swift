import Platform
import Synchronization
import Workflow
import XMLTree

/// What exlets do outside of their case: worklets run as cases of their own, and other cases are suspended, let go on or cancelled.
///
/// Nothing of it is kept in memory. What an exlet waits for is part of its case; every step towards it is a command of its own
/// whose request id says whose step it is (`exlet/7/1/2…`: case 7, exlet 1, step 2), so that it is done once however often it is
/// tried: after a crash, or by two processes at the same time.
extension CaseRunner {
    /// Cases looked at for one command; what is left waits for the next.
    private static var maxVisits: Int { 1_000 }

    /// Goes on with all exlets of a tenant that wait for something outside, such as those of a process that died. Done by itself with the
    /// tenant's first command in every engine.
    func resumeExlets(in tenant: TenantID) async {
        guard let numbers = try? await ledger.query({ try await $0.casesAwaitingOthers(tenant: tenant) }) else { return }
        for number in numbers { await carryOutExlets(from: number, in: tenant) }
    }

    /// Does what the exlets of a case wait for, and of all cases concerned by that, until everything left waits for people.
    /// What cannot be done now stays recorded in its case, and is tried again with its next command or by `resumeExlets`.
    func carryOutExlets(from number: Int64, in tenant: TenantID) async {
        var waiting = [number], visits = 0
        while let number = waiting.popLast(), visits < Self.maxVisits {
            visits += 1
            guard let entry = try? await currentEntry(number, in: tenant), let exceptions = entry.state.exceptions else { continue }
            if !entry.state.status.isOpen, let service = exceptions.service { waiting.append(service.caseNumber) }
            for exlet in exceptions.exlets {
                guard let need = exlet.need else { continue }
                let compensation = Compensation(number: number, entry: entry, exlet: exlet, tenant: tenant)
                waiting += (try? await meet(need, compensation)) ?? []
            }
        }
    }

    /// - Returns: the cases to be looked at next, the last of them first.
    private func meet(_ need: Exlet.Need, _ compensation: Compensation) async throws(EngineError) -> [Int64] {
        switch need {
        case .worklets(let names):
            return try await startWorklets(names, compensation)
        case .ends(let open):
            var hasNews = false
            for number in open {
                let worklet = try await currentEntry(number, in: compensation.tenant).state
                guard !worklet.status.isOpen else { continue }
                hasNews = true
                try await advance(
                    compensation, .workletEnded(caseNumber: number, worklet.status, output: worklet.ending?.output), "ended/\(number)")
            }
            return hasNews ? [compensation.number] : []
        case .otherCases(let action, let target):
            let done = try await act(action, on: try await others(target, action, compensation), compensation)
            try await advance(compensation, .done(cases: action == .suspend ? done : []), "done")
            return [compensation.number] + done
        case .cleaning(let open):
            let done = try await act(.remove, on: open, compensation)
            try await advance(compensation, .failed("the case was cancelled"), "cancelled")
            return done
        }
    }

    private func startWorklets(_ names: [String], _ compensation: Compensation) async throws(EngineError) -> [Int64] {
        let state = compensation.entry.state
        let service = WorkletService(
            caseNumber: compensation.number, exlet: compensation.exlet.id, depth: (state.exceptions?.service?.depth ?? 0) + 1)
        guard service.depth <= WorkletService.maxDepth else {
            try await advance(
                compensation, .failed("worklets would nest deeper than \(WorkletService.maxDepth): rules run in a circle"), "failed")
            return [compensation.number]
        }
        let data = try await specifications.executable(compensation.entry.summary.specification, in: compensation.tenant).workletData(
            for: compensation.exlet, of: state)
        var started: [Exlet.Worklet] = []
        for (place, name) in names.enumerated() {
            do throws(EngineError) {
                let number = try await startWorklet(name, data, service, compensation.request("worklet/\(place)"))
                started.append(Exlet.Worklet(specification: name, caseNumber: number))
            } catch {
                // The store may be there again later; a worklet that cannot start will not.
                guard error.kind != .unavailable, error.kind != .failure else { throw error }
                _ = try await act(.remove, on: started.map(\.caseNumber), compensation)
                try await advance(compensation, .failed("worklet \(name) cannot run: \(error.message)"), "failed")
                return [compensation.number]
            }
        }
        try await advance(compensation, .workletsStarted(started), "started")
        return [compensation.number] + started.map(\.caseNumber)
    }

    private func startWorklet(
        _ name: String, _ data: [Variable], _ service: WorkletService, _ request: Request
    ) async throws(EngineError) -> Int64 {
        if case .started(let number, _)? = try await ledger.earlierAnswer(Reply.self, to: request) { return number }
        let reference = SpecificationReference(name)
        let executable = try specifications.library.executable(of: try await specifications.find(reference, in: request.tenant))
        let reply = try await start(reference, executable.workletParameters(from: data), service: service, request)
        guard case .started(let number, _) = reply else {
            throw EngineError(.failure, "unexpected-reply", "request \(request.key.text) was no start of a case")
        }
        return number
    }

    /// The cases a step is done to besides its own.
    private func others(
        _ target: ExletStep.Target, _ action: ExletStep.Action, _ compensation: Compensation
    ) async throws(EngineError) -> [Int64] {
        if action == .continue { return compensation.exlet.suspendedCases.filter { $0 != compensation.number } }
        if target == .ancestorCases {
            var ancestors: [Int64] = []
            var service = compensation.entry.state.exceptions?.service
            while let above = service?.caseNumber, ancestors.count < WorkletService.maxDepth {
                ancestors.append(above)
                service = try await currentEntry(above, in: compensation.tenant).state.exceptions?.service
            }
            return ancestors
        }
        let open = try await openCases(in: compensation.tenant)
        return open.filter { $0.specification == compensation.entry.summary.specification && $0.number != compensation.number }.map(
            \.number
        ).sorted()
    }

    /// - Returns: those it could be done to.
    private func act(_ action: ExletStep.Action, on cases: [Int64], _ compensation: Compensation) async throws(EngineError) -> [Int64] {
        let command: CaseCommand =
            switch action {
            case .suspend: .holdAll
            case .continue: .releaseAll
            default: .cancel
            }
        var done: [Int64] = []
        for number in cases {
            let request = compensation.request("\(action.rawValue)/\(number)")
            do throws(EngineError) {
                _ = try await step(number, command, request)
                done.append(number)
            } catch {
                // It has ended or is suspended already.
                guard error.kind == .conflict || error.kind == .notFound else { throw error }
            }
        }
        return done
    }

    private func advance(
        _ compensation: Compensation, _ progress: ExletProgress, _ suffix: String
    ) async throws(EngineError) {
        do throws(EngineError) {
            _ = try await step(
                compensation.number, .advanceExlet(compensation.exlet.id, step: compensation.exlet.next, progress),
                compensation.request(suffix))
        } catch {
            // Somebody else did it.
            guard error.code == "exlet-step-done" else { throw error }
        }
    }
}

/// The exlet on whose behalf something is done.
private struct Compensation {
    let number: Int64
    let entry: CaseCache.Entry
    let exlet: Exlet
    let tenant: TenantID

    func request(_ suffix: String) -> Request {
        let key = RequestKey(.engine, "exlet/\(number)/\(exlet.id)/\(exlet.next + 1)/\(suffix)")
        return Request(principal: Principal(name: "exceptions", tenant: tenant), key: key, fingerprint: digest([Array(key.text.utf8)]))
    }
}

/// Tenants whose exlets were gone on with since the engine began.
final class ResumedTenants: Sendable {
    private let known = Mutex<Set<TenantID>>([])

    /// True once for each.
    func isFirstUse(by tenant: TenantID) -> Bool { known.withLock { $0.insert(tenant).inserted } }
}

extension Reply {
    /// The case a command was about.
    var caseNumber: Int64? {
        switch self {
        case .loaded, .unloaded: nil
        case .started(let number, _), .changed(let number, _): number
        case .itemStarted(let id), .itemCompleted(let id, _), .itemRolledBack(let id), .itemChanged(let id, _, _), .instanceAdded(let id),
            .timerExpired(let id, _, _), .timerPostponed(let id):
            id.caseID.number
        }
    }
}
