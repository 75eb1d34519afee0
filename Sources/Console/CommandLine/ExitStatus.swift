import Engine

/// The exit codes of the command line. They are an interface: scripts branch on them, so a number never changes its meaning.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case ok = 0
    /// Something unforeseen went wrong here.
    case failure = 1
    /// The command line or the input is not acceptable as it is.
    case usage = 2
    case unauthenticated = 3
    case notFound = 4
    /// The world is not in the state the command needs.
    case conflict = 5
    /// A part we need cannot be reached just now.
    case unavailable = 6
    /// A rule or policy says no.
    case refused = 7

    public init(_ kind: EngineError.Kind) {
        switch kind {
        case .failure: self = .failure
        case .invalid: self = .usage
        case .unauthenticated: self = .unauthenticated
        case .notFound: self = .notFound
        case .conflict: self = .conflict
        case .unavailable: self = .unavailable
        case .refused: self = .refused
        }
    }
}
