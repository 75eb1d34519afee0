import XQuery

/// What decides whether an OR or XOR split takes a flow.
public enum FlowPredicate: Sendable {
    case query(Query)
    case timer(TimerQuestion)
    /// Nothing that can be asked. As in the reference engine that shows when the flow is looked at, and refuses the completion.
    case wrong(ExecutionError)

    init(_ text: String, of task: NetTask, to target: String, in net: Net) {
        do {
            if TimerQuestion.isAsked(by: text) {
                self = .timer(try TimerQuestion(text, in: net))
            } else {
                self = .query(
                    try compile(CostPredicate.withoutCosts(text), as: .predicate, of: task, role: "predicate of the flow to \(target)"))
            }
        } catch {
            self = .wrong(error)
        }
    }
}

/// A query that the reference engine does not look at before it needs it: a wrong one refuses only the step that gets there.
typealias UncheckedQuery = Result<Query, ExecutionError>

extension UncheckedQuery {
    init(_ text: String, of task: NetTask, role: String) {
        do throws(ExecutionError) {
            self = .success(try compile(text, as: .expression, of: task, role: role))
        } catch {
            self = .failure(error)
        }
    }
}

private func compile(_ text: String, as use: Query.Use, of task: NetTask, role: String) throws(ExecutionError) -> Query {
    do {
        return try Query.compile(text, as: use)
    } catch {
        throw ExecutionError(.invalid, "bad-query", "task \(task.id), \(role): \(error)")
    }
}
