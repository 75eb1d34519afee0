import Terminal
import TextCells

/// Help and hints, made from the registry and the keymap, so that they are always true.
enum KeyHelp {
    /// The commands worth a hint where we are, with the keys that run them.
    static func hints(_ state: ConsoleState) -> [HintBar.Hint] {
        let contexts = state.contexts
        let wanted: [String]
        switch (state.overlay, state.screens.last) {
        case (.dialog, _): wanted = ["dialog.accept", "dialog.next", "dialog.preview", "dialog.cancel"]
        case (.prompt, _): wanted = []
        case (.palette, _): wanted = ["palette.accept", "palette.cancel"]
        case (nil, .form): wanted = ["form.next", "form.activate", "form.submit", "form.edit", "form.cancel"]
        case (nil, .detail(let detail)):
            wanted =
                (detail.tabs.count > 1 ? ["pane.next"] : [])
                + (detail.events == nil && detail.walk == nil ? [] : ["time.back", "time.forward", "time.diff"])
                + (detail.isTable ? ["row.open"] : detail.drawing != nil ? ["scroll.left", "scroll.right"] : []) + ["view.back"]
                + (detail.walk == nil ? [] : ["time.start"]) + ["scroll.down", "row.copy", "help.toggle"]
        case (nil, .output): wanted = ["view.back", "scroll.down", "help.toggle"]
        case (nil, .help): wanted = ["help.toggle", "scroll.down", "find.start", "find.next"]
        case (nil, nil): wanted = state.pane.pane.commands + ["filter.start", "prompt.start", "help.toggle", "app.quit"]
        }
        // What can still be taken back is said first.
        let offered = (contexts.first == "held" ? ["held.undo"] : []) + wanted
        let active = state.keymap.active(in: contexts).filter { $0.shadowedBy == nil }.map(\.binding)
        return offered.compactMap { id in
            guard let keys = active.filter({ $0.run == id }).map(\.keys).min(by: { $0.chords.count < $1.chords.count }) else { return nil }
            return HintBar.Hint(keys: keys.description, text: label(id, state))
        }
    }

    private static func label(_ id: String, _ state: ConsoleState) -> String {
        switch id {
        case "held.undo": return "take back \(state.held?.item.map { "\($0)" } ?? "")"
        case "row.open" where state.isOnTree: return "fold"
        case "dialog.preview": return "dry run"
        case "pane.next": return "next tab"
        case "help.toggle": if case .help = state.screens.last { return "leave" } else { return "help" }
        case "prompt.start": return "command"
        case "find.start": return "search"
        case "find.next": return "next found"
        case "time.back": return "earlier"
        case "time.forward": return "later"
        case "time.diff": return "changed"
        case "form.activate": return "go on"
        case "row.open" where state.pane.pane.id == "queues" && state.screens.isEmpty: return "look"
        case "form.cancel": return "leave"
        default: break
        }
        let words = id.split(separator: ".")
        return words.last == "start" && words.first != "filter" ? "start" : words.first == "filter" ? "filter" : String(words.last ?? "")
    }

    /// The whole help: the keys that work here, then every command of the prompt.
    static func lines(_ state: ConsoleState) -> [TextView.Line] {
        var below = state
        below.overlay = nil
        if case .help = below.screens.last { below.screens.removeLast() }
        var lines: [TextView.Line] = []
        for context in below.contexts {
            let bindings = state.keymap.active(in: below.contexts).filter { $0.context == context && $0.shadowedBy == nil }.map(\.binding)
            guard !bindings.isEmpty else { continue }
            if !lines.isEmpty { lines.append(TextView.Line("")) }
            lines.append(TextView.Line("Keys: \(context)", role: .textTitle))
            var said: Set<String> = []
            for binding in bindings where said.insert(binding.run).inserted {
                let keys = bindings.filter { $0.run == binding.run }.map(\.keys.description).joined(separator: ", ")
                let summary = binding.description ?? state.registry.command(binding.command)?.summary ?? binding.run
                lines.append(TextView.Line("  " + keys.padded(to: max(keys.cellWidth, 20)) + " " + summary))
            }
        }
        lines.append(TextView.Line(""))
        lines.append(TextView.Line("Commands, typed after : or as mizzen … in a shell", role: .textTitle))
        for command in state.registry.commands where !command.words.isEmpty {
            lines.append(TextView.Line("  " + command.usage))
            lines.append(TextView.Line("      " + command.summary, role: .textDim))
        }
        lines.append(TextView.Line(""))
        lines.append(TextView.Line("Filters, typed after /", role: .textTitle))
        for (term, meaning) in filters { lines.append(TextView.Line("  " + term.padded(to: 18) + meaning)) }
        return lines
    }

    private static let filters: [(String, String)] = [
        ("word", "rows with the word anywhere"), ("!word", "rows without it"), ("~letters", "rows with these letters in this order"),
        ("status:running", "the word in that column"), ("/regex/", "a regular expression"), ("\"two words\"", "one term with a blank"),
        ("since:10m", "with a time since then; until:14:05, since:2026-03-02 and started:since:2h work too"),
    ]
}
