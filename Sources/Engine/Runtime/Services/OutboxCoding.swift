import Platform
import Workflow

/// What a step leaves for the world outside: worked out from its events, so that the same events ask for the same things.
extension CaseChange {
    /// - Parameters:
    ///   - old: the case before the step; nil for a new one.
    ///   - summary: the case's summary before the step, whose version is the number of the last event.
    mutating func addOutbox(
        of step: CaseStep, in executable: ExecutableSpecification, from old: CaseState?, before summary: CaseSummary,
        tenant: TenantID
    ) throws(EngineError) {
        var work: [WorkItemID: OutboxRecord] = [:]
        for (offset, recorded) in step.events.enumerated() {
            let place = "\(summary.number).\(summary.version + Int64(offset) + 1)"
            switch recorded.event {
            case .dataHandedOver(let id, let gateway, let task, let name, let value):
                let write = GatewayWrite(caseID: id, specification: executable.id, task: task, name: name, value: value)
                outbox.append(
                    OutboxRecord(
                        tenant: tenant, caseNumber: summary.number, owner: .ofCase(summary.internalID),
                        request: RequestID("gateway:" + place),
                        kind: .gateway, name: gateway, item: nil, body: try Codec.encode(write), addedAt: recorded.at,
                        dueAt: recorded.at))
            case .itemEnabled(let id, _), .itemFired(let id, _, _), .itemRolledBack(let id), .itemRestarted(let id):
                guard executable.usesServices, let gateway = executable.service(of: id, in: step.state), let name = gateway.serviceName
                else { continue }
                // An automated task without a codelet that has a timer is a delay .
                let delay = gateway.isAutomated && (gateway.codelet ?? "").isEmpty ? step.state.timers?.running[id]?.due : nil
                work[id] = OutboxRecord(
                    tenant: tenant, caseNumber: summary.number, owner: .ofCase(summary.internalID), request: RequestID("service:" + place),
                    kind: .service, name: name, item: id, body: [], addedAt: recorded.at, dueAt: max(recorded.at, delay ?? 0))
            default: continue
            }
        }
        guard executable.usesServices else { return }
        outbox += work.values.sorted { $0.request.description < $1.request.description }
        if let old {
            withdrawnFromServices = old.items.keys.filter { id in
                executable.service(of: id, in: old) != nil && (work[id] != nil || executable.service(of: id, in: step.state) == nil)
            }
        }
    }
}

extension ExecutableSpecification {
    /// The task's gateway when the item is a service's business as things stand: nobody has started it, or the service itself has.
    fileprivate func service(of id: WorkItemID, in state: CaseState) -> Gateway? {
        guard let item = state.items[id], let net = state.nets[item.net], case .atomic(let gateway)? = nets[net.net]?.tasks[id.task]?.kind,
            gateway.serviceName != nil, !gateway.isForWorklets
        else { return nil }
        switch item.status {
        case .enabled, .fired: return gateway
        case .executing: return item.startedBy == ServiceRunner.actor ? gateway : nil
        default: return nil
        }
    }
}
