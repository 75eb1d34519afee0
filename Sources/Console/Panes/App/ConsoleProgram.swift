import Terminal
import TextCells

/// The console as a program for the terminal's loop: events become actions, effects become requests or work for the runner.
struct ConsoleProgram: TerminalProgram {
    var state: ConsoleState
    var context: DrawingContext
    let runner: EffectRunner
    let clock: @Sendable () -> Int64
    /// The moment to which ages are counted. It stands still while keys are pressed, so that a frame shows what the key did and not every
    /// age anew, which is a thousand bytes on a large screen; the ages follow a moment later.
    private(set) var agesAt: Int64 = 0

    private static let minute = 1
    private static let retry = 2
    private static let held = 3
    private static let ages = 4

    mutating func update(_ event: TerminalEvent<ConsoleMessage>) -> [TerminalRequest] {
        let action: ConsoleAction
        var paint = TerminalRequest.paint
        switch event {
        case .started(let size): action = .started(size)
        case .input(let input): action = .input(input)
        case .message(let message):
            action = .message(message)
            if case .settings(let settings) = message { context = DrawingContext(theme: settings.theme, ascii: context.isASCII) }
            // Somebody waits for what they asked for; changes by others may come a little later.
            switch message {
            case .changed: paint = .paintSoon
            case .rows(_, let name, _) where state.panes.first(where: { $0.pane.id == name })?.loadedAt != nil: paint = .paintSoon
            default: break
            }
        case .resized(let size), .resumed(let size): action = .resized(size)
        case .edited(let edited): action = .edited(edited)
        case .timer(Self.held): action = .heldIsDue
        case .timer: action = .tick
        }
        let now = clock()
        var requests = perform(ConsoleReducer.reduce(&state, action, at: now))
        if case .input = event {
            if now - agesAt >= 1000 { requests.append(.timer(id: Self.ages, after: .milliseconds(200))) }
        } else {
            agesAt = now
        }
        if let first = state.pane.arranged.rows.first, first.cells.contains(where: { if case .age = $0 { true } else { false } }) {
            requests.append(.timer(id: Self.minute, after: .seconds(60)))
        }
        if state.pane.failure != nil, state.pane.pending == nil { requests.append(.timer(id: Self.retry, after: .seconds(5))) }
        return requests + [paint]
    }

    mutating func painted(_ report: FrameReport) { state.frame = report }

    func view(_ size: Size) -> Surface {
        var shown = state
        shown.clock.now = agesAt
        return ConsoleView(shown).surface(context)
    }

    private func perform(_ effects: [Effect]) -> [TerminalRequest] {
        effects.compactMap { effect in
            switch effect {
            case .copy(let text): return .copy(text)
            case .hold(let seconds): return .timer(id: Self.held, after: .seconds(seconds))
            case .edit(let text): return .edit(text, ending: ".xml")
            case .redraw: return .redraw
            case .mouse(let isOn): return .mouse(isOn)
            case .suspend: return .suspend
            case .quit: return .quit
            default:
                runner.run(effect)
                return nil
            }
        }
    }
}
