import Workflow
import XMLTree

/// What exlets do outside of their case: worklets run as cases of their own, and other cases are suspended, let go on or cancelled.
///
/// Nothing of it is kept in memory. What an exlet waits for is part of its case; every step towards it is a command of its own
/// whose request id says whose step it is (`exlet/7/1/2…`: case 7, exlet 1, step 2), so that it is done once however often it is
/// tried: after a crash, or by two processes at the same time.
extension WorkflowEngine {
    /// Cases looked at for one command; what is left waits for the next.
    private static var maxVisits: Int { 1_000 }

    /// Goes on with all exlets that wait for something outside, such as those of a process that died. Done by itself with the first
    /// command of every engine.
    public func resumeExceptions(tenant: Int64 = 1) async {
        guard let numbers = try? await query({ try await $0.casesAwaitingOthers(tenant: tenant) }) else { return }
        for number in numbers { await carryOutExlets(from: number, tenant: tenant) }
    }

    /// Does what the exlets of a case wait for, and of all cases concerned by that, until everything left waits for people.
    /// What cannot be done now stays recorded in its case, and is tried again with its next command or by `resumeExceptions`.
    func carryOutExlets(from number: Int64, tenant: Int64) async {
        var waiting = [number], visits = 0
        while let number = waiting.popLast(), visits < Self.maxVisits {
            visits += 1
            guard let entry = try? await currentEntry(number, tenant: tenant), let exceptions = entry.state.exceptions else { continue }
            if !entry.state.status.isOpen, let service = exceptions.service { waiting.append(service.caseNumber) }
            for exlet in exceptions.exlets {
                guard let need = exlet.need else { continue }
                let errand = Errand(number: number, entry: entry, exlet: exlet, principal: Principal(name: "exceptions", tenant: tenant))
                waiting += (try? await meet(need, errand)) ?? []
            }
        }
    }

    /// - Returns: the cases to be looked at next, the last of them first.
    private func meet(_ need: Exlet.Need, _ errand: Errand) async throws(EngineError) -> [Int64] {
        switch need {
        case .worklets(let names):
            return try await startWorklets(names, errand)
        case .ends(let open):
            var hasNews = false
            for number in open {
                let worklet = try await currentEntry(number, tenant: errand.principal.tenant).state
                guard !worklet.status.isOpen else { continue }
                hasNews = true
                try await advance(
                    errand, .workletEnded(caseNumber: number, worklet.status, output: worklet.ending?.output), "ended/\(number)")
            }
            return hasNews ? [errand.number] : []
        case .otherCases(let action, let target):
            let done = try await act(action, on: try await others(target, action, errand), errand)
            try await advance(errand, .done(cases: action == .suspend ? done : []), "done")
            return [errand.number] + done
        case .cleaning(let open):
            let done = try await act(.remove, on: open, errand)
            try await advance(errand, .failed("the case was cancelled"), "cancelled")
            return done
        }
    }

    private func startWorklets(_ names: [String], _ errand: Errand) async throws(EngineError) -> [Int64] {
        let state = errand.entry.state
        let service = WorkletService(caseNumber: errand.number, exlet: errand.exlet.id, depth: (state.exceptions?.service?.depth ?? 0) + 1)
        guard service.depth <= WorkletService.maxDepth else {
            try await advance(
                errand, .failed("worklets would nest deeper than \(WorkletService.maxDepth): rules run in a circle"), "failed")
            return [errand.number]
        }
        let data = try await executable(errand.entry.summary.specification, tenant: errand.principal.tenant).workletData(
            for: errand.exlet, of: state)
        var started: [Exlet.Worklet] = []
        for (place, name) in names.enumerated() {
            do throws(EngineError) {
                let number = try await startWorklet(name, data, service, errand.request("worklet/\(place)"), errand.principal)
                started.append(Exlet.Worklet(specification: name, caseNumber: number))
            } catch {
                // The store may be there again later; a worklet that cannot start will not.
                guard error.kind != .unavailable, error.kind != .failure else { throw error }
                _ = try await act(.remove, on: started.map(\.caseNumber), errand)
                try await advance(errand, .failed("worklet \(name) cannot run: \(error.message)"), "failed")
                return [errand.number]
            }
        }
        try await advance(errand, .workletsStarted(started), "started")
        return [errand.number] + started.map(\.caseNumber)
    }

