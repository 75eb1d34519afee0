import XMLTree

/// The predicate `timer(Name) = 'state'` or `timer(Name) != 'state'`: how the timer of a task of the same net stands.
public struct TimerQuestion: Sendable, Equatable {
    public let task: String
    public let phase: TimerPhase
    public let isNegated: Bool

    /// Whether a predicate asks for a timer instead of the data: it begins with `timer(`.
    static func isAsked(by predicate: String) -> Bool { predicate.trimmingXMLSpace().hasPrefix("timer(") }

    /// The name in the parentheses; nil when they are not closed.
    static func name(in predicate: String) -> String? {
        let text = predicate.trimmingXMLSpace()
        guard text.hasPrefix("timer("), let close = text.firstIndex(of: ")") else { return nil }
        return text[text.index(text.startIndex, offsetBy: 6) ..< close].trimmingXMLSpace()
    }

    /// The task people mean: by name, else by id.
    static func task(named name: String, in net: Net) -> NetTask? {
        net.tasks.first { $0.name == name } ?? net.tasks.first { $0.id == name }
    }

    init(_ predicate: String, in net: Net) throws(ExecutionError) {
        func wrong(_ why: String) -> ExecutionError { ExecutionError(.invalid, "bad-timer-predicate", "the predicate \(predicate) \(why)") }
        let text = predicate.trimmingXMLSpace()
        guard let name = Self.name(in: text), let close = text.firstIndex(of: ")") else { throw wrong("lacks a closing parenthesis") }
        guard let task = Self.task(named: name, in: net) else {
            throw wrong("asks for the timer of \(name), but net \(net.id) has no such task")
        }
        guard task.timer != nil else { throw wrong("asks for the timer of \(name), which has none") }
        var rest = text[text.index(after: close)...].trimmingXMLSpace()
        isNegated = rest.hasPrefix("!=")
        guard isNegated || rest.hasPrefix("=") else { throw wrong("must be of the form timer(Task) = 'expired'") }
        rest = rest.dropFirst(isNegated ? 2 : 1).trimmingXMLSpace()
        guard rest.count > 2, rest.hasPrefix("'"), rest.hasSuffix("'"),
            let phase = TimerPhase(rawValue: String(rest.dropFirst().dropLast()))
        else {
            throw wrong("must compare with 'dormant', 'active', 'closed' or 'expired'")
        }
        self.phase = phase
        self.task = task.id
    }
}
