import Catalog
import Engine
import Terminal

extension ConsoleReducer {
    static func input(_ event: InputEvent, _ state: inout ConsoleState) -> [Effect] {
        switch event {
        case .key(let chord): return key(chord, &state)
        case .paste(let text):
            paste(text, &state)
            return []
        case .mouse(let mouse): return self.mouse(mouse, &state)
        case .focus, .unknown: return []
        }
    }

    private static func key(_ chord: KeyChord, _ state: inout ConsoleState) -> [Effect] {
        // In a form that is being typed into, a bare character is text even where it is bound.
        let isText = chord.typed != nil && takesText(state)
        if isText, type(chord, &state) { return [] }
        switch state.resolver.resolve(chord, in: state.contexts, keymap: state.keymap) {
        case .command(let line, _): return press(line, &state)
        case .pending: return []
        case .unbound(let keys):
            for key in keys { _ = type(key, &state) }
            return []
        }
    }

    private static let aboutRows = ["row.", "case.", "item.", "spec.", "service.", "case ", "item ", "spec "]

    private static func takesText(_ state: ConsoleState) -> Bool {
        switch state.overlay {
        case .prompt: return true
        case .dialog(let dialog): return dialog.field != nil
        case .palette: return true
        case nil: break
        }
        if case .form(let screen) = state.screens.last { return screen.form.isTyping }
        return false
    }

    /// A key runs its command on what is selected, on all marked rows if there are any.
    static func press(_ line: String, _ state: inout ConsoleState) -> [Effect] {
        // Nothing that was typed is lost because the rows are not here yet.
        if state.screens.isEmpty, state.overlay == nil, state.pane.loadedAt == nil, state.pane.pending != nil,
            aboutRows.contains(where: { line.hasPrefix($0) })
        {
            if state.typedAhead.count < 50 { state.typedAhead.append(line) }
            return []
        }
        do {
            let call = try state.registry.parse(line, subject: state.subject)
            guard let spec = state.registry.command(call.id) else { return [] }
            if state.isReadOnly, spec.changes { return dispatch(call, &state) }
            guard spec.isOnCommandLine else { return dispatch(call, &state) }
            if state.screens.isEmpty, ActionCatalog.steps[spec.id] == nil, !state.pane.markedRows.isEmpty {
                let pane = state.pane
                var calls: [CommandCall] = []
                for row in pane.markedRows {
                    let subject = CommandSubject(table: pane.arranged, row: row)
                    if case .disabled = spec.availability(subject) { continue }
                    calls.append(try state.registry.parse(line, subject: subject))
                }
                guard !calls.isEmpty else {
                    state.say("None of the marked rows allows “\(spec.words.joined(separator: " "))”", .stateWarn)
                    return []
                }
                return request(calls, spec, &state)
            }
            if case .disabled(let why) = spec.availability(state.subject) {
                state.say("\(spec.words.joined(separator: " ")): \(why)", .stateWarn)
                return []
            }
            return dispatch(call, &state)
        } catch {
            if error.code == "missing-argument",
                state.registry.match(line.split(separator: " ").map(String.init))?.spec.parameters.contains(where: { parameter in
                    parameter.isRequired && parameter.kind == .argument && state.subject.argument(parameter.name) == nil
                        && parameter.completion == .none
                }) == true
            {
                // It wants to be told more than the row can tell.
                return PaletteCommands.fill(line, &state)
            }
            if error.code == "missing-argument" {
                state.say(
                    state.pane.loadedAt == nil ? "The rows are still being fetched; press it again" : "Nothing is selected", .stateWarn)
            } else {
                state.complain(error)
            }
            return []
        }
    }

    /// Puts a key into whatever is being typed. False when nothing takes it.
    private static func type(_ chord: KeyChord, _ state: inout ConsoleState) -> Bool {
        switch state.overlay {
        case .prompt(var prompt):
            let handled = prompt.field.handle(chord)
            prompt.problem = ""
            prompt.completions = []
            state.overlay = .prompt(prompt)
            if handled { follow(prompt, &state) }
            return handled
        case .dialog(var dialog):
            let handled = dialog.field?.handle(chord) ?? false
            state.overlay = .dialog(dialog)
            return handled
        case .palette(var palette):
            let handled = palette.field.handle(chord)
            palette.selected = 0
            state.overlay = .palette(palette)
            return handled
        case nil: break
        }
        guard case .form(var screen) = state.screens.last else { return false }
        let before = screen.form
        let handled = screen.form.handle(chord)
        noteTyping(&screen, before)
        FormCommands.rebuildIfNeeded(&screen)
        if screen.form != before { FormCommands.checkFocused(&screen) }
        state.screens[state.screens.count - 1] = .form(screen)
        return handled
    }

    private static func noteTyping(_ screen: inout FormScreen, _ before: Form) {
        if !screen.isTouched, screen.form != before { screen.isTouched = screen.form.values.map(\.value) != before.values.map(\.value) }
    }

    private static func paste(_ text: String, _ state: inout ConsoleState) {
        switch state.overlay {
        case .prompt(var prompt):
            prompt.field.insert(text)
            state.overlay = .prompt(prompt)
            follow(prompt, &state)
        case .dialog(var dialog):
            dialog.field?.insert(text)
            state.overlay = .dialog(dialog)
        case .palette(var palette):
            palette.field.insert(text)
            state.overlay = .palette(palette)
        case nil:
            guard case .form(var screen) = state.screens.last else { return }
            let before = screen.form
            screen.form.paste(text)
            noteTyping(&screen, before)
            state.screens[state.screens.count - 1] = .form(screen)
        }
    }

    /// A filter works while it is typed.
    static func follow(_ prompt: PromptState, _ state: inout ConsoleState) {
        guard prompt.purpose == .filter else { return }
        state.pane.setFilter(prompt.field.text, state.clock)
        guard case .prompt(var shown) = state.overlay else { return }
        shown.problem = state.pane.filterProblem ?? ""
        state.overlay = .prompt(shown)
    }

    private static func mouse(_ mouse: MouseEvent, _ state: inout ConsoleState) -> [Effect] {
        guard state.overlay == nil else { return [] }
        let view = ConsoleView(state)
        switch mouse.action {
        case .wheelDown: return wheel(3, &state)
        case .wheelUp: return wheel(-3, &state)
        case .press:
            if case .form = state.screens.last { return [] }
            if let tab = view.tabBar.tab(at: mouse.position, in: state.layout.tabs), let place = state.tabs[safe: tab],
                let pane = state.panes[safe: place]
            {
                return open(pane: pane.pane.id, &state)
            }
            if let left = view.screens(below: mouse.position) {
                state.screens.removeLast(state.screens.count - left)
                state.forgetNews()
                return refresh(&state)
            }
            guard state.screens.isEmpty else { return [] }
            let area = state.layout.body, table = view.table(in: area)
            if let column = table.column(at: mouse.position, in: area) {
                let isSame = state.pane.sort?.key == column.id
                state.pane.setSort(TableOrder(column.id, descending: isSame && state.pane.sort?.isDescending == false), state.clock)
            } else if let row = table.row(at: mouse.position, in: area) {
                state.pane.select(row)
            }
        default: break
        }
        return []
    }

    private static func wheel(_ rows: Int, _ state: inout ConsoleState) -> [Effect] {
        guard state.screens.isEmpty else { return NavigationCommands.scroll(.rows(rows), &state) }
        state.pane.move(by: rows)
        return []
    }
}
