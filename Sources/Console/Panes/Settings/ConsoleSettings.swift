import Catalog
import Foundation
import Terminal
import TextCells
import YAMLFiles
import Yams

/// What a person set about the console: `config.yaml` in the folder of settings, and the theme and keymap it names.
///
///     theme: light                      # dark, light, high-contrast, mono, deuteranopia, tritanopia, or themes/NAME.yaml
///     keymap: vim                       # default, vim, emacs, or keymaps/NAME.yaml
///     mouse: true                       # off unless it is set
///     read-only: true
///     undo: 4                           # seconds a completion can be taken back; 0 sends at once
///     context: { name: prod, role: state.bad }   # shown in the top line
///     contexts:                         # stores to go over to with :context NAME
///       prod: { store: "postgresql:///flow", role: state.bad, read-only: true }
///
/// Nothing here is ever written by mizzen. What is wrong is left out and named with file, line and column.
public struct ConsoleSettings: Sendable {
    public private(set) var theme = Theme.standard
    public private(set) var keymap = Keymap.standard
    public private(set) var isMouseOn = false
    public private(set) var isReadOnly = false
    /// A name for the store in the top line, and the role that colours it.
    public private(set) var contextName = ""
    private(set) var contextRole = Role.header
    /// Seconds for which a completion can be taken back; nil where nothing is said.
    private(set) var undoSeconds: Int?
    private(set) var contexts: [String: Context] = [:]
    public private(set) var diagnostics: [FileDiagnostic] = []
    private var keptIn: String?
    /// `config.yaml` where it is not in the folder.
    private var file: String?
    /// What flags and environment say, by key; it counts before the file.
    private var overrides: [String: String] = [:]

    /// A store with a name, and how it is marked in the top line.
    struct Context: Sendable, Hashable {
        var store = ""
        var role = Role.header
        var isReadOnly = false
    }

    public init() {}

    /// - Parameters:
    ///   - folder: where `config.yaml`, `themes` and `keymaps` are; they need not be there.
    ///   - lastGood: what a broken theme or keymap falls back to, while the console runs.
    ///   - keptIn: where mizzen keeps copies of themes and keymaps that were good, for a start with a broken one; nil keeps none.
    public static func read(
        folder: String, file: String? = nil, overrides: [String: String] = [:], lastGood: ConsoleSettings? = nil, keptIn: String? = nil,
        registry: CommandRegistry = .console
    ) -> ConsoleSettings {
        var settings = ConsoleSettings()
        settings.keptIn = keptIn
        settings.file = file ?? lastGood?.file
        settings.overrides = overrides.isEmpty ? lastGood?.overrides ?? [:] : overrides
        settings.readConfiguration(folder, registry, lastGood)
        return settings
    }

    private mutating func readConfiguration(_ folder: String, _ registry: CommandRegistry, _ lastGood: ConsoleSettings?) {
        let file = file ?? folder + "/config.yaml"
        guard let text = text(of: file) ?? (overrides.isEmpty ? nil : "") else { return }
        var reader = YAMLReader(file: file)
        var themeName = "dark", keymapName = "default"
        for (key, value) in reader.root(text, code: "config") ?? .init([]) {
            switch key.string {
            case "theme": themeName = value.string ?? themeName
            case "keymap": keymapName = value.string ?? keymapName
            case "mouse", "read-only":
                guard let isOn = value.bool else {
                    reader.report(.error, "config-value", value.mark, "\(key.string ?? "") is true or false")
                    continue
                }
                if key.string == "mouse" { isMouseOn = isOn } else { isReadOnly = isOn }
            case "undo":
                guard let seconds = value.int, (0 ... 60).contains(seconds) else {
                    reader.report(.error, "config-value", value.mark, "undo is a number of seconds from 0 to 60")
                    continue
                }
                undoSeconds = seconds
            case "context":
                for (part, value) in value.mapping ?? .init([]) {
                    switch part.string {
                    case "name": contextName = Sanitizer.line(value.string ?? "").truncated(to: 20)
                    case "role": contextRole = Self.role(value, &reader) ?? contextRole
                    default: reader.report(.error, "config-unknown-key", part.mark, "a context has name and role")
                    }
                }
            case "contexts":
                for (name, parts) in value.mapping ?? .init([]) {
                    var context = Context()
                    for (part, value) in parts.mapping ?? .init([]) {
                        switch part.string {
                        case "store": context.store = value.string ?? ""
                        case "role": context.role = Self.role(value, &reader) ?? context.role
                        case "read-only": context.isReadOnly = value.bool ?? false
                        default: reader.report(.error, "config-unknown-key", part.mark, "one of the contexts has store, role and read-only")
                        }
                    }
                    guard !context.store.isEmpty else {
                        reader.report(
                            .error, "config-value", name.mark, "a context needs its store: a file, or a database as psql names it")
                        continue
                    }
                    if context.store.hasPrefix("~/") { context.store = NSHomeDirectory() + context.store.dropFirst() }
                    contexts[Sanitizer.line(name.string ?? "").truncated(to: 20)] = context
                }
            // Not the console's: docs/connectors.md.
            case "store", "services", "allow-shell", "connectors": break
            default:
                reader.report(
                    .error, "config-unknown-key", key.mark,
                    "config.yaml has theme, keymap, mouse, read-only, undo, context, contexts, store, services, allow-shell "
                        + "and connectors; this is none of them")
            }
        }
        themeName = overrides["theme"] ?? themeName
        keymapName = overrides["keymap"] ?? keymapName
        isMouseOn = overrides["mouse"].map { $0 == "true" } ?? isMouseOn
        isReadOnly = overrides["read-only"].map { $0 == "true" } ?? isReadOnly
        undoSeconds = overrides["undo"].flatMap { Int($0) } ?? undoSeconds
        diagnostics += reader.diagnostics
        readTheme(themeName, folder, lastGood?.theme)
        readKeymap(keymapName, folder, registry, lastGood?.keymap)
    }

