import Foundation
import Workflow

/// One line for people about each event.
enum EventText {
    static func line(_ event: NewEvent) -> String {
        if let known = try? JSONDecoder().decode(CaseEvent.self, from: Data(event.body)) { return line(known) }
        if let known = try? JSONDecoder().decode(SpecificationEvent.self, from: Data(event.body)) {
            return "\(known.id), \(known.bytes) bytes"
        }
        return "a \(event.kind) of format \(event.format), which this version cannot read"
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
        case .instanceStarted(let id, let task, let child): "\(id): \(task) runs as \(child)"
        case .instanceAdded(let id, let task, let child): "\(id): \(task) gets one more instance, \(child)"
        case .instanceCompleted(let id, let task, let child, _, _): "\(id): \(child) of \(task) is done"
        case .variablesAssigned(let id, let variables): "\(id): " + variables.map { $0.value.serialized() }.joined(separator: " ")
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
        case .caseMigrated(let specification, _): "the case goes on in \(specification)"
        }
    }
}
