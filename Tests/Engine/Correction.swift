import Engine

/// Where we differ from the reference engine on purpose (docs/differences.md). A trace is played up to such a
/// place and counted with its reason; there are no other differences.
enum Correction: String {
    /// There, an item can be left complete and unusable, a token lost, a task half started or half skipped.
    case atomic = "a refused operation leaves the case as it was"
    /// There, skipping an item of several instances completes the first and leaves the others.
    case wholeSkip = "skipping a multiple instance item completes all its instances"
    /// There, case data with markup in an initial value end in an internal error.
    case launch = "the launch fails in the reference with an internal error"
    /// There, a late-bound timer that cannot be read is left out with a line in a log file: a deadline nobody keeps.
    case unreadableTimer = "a timer variable that cannot be read refuses the step that needs it"

    /// There, a split without default whose predicates are all false swallows the token; only a file loaded in spite of its errors has one.
    case noFlow = "a split that would take no flow is refused"

    /// What an operation is refused for here and not there.
    init?(refusedHere error: EngineError) {
        switch error.code {
        case "timer-unreadable": self = .unreadableTimer
        case "no-flow-taken": self = .noFlow
        default: return nil
        }
    }
}