    private static func role(_ value: Yams.Node, _ reader: inout YAMLReader) -> Role? {
        if let role = Role(rawValue: value.string ?? "") { return role }
        reader.report(
            .error, "config-value", value.mark,
            "there is no such role; themes name them: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    private mutating func readTheme(_ name: String, _ folder: String, _ lastGood: Theme?) {
        let file = "\(folder)/themes/\(name).yaml"
        guard isPlain(name), let text = text(of: file) else {
            theme = Theme.builtIn[name] ?? lastGood ?? .standard
            if Theme.builtIn[name] == nil { missing("theme", name, file, Theme.builtIn.keys.sorted()) }
            return
        }
        let found = Theme.parse(text, file: file, bases: Theme.builtIn)
        diagnostics += found.diagnostics
        guard found.diagnostics.contains(where: { $0.severity == .error }) else {
            theme = found.theme
            return keep(text, "theme-\(name)")
        }
        let kept = kept("theme-\(name)").map { Theme.parse($0, file: file, bases: Theme.builtIn).theme }
        theme = lastGood ?? kept ?? (found.theme == .plain ? .standard : found.theme)
    }

    private mutating func readKeymap(_ name: String, _ folder: String, _ registry: CommandRegistry, _ lastGood: Keymap?) {
        let file = "\(folder)/keymaps/\(name).yaml"
        guard isPlain(name), let text = text(of: file) else {
            keymap = Keymap.builtIn[name] ?? lastGood ?? .standard
            if Keymap.builtIn[name] == nil { missing("keymap", name, file, Keymap.builtIn.keys.sorted()) }
            return
        }
        let found = parseKeymap(text, file, registry)
        diagnostics += found.diagnostics
        guard found.diagnostics.contains(where: { $0.severity == .error }) else {
            keymap = found.keymap
            return keep(text, "keymap-\(name)")
        }
        let kept = kept("keymap-\(name)").map { parseKeymap($0, file, registry).keymap }
        // Without its way out nobody could leave: a keymap that is nothing by itself is not used.
        keymap = lastGood ?? kept ?? (found.keymap.contexts["global"] == nil ? .standard : found.keymap)
    }

    private func parseKeymap(_ text: String, _ file: String, _ registry: CommandRegistry) -> (keymap: Keymap, diagnostics: [FileDiagnostic])
    {
        Keymap.parse(text, file: file, bases: Keymap.builtIn, contexts: Set(Keymap.standard.contexts.keys)) { command in
            guard let spec = registry.command(command) ?? registry.match(command.split(separator: " ").map(String.init))?.spec else {
                // The first word of a command of several.
                return registry.commands.contains { $0.words.first == command } ? .safe : .unknown
            }
            return spec.danger == .none ? .safe : .dangerous
        }
    }

    /// The text as it was when it was good the last time.
    private func kept(_ name: String) -> String? {
        guard let keptIn, case .success(let text) = SettingsFile.read("\(keptIn)/\(name).yaml") else { return nil }
        return text
    }

    /// A copy is a comfort: where it cannot be written there is none.
    private func keep(_ text: String, _ name: String) {
        guard let keptIn, kept(name) != text else { return }
        try? FileManager.default.createDirectory(atPath: keptIn, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? text.write(toFile: "\(keptIn)/\(name).yaml", atomically: true, encoding: .utf8)
    }

    private func isPlain(_ name: String) -> Bool { !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") }

    private mutating func text(of file: String) -> String? {
        switch SettingsFile.read(file) {
        case .success(let text): return text
        case .failure(let failure):
            diagnostics.append(failure.diagnostic)
            return nil
        }
    }

    private mutating func missing(_ kind: String, _ name: String, _ file: String, _ known: [String]) {
        diagnostics.append(
            FileDiagnostic(
                .error, code: "\(kind)-missing", file: file, line: 0, column: 0,
                message: "there is no \(kind) \(Sanitizer.line(name).truncated(to: 40)); there are \(known.joined(separator: ", "))"))
    }
}

extension ConsoleSettings {
    /// Takes over what can change while the console runs. Read-only stays once it is set: nobody shall wonder.
    func apply(to state: inout ConsoleState) {
        take(in: &state)
        if diagnostics.isEmpty { state.say("Settings read", .stateOK) } else { sayWhatIsWrong(in: &state) }
    }

    func take(in state: inout ConsoleState) {
        state.keymap = keymap
        // A context that was gone over to keeps its mark.
        if contexts[state.context.name] == nil { state.context = (contextName, contextRole) }
        state.contextsByName = contexts
        state.undoSeconds = undoSeconds ?? state.undoSeconds
        state.diagnostics = diagnostics
    }

    func sayWhatIsWrong(in state: inout ConsoleState) {
        guard let first = diagnostics.first else { return }
        state.say(diagnostics.count == 1 ? "\(first)" : "\(first) (and \(diagnostics.count - 1) more; see mizzen doctor)", .stateWarn)
    }
}
