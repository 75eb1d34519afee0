import Catalog
import Engine
import Foundation
import Terminal
import TextCells

/// What the console finds where it runs: for the question why it looks as it does.
enum DoctorCommand {
    static let doctor = CommandSpec(
        id: "doctor", words: ["doctor"],
        summary: "Say what terminal, colours, locale and settings the console finds, and what is wrong with them",
        discussion: "Ends with 1 when a file of settings has an error.",
        examples: [
            .init("mizzen doctor", "look here first when the console looks odd"), .init("mizzen doctor -o json", "for a bug report"),
        ], needsStore: false,
        run: { context, _ async in
            let environment = ProcessInfo.processInfo.environment
            let facts = terminal(environment)
            let settings = context.settingsFolder.map { ConsoleSettings.read(folder: $0) } ?? ConsoleSettings()
            let files: [(String, String)] = [
                ("folder", context.settingsFolder ?? "none"), ("theme", settings.theme.name),
                ("read-only", settings.isReadOnly ? "yes" : "no"),
                ("themes", Theme.builtIn.keys.sorted().joined(separator: ", ")),
                ("keymaps", Keymap.builtIn.keys.sorted().joined(separator: ", ")),
            ]
            let advice = advice(environment)
            var sections = [
                Section("Terminal", .fields(facts.map { Section.Field($0.0, $0.1) })),
                Section("Settings", .fields(files.map { Section.Field($0.0, $0.1) })),
            ]
            if !settings.diagnostics.isEmpty {
                sections.append(Section("Wrong in files", .text(settings.diagnostics.map(\.description).joined(separator: "\n"))))
            }
            let found = await ConfigCommands.findings(context)
            sections += found.sections
            if !advice.isEmpty { sections.append(Section("Advice", .text(advice.joined(separator: "\n")))) }
            func object(_ pairs: [(String, String)]) -> JSONValue { .object(pairs.map { JSONValue.Member($0.0, .string($0.1)) }) }
            return CommandResult(
                sections: sections,
                json: .object([
                    "terminal": object(facts), "settings": object(files),
                    "diagnostics": .array(settings.diagnostics.map { .string($0.description) }),
                    "advice": .array(advice.map { .string($0) }),
                    "connectors": .array(found.connectors.map(ConnectorCommands.json)),
                ]),
                isFailure: settings.diagnostics.contains { $0.severity == .error })
        })

    private static func terminal(_ environment: [String: String]) -> [(String, String)] {
        let options = TerminalOptions.detect(environment: environment)
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { name in environment[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" } }
            .first ?? "none is set"
        var facts = [
            ("TERM", options.term.isEmpty ? "not set" : options.term), ("COLORTERM", environment["COLORTERM"] ?? ""),
            ("NO_COLOR", environment["NO_COLOR"] ?? ""),
            ("locale", locale), ("characters", options.ascii ? "ASCII only" : "UTF-8"),
            ("multiplexer", environment["TMUX"] != nil ? "tmux" : environment["STY"] != nil ? "screen" : "none"),
            ("over ssh", environment["SSH_CONNECTION"] != nil ? "yes: data are painted twice a second at most" : "no"),
        ]
        do {
            let size = Size(width: 80, height: 24)
            let renderer = try CursesRenderer(term: options.term, size: size, limit: options.colorDepth, ascii: options.ascii)
            facts.append(("terminal type used", renderer.term))
            facts.append(("colours", "\(renderer.depth)"))
            let context = DrawingContext(ascii: options.ascii)
            var surface = Surface(size: size, style: context[.text])
            for y in 0 ..< 24 { surface.write("frame \(y)", x: y, y: y, style: context[.textTitle]) }
            let clock = ContinuousClock()
            var bytes = 0
            let cost = clock.measure { bytes = renderer.present(surface).count }
            facts.append(("a full screen", "\(cost.components.attoseconds / 1_000_000_000_000) µs, \(bytes) bytes"))
        } catch {
            facts.append(("terminal type used", "none: \(error)"))
        }
        return facts.filter { !$0.1.isEmpty }
    }

    private static func advice(_ environment: [String: String]) -> [String] {
        var advice: [String] = []
        let term = environment["TERM"] ?? ""
        if term.isEmpty || term == "dumb" {
            advice.append("TERM is \(term.isEmpty ? "not set" : "dumb"): set it to what your terminal is, for instance xterm-256color.")
        }
        if environment["TMUX"] != nil, !term.hasPrefix("tmux"), !term.hasPrefix("screen") {
            advice.append("Inside tmux TERM should be tmux-256color or screen-256color, not \(term).")
        }
        if !TerminalLocale.choose() {
            advice.append("The locale is not UTF-8 and C.UTF-8 is missing: lines and names are shown in ASCII. Set LC_ALL=C.UTF-8.")
        }
        if environment["NO_COLOR"] != nil { advice.append("NO_COLOR is set: nothing is coloured.") }
        return advice
    }
}
