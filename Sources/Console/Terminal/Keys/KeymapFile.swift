// The notation of keymap files:
//
//     extends: default                   # optional: start from it, then change
//     contexts:
//       global:
//         - { on: "g q", run: pane.open queues, desc: Work queues }
//         - { on: [j, down], run: row.next }
//         - { on: x, run: null }         # unbinds

import TextCells
import YAMLFiles
import Yams

/// What the caller knows about a command that a keymap names.
public enum CommandStanding: Hashable, Sendable {
    case unknown
    case safe
    /// Needs a confirmation, so no bare key of the context `global` may run it.
    case dangerous
}

extension Keymap {
    /// Reads a keymap. Whatever is wrong is reported and left out; the rest counts.
    ///
    /// - Parameters:
    ///   - file: the name diagnostics show.
    ///   - bases: keymaps that `extends` may name.
    ///   - contexts: names of contexts that exist; nil accepts all.
    ///   - standing: judges a command by its name (without arguments).
    public static func parse(
        _ text: String, file: String, bases: [String: Keymap] = [:], contexts: Set<String>? = nil,
        standing: (String) -> CommandStanding = { _ in .safe }
    ) -> (keymap: Keymap, diagnostics: [FileDiagnostic]) {
        var reader = KeymapReader(yaml: YAMLReader(file: file), known: contexts)
        reader.read(text, bases: bases, standing: standing)
        return (reader.keymap, reader.yaml.diagnostics)
    }
}

private struct KeymapReader {
    var yaml: YAMLReader
    let known: Set<String>?
    var keymap = Keymap()

    mutating func read(_ text: String, bases: [String: Keymap], standing: (String) -> CommandStanding) {
        guard let root = yaml.root(text, code: "keymap") else { return }
        var contexts: Node?
        for (key, value) in root {
            switch key.string {
            case "extends":
                if let base = bases[value.string ?? ""] {
                    keymap = base
                } else {
                    let names = bases.keys.sorted().joined(separator: ", ")
                    yaml.report(.error, "keymap-unknown-base", value.mark, "there is no such keymap to extend; known are: \(names)")
                }
            case "contexts": contexts = value
            default:
                yaml.report(.error, "keymap-unknown-key", key.mark, "a keymap has extends and contexts; this is neither")
            }
        }
        guard let contexts else { return }
        guard let mapping = contexts.mapping else {
            yaml.report(.error, "keymap-contexts", contexts.mark, "contexts must be a mapping of context names to lists of bindings")
            return
        }
        for (key, value) in mapping {
            let name = key.string ?? ""
            if let known, !known.contains(name) {
                let shown = Sanitizer.line(name).truncated(to: 40)
                yaml.report(
                    .error, "keymap-unknown-context", key.mark,
                    "there is no context “\(shown)”; contexts are: \(known.sorted().joined(separator: ", "))")
                continue
            }
            readContext(name, value, standing)
        }
    }

    private mutating func readContext(_ context: String, _ node: Node, _ standing: (String) -> CommandStanding) {
        guard let list = node.sequence else {
            yaml.report(.error, "keymap-context", node.mark, "a context is a list of bindings such as - { on: q, run: app.quit }")
            return
        }
        var seen: [KeySequence: Mark?] = [:]
        for item in list {
            guard let mapping = item.mapping else {
                yaml.report(.error, "keymap-binding", item.mark, "a binding is a mapping such as { on: q, run: app.quit }")
                continue
            }
            readBinding(mapping, item.mark, context, standing, &seen)
        }
        reportPrefixes(context, seen)
    }

    private mutating func readBinding(
        _ mapping: Node.Mapping, _ mark: Mark?, _ context: String, _ standing: (String) -> CommandStanding,
        _ seen: inout [KeySequence: Mark?]
    ) {
        var on: Node?
        var run: Node?
        var description: String?
        for (key, value) in mapping {
            switch key.string {
            case "on": on = value
            case "run": run = value
            case "desc": description = value.string.map { Sanitizer.line($0) }
            default: yaml.report(.error, "keymap-unknown-key", key.mark, "a binding has on, run and desc; this is none of them")
            }
        }
        guard let on, let run else {
            yaml.report(.error, "keymap-binding", mark, "a binding needs both on (the keys) and run (the command, or null)")
            return
        }
        let unbinds = run.null != nil
        let line = Sanitizer.line(run.string ?? "")
        let command = String(line.prefix(while: { $0 != " " }))
        let judged = unbinds ? .safe : standing(command)
        if !unbinds, command.isEmpty || judged == .unknown {
            yaml.report(.error, "keymap-unknown-command", run.mark, "there is no command “\(command.truncated(to: 40))”")
            return
        }
        for node in on.sequence.map({ Array($0) }) ?? [on] {
            guard let keys = sequence(node) else { continue }
            if seen[keys] != nil {
                yaml.report(.error, "keymap-duplicate", node.mark, "“\(keys)” is already bound in the context \(context) of this file")
                continue
            }
            if judged == .dangerous, context == "global", keys.chords.count == 1, keys.chords.allSatisfy({ $0.modifiers.isEmpty }) {
                yaml.report(
                    .error, "keymap-danger", node.mark,
                    "\(command) changes things for good and cannot be on the bare key “\(keys)” of the global context")
                continue
            }
            seen[keys] = node.mark
            if unbinds {
                keymap.unbind(keys, in: context)
            } else {
                keymap.bind(KeyBinding(keys: keys, run: line, description: description), in: context)
            }
        }
    }

    private mutating func sequence(_ node: Node) -> KeySequence? {
        guard let text = node.scalar?.string else {
            yaml.report(.error, "keymap-keys", node.mark, "keys are text such as q, ctrl+k or \"g q\"")
            return nil
        }
        do {
            return try KeySequence(parsing: text)
        } catch {
            yaml.report(.error, "keymap-keys", node.mark, Sanitizer.line(error.description).truncated(to: 160))
            return nil
        }
    }

    /// Keys that are complete and also the beginning of others: the longer ones could never be typed.
    private mutating func reportPrefixes(_ context: String, _ seen: [KeySequence: Mark?]) {
        let all = keymap.contexts[context] ?? []
        for long in all where long.keys.chords.count > 1 {
            let short = all.first { $0.keys.chords.count < long.keys.chords.count && long.keys.chords.starts(with: $0.keys.chords) }
            guard let short else { continue }
            let mark = seen[long.keys] ?? seen[short.keys] ?? nil
            yaml.report(
                .error, "keymap-prefix", mark,
                "“\(long.keys)” cannot be typed in the context \(context) because “\(short.keys)” alone is bound too")
            keymap.unbind(long.keys, in: context)
        }
    }
}
