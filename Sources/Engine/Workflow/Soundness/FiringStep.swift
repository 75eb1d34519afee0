/// Tokens of a net as people read them.
public struct NetMarking: Sendable, Equatable, Codable, CustomStringConvertible {
    /// By condition, implicit ones (`c{A_B}`) included.
    public let tokens: [String: Int]
    /// Busy tasks.
    public let busy: [String]

    /// `c{A_B}, d×2, busy C`; `empty` without any token.
    public var description: String {
        let conditions = tokens.sorted { $0.key.precedes($1.key) }.map { $0.value == 1 ? $0.key : "\($0.key)×\($0.value)" }
        let all = conditions + busy.map { "busy " + $0 }
        return all.isEmpty ? "empty" : all.joined(separator: ", ")
    }
}

/// One step of a run that shows something: a task starts or ends, and the marking after it.
public struct FiringStep: Sendable, Equatable, Codable {
    public enum Phase: String, Sendable, Codable { case start, end }

    public let task: String
    public let phase: Phase
    /// Start: the conditions that lose a token.
    public let takes: [String]
    /// End: the conditions the split marks.
    public let gives: [String]
    /// End: what the cancellation set empties that held something.
    public let removes: [String]
    public let marking: NetMarking

    /// `end A → c{A_B}, cancels C`
    public var text: String {
        var text = "\(phase.rawValue) \(task)"
        if !takes.isEmpty { text += " ← " + takes.joined(separator: ", ") }
        if !gives.isEmpty { text += " → " + gives.joined(separator: ", ") }
        if !removes.isEmpty { text += ", cancels " + removes.joined(separator: ", ") }
        return text
    }
}
