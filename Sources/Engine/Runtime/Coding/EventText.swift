import Foundation
import Platform
import Workflow

/// One line for people about each event.
enum EventText {
    static func line(_ record: EventRecord, kinds: KindRegistry) -> String {
        let event = record.event
        switch record.aggregate.kind {
        case AggregateID.caseKind:
            if let known = try? Codec.decode(CaseEvent.self, from: event.body) { return line(known) }
        case AggregateID.specificationKind:
            // Until format 2 rules belonged to the log of their specification.
            if let known = try? Codec.decode(RulesEvent.self, from: event.body) {
                return known.rules > 0 ? "\(known.rules) rules for \(known.specification)" : "no rules any more for \(known.specification)"
            }
            if let known = try? Codec.decode(SpecificationEvent.self, from: event.body) {
                return "\(known.id), \(known.bytes) bytes" + (known.certificate.map { ", \($0.verdict.rawValue)" } ?? "")
            }
        default:
            guard let type = kinds[record.aggregate.kind] else { return "\(record.aggregate.kind) \(record.aggregate.id): \(event.kind)" }
            if let text = line(type, record) { return text }
        }
        return "a \(event.kind) of format \(event.format), which this version cannot read"
    }

    private static func line<E: Entity>(_ type: E.Type, _ record: EventRecord) -> String? {
        guard let event = try? Codec.decode(E.Event.self, from: record.event.body) else { return nil }
        return E.text(of: event) ?? "\(E.kind.name) \(record.aggregate.id): \(record.event.kind)"
    }

    private struct RulesEvent: Decodable {
        let specification: SpecificationID
        /// 0 when they were removed.
        let rules: Int
    }

    private static func moment(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }

    static func line(_ event: CaseEvent) -> String {
        switch event {
        case .caseStarted(let id, let specification): "case \(id) of \(specification) starts"
        case .netStarted(let id, let net, nil, _): "net \(net) starts as \(id)"
        case .netStarted(let id, let net, let parent?, _): "net \(net) starts as \(id) for \(parent)"
        case .tokenAdded(let id, let condition): "\(id): token into \(condition)"
        case .tokensRemoved(let id, let condition, 1): "\(id): token out of \(condition)"
        case .tokensRemoved(let id, let condition, let count): "\(id): \(count) tokens out of \(condition)"
        case .itemEnabled(let item, nil): "\(item) is offered"
        case .itemEnabled(let item, _?): "\(item) is offered as one of several alternatives"
        case .itemWithdrawn(let item): "\(item) is withdrawn"
        case .taskFired(let id, let task, let children): "\(id): task \(task) fires, \(children.map(\.description).joined(separator: ", "))"
        case .itemFired(let item, _, let input): "\(item) is ready with \(input.serialized())"
        case .itemStarted(let item): "\(item) is started"
        case .itemRolledBack(let item): "\(item) is given back"
        case .itemCompleted(let item, let output): "\(item) is completed with \(output.serialized())"
        case .itemCancelled(let item): "\(item) is cancelled"
        case .itemDeadlocked(let item): "\(item) can never be reached"
        case .itemSuspended(let item): "\(item) is suspended"
        case .itemUnsuspended(let item): "\(item) is no longer suspended"
        case .itemRestarted(let item): "\(item) begins anew"
        case .itemForceCompleted(let item, let output): "\(item) is completed by force with \(output.serialized())"
        case .itemFailed(let item, let output): "\(item) failed; the case goes on with \(output.serialized())"
        case .instanceRemoved(let id, let task, let child): "\(id): \(task) loses its instance \(child)"
        case .instanceStarted(let id, let task, let child): "\(id): \(task) runs as \(child)"
        case .instanceAdded(let id, let task, let child): "\(id): \(task) gets one more instance, \(child)"
        case .instanceCompleted(let id, let task, let child, _, _): "\(id): \(child) of \(task) is done"
        case .variablesAssigned(let id, let variables): "\(id): " + variables.map { $0.value.serialized() }.joined(separator: " ")
        case .timerStarted(let item, _, let due, _): "a timer of \(item) is set to \(moment(due))"
        case .timerExpired(let item): "the timer of \(item) runs out"
        case .timerFailed(let item, let reason, let attempts, let retryAt):
            "attempt \(attempts) to carry out the expiry of \(item) failed, the next is at \(moment(retryAt)): \(reason)"
        case .dataHandedOver(let id, let gateway, let task?, let name, let value):
            "\(id): \(task) hands \(name) to \(gateway): \(value.serialized())"
        case .dataHandedOver(let id, let gateway, nil, _, let value): "\(id) hands its data to \(gateway): \(value.serialized())"
        case .textLogged(let id, let task, let text): "\(id)\(task.map { ":" + $0 } ?? ""): \(text)"
        case .taskExited(let id, let task): "\(id): task \(task) exits"
        case .taskCancelled(let id, let task): "\(id): task \(task) is cancelled"
        case .netCompleted(let id, let output): "net \(id) completes with \(output.serialized())"
        case .netCancelled(let id): "net \(id) is cancelled"
        case .netDeadlocked(let id, let tasks): "net \(id) is deadlocked before \(tasks.joined(separator: ", "))"
        case .caseSuspending: "the case is being suspended"
        case .caseSuspended: "the case is suspended"
        case .caseResumed: "the case goes on"
        case .caseCompleted(let output, true): "the case completes with \(output.serialized())"
        case .caseCompleted(let output, false): "the case completes with work left over: \(output.serialized())"
        case .caseDeadlocked(let tasks): "the case is deadlocked before \(tasks.joined(separator: ", "))"
        case .caseCancelled: "the case is cancelled"
        case .workletStarted(let service): "it runs as a worklet for exlet \(service.exlet) of case \(service.caseNumber)"
        case .exletStarted(let exlet):
            "exlet \(exlet.id), by rule \(exlet.rule) for \(exlet.kind.text)\(exlet.item.map { " of \($0)" } ?? ""): "
                + exlet.steps.map(\.text).joined(separator: ", ")
        case .exletWorkletsStarted(let id, let worklets):
            "exlet \(id) runs " + worklets.map { "\($0.specification) as case \($0.caseNumber)" }.joined(separator: ", ")
        case .exletWorkletEnded(let id, let number, let outcome): "exlet \(id): worklet case \(number) is \(outcome.text)"
        case .exletStepDone(let id, let step, _, let cases, let note):
            "exlet \(id): step \(step + 1) is done" + (cases.isEmpty ? "" : ", with case \(cases.map(String.init).joined(separator: ", "))")
                + (note.map { "; nothing to do, \($0)" } ?? "")
        case .exletEnded(let id, nil): "exlet \(id) is done"
        case .exletEnded(let id, let failure?): "exlet \(id) is given up: \(failure)"
        case .ruleFailed(let kind, let item, let rule, let reason):
            "\(rule.map { "rule \($0)" } ?? "a rule") for \(kind.text)\(item.map { " of \($0)" } ?? "") does not count: \(reason)"
        case .itemDataChanged(let item, let data): "\(item) now works with \(data.serialized())"
        case .caseMigrated(let specification, _): "the case goes on in \(specification)"
        }
    }
}
