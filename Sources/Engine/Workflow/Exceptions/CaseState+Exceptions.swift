/// What the events of exceptions do to a case.
extension CaseState {
    mutating func applyException(_ event: CaseEvent) {
        switch event {
        case .workletStarted(let service):
            exceptions = exceptions ?? CaseExceptions()
            exceptions?.service = service
        case .exletStarted(let exlet):
            exceptions = exceptions ?? CaseExceptions()
            exceptions?.raised = exlet.id
            exceptions?.exlets.append(exlet)
        case .exletWorkletsStarted(let id, let worklets):
            exceptions?[exlet: id]?.worklets = worklets
        case .exletWorkletEnded(let id, let number, _):
            guard let index = exceptions?[exlet: id]?.worklets.firstIndex(where: { $0.caseNumber == number }) else { return }
            exceptions?[exlet: id]?.worklets[index].hasEnded = true
        case .exletStepDone(let id, let step, let items, let cases, _):
            exceptions?[exlet: id]?.finish(step, items: items, cases: cases)
        case .exletEnded(let id, _):
            exceptions?[exlet: id] = nil
        case .caseCancelled:
            // An exlet that removes its own case goes on to its end.
            for exlet in exceptions?.exlets ?? [] where exlet.step?.action != .remove { exceptions?[exlet: exlet.id]?.isAbandoned = true }
        default: break
        }
    }
}

extension Exlet {
    fileprivate mutating func finish(_ number: Int, items: [WorkItemID], cases: [Int64]) {
        switch (steps[safe: number]?.action, steps[safe: number]?.target) {
        case (.suspend, _):
            suspendedItems += items
            suspendedCases += cases
        case (.continue, .workitem): suspendedItems = []
        case (.continue, _): (suspendedItems, suspendedCases) = ([], [])
        default: break
        }
        next = number + 1
        worklets = []
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