    private func startWorklet(
        _ name: String, _ data: [Variable], _ service: WorkletService, _ request: RequestID,
        _ principal: Principal
    ) async throws(EngineError) -> Int64 {
        let reply = try await repeatable(principal, request) { () async throws(EngineError) in
            let reference = SpecificationReference(name)
            let executable = try library.executable(of: try await find(reference, tenant: principal.tenant))
            return try await start(reference, executable.workletParameters(from: data), service: service, principal: principal, request)
        }
        guard case .started(let number, _) = reply else {
            throw EngineError(.failure, "unexpected-reply", "request \(request) was no start of a case")
        }
        return number
    }

    /// The cases a step is done to besides its own.
    private func others(_ target: ExletStep.Target, _ action: ExletStep.Action, _ errand: Errand) async throws(EngineError) -> [Int64] {
        if action == .continue { return errand.exlet.suspendedCases.filter { $0 != errand.number } }
        if target == .ancestorCases {
            var ancestors: [Int64] = []
            var service = errand.entry.state.exceptions?.service
            while let above = service?.caseNumber, ancestors.count < WorkletService.maxDepth {
                ancestors.append(above)
                service = try await currentEntry(above, tenant: errand.principal.tenant).state.exceptions?.service
            }
            return ancestors
        }
        let open = try await query { try await $0.cases(tenant: errand.principal.tenant, openOnly: true, limit: .max) }
        return open.filter { $0.specification == errand.entry.summary.specification && $0.number != errand.number }.map(\.number).sorted()
    }

    /// - Returns: those it could be done to.
    private func act(_ action: ExletStep.Action, on cases: [Int64], _ errand: Errand) async throws(EngineError) -> [Int64] {
        let command: CaseCommand =
            switch action {
            case .suspend: .holdAll
            case .continue: .releaseAll
            default: .cancel
            }
        var done: [Int64] = []
        for number in cases {
            let request = errand.request("\(action.rawValue)/\(number)")
            do throws(EngineError) {
                _ = try await repeatable(errand.principal, request) { () async throws(EngineError) in
                    try await step(number, command, errand.principal, request)
                }
                done.append(number)
            } catch {
                // It has ended or is suspended already.
                guard error.kind == .conflict || error.kind == .notFound else { throw error }
            }
        }
        return done
    }

    private func advance(_ errand: Errand, _ progress: ExletProgress, _ suffix: String) async throws(EngineError) {
        let request = errand.request(suffix)
        do throws(EngineError) {
            _ = try await repeatable(errand.principal, request) { () async throws(EngineError) in
                try await step(errand.number, .advanceExlet(errand.exlet.id, step: errand.exlet.next, progress), errand.principal, request)
            }
        } catch {
            // Somebody else did it.
            guard error.code == "exlet-step-done" else { throw error }
        }
    }

    private func currentEntry(_ number: Int64, tenant: Int64) async throws(EngineError) -> CaseCache.Entry {
        // Another process may have been at it.
        let summary = try await query { try await $0.caseSummary(tenant: tenant, number: number) }
        if let known = cache[number], known.summary.version == summary?.version { return known }
        return try await loadEntry(number, tenant: tenant)
    }
}

/// On behalf of which exlet something is done.
private struct Errand {
    let number: Int64
    let entry: CaseCache.Entry
    let exlet: Exlet
    let principal: Principal

    func request(_ suffix: String) -> RequestID { RequestID("exlet/\(number)/\(exlet.id)/\(exlet.next + 1)/\(suffix)") }
}

extension Reply {
    /// The case a command was about.
    var caseNumber: Int64? {
        switch self {
        case .loaded, .unloaded, .rulesLoaded, .rulesRemoved, .calendarChanged: nil
        case .started(let number, _), .changed(let number, _): number
        case .itemStarted(let id), .itemCompleted(let id, _), .itemRolledBack(let id), .itemChanged(let id, _, _), .instanceAdded(let id),
            .timerExpired(let id, _, _), .timerPostponed(let id):
            id.caseID.number
        }
    }
}
