import Catalog
import Engine
import Terminal

/// The manual page, made from the registry and the keymap, so that it cannot tell anything else than help does.
enum ManualCommand {
    static let manual = CommandSpec(
        id: "man", words: ["man"], summary: "Print the manual page, for man(1)",
        examples: [.init("mizzen man > mizzen.1", "and read it with man ./mizzen.1")], needsStore: false,
        run: { context, _ in
            let page = page(context.registry, .standard)
            var result = CommandResult(sections: [Section(nil, .text(page))], json: .object(["page": .string(page)]))
            result.verbatim = page + "\n"
            return result
        })

    static func page(_ registry: CommandRegistry, _ keymap: Keymap) -> String {
        var lines = [
            ".TH MIZZEN 1", ".SH NAME", "mizzen \\- operator console and engine for YAWL workflows",
            ".SH SYNOPSIS", ".B mizzen", "[COMMAND [ARGUMENT ...]]",
            ".SH DESCRIPTION",
            "Without a command the console opens on the terminal. With one its answer is printed; -o json prints it for programs.",
        ]
        lines.append(".SH COMMANDS")
        for spec in registry.commands where spec.isOnCommandLine && !spec.words.isEmpty {
            lines += [".TP", ".B " + quoted(spec.usage), escaped(spec.summary) + "."]
            if !spec.discussion.isEmpty { lines.append(escaped(spec.discussion)) }
            for parameter in spec.parameters { lines += [".br", "\\fI" + escaped(parameter.usage) + "\\fR: " + escaped(parameter.help)] }
            for example in spec.examples { lines += [".br", escaped(example.line) + " \\(em " + escaped(example.meaning)] }
        }
        lines.append(".SH KEYS")
        for (context, bindings) in keymap.contexts.sorted(by: { $0.key < $1.key }) {
            lines.append(".SS " + context)
            for binding in bindings {
                let summary = binding.description ?? registry.command(binding.command)?.summary ?? binding.run
                lines += [".TP", ".B " + quoted("\(binding.keys)"), escaped(summary)]
            }
        }
        lines += [
            ".SH FILES", ".TP", "~/.config/mizzen/config.yaml", "theme, keymap, mouse, read-only, context", ".TP",
            "~/.config/mizzen/themes, ~/.config/mizzen/keymaps",
            "themes and keymaps of one's own", ".TP", "~/.local/share/mizzen/mizzen.db", "the store when none is named",
        ]
        return lines.joined(separator: "\n")
    }

    /// A line that begins with a point or a quote would be a request.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\n", with: " ")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }

    private static func quoted(_ text: String) -> String { "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\"" }
}
