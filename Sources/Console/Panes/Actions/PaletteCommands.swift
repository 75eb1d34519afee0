import Catalog
import Engine
import Terminal

/// Every action that can be taken here, with its key, found by a few letters of it.
enum PaletteCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("palette.open", ["actions"], "Every action with its key; letters narrow it down") { state, _ in
            state.overlay = .palette(PaletteState())
            return []
        },
        NavigationCommands.screen("palette.next", [], "Next action") { state, _ in move(1, &state) },
        NavigationCommands.screen("palette.previous", [], "Previous action") { state, _ in move(-1, &state) },
        NavigationCommands.screen("palette.cancel", [], "Leave it") { state, _ in
            state.overlay = nil
            return []
        },
        NavigationCommands.screen("palette.accept", [], "Do it") { state, _ in
            guard case .palette(let palette) = state.overlay else { return [] }
            state.overlay = nil
            guard let entry = entries(palette, state)[safe: palette.selected] else { return [] }
            return ConsoleReducer.press(entry.line, &state)
        },
        NavigationCommands.screen(
            "prompt.fill", [], "Type a command that is begun already",
            [CommandParameter("line", placeholder: "WORD", help: "how it begins", required: true, repeats: true)]
        ) { state, call in
            fill(call.all("line").joined(separator: " "), &state)
        },
    ]

    struct Entry: Sendable, Hashable {
        let line: String
        let summary: String
        let keys: String
    }

    /// Prompts, dialogs and forms have keys of their own and make no sense from here.
    private static let inner = ["prompt.", "text.", "dialog.", "form.", "palette."]

    /// Those that fit what is typed: names that begin with it, then those that contain it, then those with its letters in order.
    static func entries(_ palette: PaletteState, _ state: ConsoleState) -> [Entry] {
        var below = state
        below.overlay = nil
        let contexts = below.contexts
        let active = state.keymap.active(in: contexts).filter { $0.shadowedBy == nil }.map(\.binding)
        let keys = Dictionary(active.map { ($0.run, "\($0.keys)") }) { first, _ in first }
        let typed = palette.field.text.lowercased()
        let word = Filter.Word(typed)
        let all = state.registry.commands.filter { spec in !inner.contains { spec.id.hasPrefix($0) } && !spec.summary.isEmpty }
        let ranked = all.compactMap { spec -> (rank: Int, entry: Entry)? in
            let line = spec.words.isEmpty ? spec.id : spec.words.joined(separator: " ")
            let entry = Entry(line: line, summary: spec.summary, keys: keys[line] ?? keys[spec.id] ?? "")
            if line.lowercased().hasPrefix(typed) { return (0, entry) }
            if word.isIn(line) { return (1, entry) }
            if word.isIn(spec.summary) { return (2, entry) }
            return Filter.areLetters(typed, of: line) ? (3, entry) : nil
        }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.entry)
    }

    private static func move(_ step: Int, _ state: inout ConsoleState) -> [Effect] {
        guard case .palette(var palette) = state.overlay else { return [] }
        let count = entries(palette, state).count
        palette.selected = min(max(palette.selected + step, 0), max(count - 1, 0))
        state.overlay = .palette(palette)
        return []
    }

    /// Opens the prompt with the beginning of a line and, where it is about one, the selected object.
    static func fill(_ line: String, _ state: inout ConsoleState) -> [Effect] {
        var text = line + " "
        if let spec = state.registry.match(line.split(separator: " ").map(String.init))?.spec,
            let first = spec.parameters.first(where: { $0.kind == .argument }),
            let value = state.subject.argument(first.name)
        {
            text += ShellWords.quote(value) + " "
        }
        state.overlay = .prompt(PromptState(purpose: .command, field: TextField(text)))
        return ConsoleReducer.fetchForCompletion(&state)
    }
}
