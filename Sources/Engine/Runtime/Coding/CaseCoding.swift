import Foundation
import Platform
import Workflow
import XMLTree

/// Between a case as a value and the rows a store keeps. Documents live in rows of their own, so that a step that only moves
/// tokens does not rewrite the data.
enum CaseCoding {
    static func encode(_ state: CaseState) throws(EngineError) -> [UInt8] {
        do { return try CanonicalText.of(state) } catch { throw EngineError(.failure, "encoding", "cannot write the case: \(error)") }
    }

    static func encode(_ event: CaseEvent) throws(EngineError) -> [UInt8] {
        do { return try CanonicalText.of(event) } catch {
            throw EngineError(.failure, "encoding", "cannot write the event \(event.kind): \(error)")
        }
    }

    /// The rows that differ between two states of a case.
    static func change(
        from old: CaseState?, to new: CaseState, summary: CaseSummary, tenant: TenantID, chain: [UInt8]
    ) throws(EngineError) -> CaseChange {
        var variables: [VariableRecord] = []
        var removedVariables: [VariableKey] = []
        for net in new.nets.values {
            let before = old?.nets[net.caseID]?.variables
            for (index, variable) in net.variables.enumerated() {
                if let known = before, index < known.count, known[index].name == variable.name,
                    known[index].value.isIdentical(to: variable.value)
                {
                    continue
                }
                variables.append(
                    VariableRecord(
                        key: VariableKey(net: net.caseID, name: variable.name), index: index,
                        document: variable.value.serialized()))
            }
        }
        for net in old?.nets.values ?? [] where new.nets[net.caseID] == nil {
            removedVariables += net.variables.map { VariableKey(net: net.caseID, name: $0.name) }
        }
        let items = new.items.values.filter { $0 != old?.items[$0.id] }.sorted { $0.id < $1.id }.map {
            record($0, of: new, summary: summary)
        }
        let removed = (old?.items.keys.filter { new.items[$0] == nil } ?? []).sorted()
        let running = new.timers?.running ?? [:], ran = old?.timers?.running ?? [:]
        let timers = running.filter { ran[$0.key] != $0.value }.map {
            record($0.value, of: $0.key, in: new, summary: summary, tenant: tenant)
        }
        let marking = try encode(new)
        let awaits = new.exceptions?.needsOthers ?? false, awaited = old?.exceptions?.needsOthers ?? false
        return CaseChange(
            summary: summary, marking: marking, markingHash: digest([marking]), chain: chain,
            variables: variables.sorted { ($0.key.net, $0.index) < ($1.key.net, $1.index) }, removedVariables: removedVariables,
            items: items, removedItems: removed, awaitsOthers: awaits == awaited ? nil : awaits,
            timers: timers.sorted { $0.number < $1.number },
            removedTimers: ran.keys.filter { running[$0] == nil }.sorted())
    }

    static func record(
        _ timer: RunningTimer, of owner: WorkItemID, in state: CaseState, summary: CaseSummary, tenant: TenantID
    ) -> TimerRecord {
        TimerRecord(
            tenant: tenant, caseNumber: summary.number, specification: summary.specification, item: owner, number: timer.number,
            netName: state.nets[timer.net]?.net ?? "", due: timer.due, wakesAt: timer.wakesAt, failure: timer.failure)
    }

    static func record(_ item: WorkItem, of state: CaseState, summary: CaseSummary) -> ItemRecord {
        ItemRecord(
            caseNumber: summary.number, specification: summary.specification, item: item.id, net: item.net,
            netName: state.nets[item.net]?.net ?? "", status: item.status, enabledAt: item.enabledAt, startedAt: item.startedAt,
            owner: item.startedBy, choice: item.choice, input: item.data?.serialized(), output: item.output?.serialized())
    }

    /// A case from its rows.
    static func state(from record: CaseRecord) throws(EngineError) -> CaseState {
        guard digest([record.marking]) == record.markingHash else {
            throw EngineError(
                .failure, "marking-hash",
                "the stored marking of case \(record.summary.number) does not match its hash: "
                    + "the store is damaged; restore a backup")
        }
        var state = try Codec.decode(CaseState.self, from: record.marking)
        do {
            var variables: [CaseID: [Variable]] = [:]
            for row in record.variables.sorted(by: { $0.index < $1.index }) {
                let value = try XMLDocument.parse(row.document, options: .stored)
                variables[row.key.net, default: []].append(Variable(name: row.key.name, value: value))
            }
            var documents: [WorkItemID: (input: XMLDocument?, output: XMLDocument?)] = [:]
            for row in record.items {
                documents[row.item] = (
                    try row.input.map { text throws(XMLError) in try XMLDocument.parse(text, options: .stored) },
                    try row.output.map { text throws(XMLError) in try XMLDocument.parse(text, options: .stored) }
                )
            }
            state.restore(variables: variables, documents: documents)
        } catch {
            throw EngineError(.failure, "stored-form", "the stored data of case \(record.summary.number) cannot be read: \(error)")
        }
        return state
    }
}
