import Catalog
import Engine
import Terminal

/// Typing at the bottom line, and answering dialogs.
enum PromptCommands {
    static let all: [ScreenAction] =
        [
            screen("prompt.start", "Type a command") { state, _ in
                state.overlay = .prompt(PromptState(purpose: .command, field: TextField()))
                return ConsoleReducer.fetchForCompletion(&state)
            },
            screen("prompt.accept", "Run what is typed") { state, _ in accept(&state) },
            screen("prompt.cancel", "Leave the prompt") { state, _ in cancel(&state) },
            screen("prompt.complete", "Complete what is typed") { state, _ in
                guard case .prompt(var prompt) = state.overlay else { return [] }
                if prompt.completions.isEmpty {
                    prompt.completions = state.completions(prompt.field.text)
                    prompt.completion = 0
                } else {
                    prompt.completion = (prompt.completion + 1) % prompt.completions.count
                }
                guard let line = prompt.completions[safe: prompt.completion] else { return [] }
                // The only way to go on is taken; the next tab goes on from there.
                if prompt.completions.count == 1 { prompt.completions = [] }
                prompt.field = TextField(line)
                prompt.problem = ""
                state.overlay = .prompt(prompt)
                return []
            },
            screen("prompt.older", "Earlier command") { state, _ in recall(-1, &state) },
            screen("prompt.newer", "Later command") { state, _ in recall(1, &state) },
            screen("text.accept", "Take what is typed") { state, _ in
                guard case .prompt(let prompt) = state.overlay else { return [] }
                state.overlay = nil
                guard prompt.purpose == .find, !prompt.field.text.isEmpty else { return [] }
                state.find = prompt.field.text
                state.foundRow = nil
                return FindCommands.jump(1, &state)
            },
            screen("text.cancel", "Leave it as it was") { state, _ in cancel(&state) },
            screen("dialog.next", "Next button") { state, _ in choose(1, &state) },
            screen("dialog.previous", "Previous button") { state, _ in choose(-1, &state) },
            screen("dialog.cancel", "Leave it as it is") { state, _ in
                state.overlay = nil
                state.say("Nothing was done")
                return []
            },
            screen("dialog.preview", "Say what would be done to which, without doing it") { state, _ in
                guard case .dialog(let dialog) = state.overlay, let preview = EachActions.preview(dialog.calls, state) else { return [] }
                state.overlay = nil
                state.screens.append(.output(OutputScreen(title: "dry run", result: preview)))
                state.say("Nothing was done; go back and give the command again to do it")
                return []
            },
            screen("dialog.accept", "Press the button") { state, _ in answer(&state) },
        ] + FormCommands.all

    private static func screen(_ id: String, _ summary: String, _ act: @escaping ScreenAction.Step) -> ScreenAction {
        NavigationCommands.screen(id, [], summary, [], act)
    }

    private static func accept(_ state: inout ConsoleState) -> [Effect] {
        guard case .prompt(var prompt) = state.overlay else { return [] }
        let line = prompt.field.text.trimmed
        guard !line.isEmpty else {
            state.overlay = nil
            return []
        }
        do {
            let call = try state.registry.parse(line.hasPrefix("mizzen ") ? String(line.dropFirst(7)) : line, subject: state.subject)
            state.overlay = nil
            if state.history.last != line { state.history.append(line) }
            return ConsoleReducer.dispatch(call, &state)
        } catch {
            prompt.problem = error.message
            state.overlay = .prompt(prompt)
            return []
        }
    }

    private static func cancel(_ state: inout ConsoleState) -> [Effect] {
        if case .prompt(let prompt) = state.overlay, prompt.purpose == .filter { state.pane.setFilter(prompt.before, state.clock) }
        state.overlay = nil
        return []
    }

    private static func recall(_ step: Int, _ state: inout ConsoleState) -> [Effect] {
        guard case .prompt(var prompt) = state.overlay else { return [] }
        let place = (prompt.historyPlace ?? state.history.count) + step
        guard place >= 0 else { return [] }
        prompt.historyPlace = place < state.history.count ? place : nil
        prompt.field = TextField(state.history[safe: place] ?? "")
        state.overlay = .prompt(prompt)
        return []
    }

    private static func choose(_ step: Int, _ state: inout ConsoleState) -> [Effect] {
        guard case .dialog(var dialog) = state.overlay else { return [] }
        dialog.selected = (dialog.selected + step + 2) % 2
        state.overlay = .dialog(dialog)
        return []
    }

    private static func answer(_ state: inout ConsoleState) -> [Effect] {
        guard case .dialog(let dialog) = state.overlay else { return [] }
        if let name = dialog.typedName {
            guard dialog.field?.text == name else {
                state.say("Type \(name) to confirm, or press esc", .stateWarn)
                return []
            }
        } else if dialog.selected == 0 {
            state.overlay = nil
            state.say("Nothing was done")
            return []
        }
        state.overlay = nil
        return ConsoleReducer.run(dialog.calls, &state)
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
