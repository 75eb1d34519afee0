import Catalog
import Engine
import Terminal
import Workflow

/// State and action in, new state and effects out. Knows no clock, no engine and no terminal: all that is in the arguments.
enum ConsoleReducer {
    static func reduce(_ state: inout ConsoleState, _ action: ConsoleAction, at now: Int64) -> [Effect] {
        state.clock.now = now
        let here = state.place
        defer { note(here, &state) }
        switch action {
        case .started(let size):
            state.size = size
            return refresh(&state)
        case .resized(let size):
            state.size = size
            return []
        case .input(let event): return input(event, &state)
        case .command(let call): return dispatch(call, &state)
        case .message(let message): return take(message, &state)
        case .edited(let edited): return EditorCommands.take(edited, &state)
        case .heldIsDue: return HeldCommands.send(&state)
        case .tick:
            // Whatever could not be had is asked for again, quietly and for ever.
            guard state.pane.failure != nil, state.pane.pending == nil else { return [] }
            state.pane.askedEpoch = -1
            return refresh(&state)
        }
    }

    /// Remembers the place that was left, for going back.
    private static func note(_ before: Place?, _ state: inout ConsoleState) {
        if !state.isOnTrail, let before, let after = state.place, before.name != after.name { state.trail.leave(before) }
        state.isOnTrail = false
    }

    // MARK: Data

    /// Asks for what is visible and older than the store, unless it has been asked for already.
    static func refresh(_ state: inout ConsoleState) -> [Effect] {
        var effects: [Effect] = []
        if !state.pane.pane.isLocal, state.pane.askedEpoch < state.epoch, state.pane.pending == nil {
            let request = state.nextRequest()
            state.pane.pending = request
            state.pane.askedEpoch = state.epoch
            effects.append(.fetch(request: request, pane: state.pane.pane.id, first: state.pane.loadedAt == nil))
        }
        for index in state.screens.indices {
            guard case .detail(var detail) = state.screens[index], detail.askedEpoch < state.epoch, detail.pending == nil else { continue }
            guard state.registry.pane(detail.pane)?.detail != nil else { continue }
            let request = state.nextRequest()
            detail.pending = request
            detail.askedEpoch = state.epoch
            state.screens[index] = .detail(detail)
            effects.append(.fetchDetail(request: request, pane: detail.pane, row: detail.row, moment: detail.moment))
        }
        return effects
    }

    static func open(pane name: String, _ state: inout ConsoleState) -> [Effect] {
        guard let index = state.panes.firstIndex(where: { $0.pane.id == name }) else { return [] }
        state.active = index
        state.screens = []
        state.typedAhead = []
        state.forgetNews()
        if state.pane.pane.isLocal { state.showLog() }
        return refresh(&state)
    }

    /// Opens the detail of a row of a pane, on the tab with this title if there is one.
    static func openDetail(pane: Pane, row: TableRow, subject: CommandSubject, tab: String? = nil, _ state: inout ConsoleState) -> [Effect]
    {
        var detail = DetailScreen(
            pane: pane.id, row: row, subject: subject, title: "\(pane.title.lowercased().singular) \(row.id)", tabs: [])
        detail.wanted = tab
        if pane.detail == nil {
            detail.tabs = [DetailTab("Row", .fields(zip(pane.columns, row.cells).map { Section.Field($0.title, $1) }))]
            detail.loadedAt = state.pane.loadedAt
        }
        state.screens.append(.detail(detail))
        state.forgetNews()
        return refresh(&state)
    }

    // MARK: Commands

    /// Carries out a call, asking first where it is dangerous.
    static func dispatch(_ call: CommandCall, _ state: inout ConsoleState) -> [Effect] {
        guard let spec = state.registry.command(call.id) else {
            state.say("There is no command “\(call.id)”", .error)
            return []
        }
        if state.isReadOnly, spec.changes {
            state.say("\(spec.words.isEmpty ? spec.id : spec.words.joined(separator: " ")): not now, --read-only is set", .stateWarn)
            return []
        }
        if let step = ActionCatalog.steps[spec.id] { return step(&state, call) }
        return request([call], spec, &state)
    }

    /// Asks where needed, else runs.
    static func request(_ calls: [CommandCall], _ spec: CommandSpec, _ state: inout ConsoleState) -> [Effect] {
        guard spec.danger != .none || calls.count > 1 else { return run(calls, &state) }
        let objects = calls.compactMap { call in spec.parameters.first { $0.isRequired }.flatMap { call[$0.name] } }
        // One is named, many are counted: nobody types a number by habit.
        let typedName = calls.count > mostWithoutTyping ? String(calls.count) : spec.danger == .typedName ? objects.first : nil
        let more = objects.count > 5 ? " and \(objects.count - 5) more" : ""
        var message = [
            "\(spec.summary).", calls.count > 1 ? "\(calls.count) in all:" : "",
            "\(spec.words.joined(separator: " ")): \(objects.prefix(5).joined(separator: ", "))\(more)",
            "Store: \(state.source.name)",
        ]
        message.removeAll(where: \.isEmpty)
        if let typedName { message.append("Type \(typedName) to confirm.") }
        let verb = spec.words.last ?? spec.id
        state.overlay = .dialog(
            DialogState(
                calls: calls, title: "Really \(verb)?", message: message, confirmTitle: verb.prefix(1).uppercased() + verb.dropFirst(),
                typedName: typedName, field: typedName == nil ? nil : TextField()))
        return []
    }

    /// A batch of more is confirmed by typing how many there are.
    private static let mostWithoutTyping = 20

    static func run(_ calls: [CommandCall], _ state: inout ConsoleState) -> [Effect] {
        guard let first = calls.first else { return [] }
        if state.isReadOnly, state.registry.command(first.id)?.changes == true {
            state.say("Not now: --read-only is set", .stateWarn)
            return []
        }
        let line = state.registry.commandLine(for: first)
        state.say("…", .textDim, commandLine: line)
        let request = state.nextRequest()
        if calls.count > 1 { state.batch = request }
        return [.run(request: request, calls)]
    }
}

extension String {
    /// `cases` → `case`; good enough for the names of panes.
    fileprivate var singular: String {
        switch self {
        case "queues": "item"
        case "specs": "specification"
        default: hasSuffix("s") ? String(dropLast()) : self
        }
    }
}
