import Terminal

/// What a person set about the console: `config.yaml` in the folder of settings, and the theme and keymap it names.
///
///     theme: light                      # dark, light, high-contrast, mono, deuteranopia, tritanopia, or themes/NAME.yaml
///     keymap: vim                       # default, vim, emacs, or keymaps/NAME.yaml
///     mouse: true                       # off unless it is set
///     read-only: true
///     context: { name: prod, role: state.bad }   # shown in the top line
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
    public private(set) var diagnostics: [FileDiagnostic] = []

    public init() {}

    /// - Parameters:
    ///   - folder: where `config.yaml`, `themes` and `keymaps` are; they need not be there.
    ///   - lastGood: what a broken theme or keymap falls back to, while the console runs.
    public static func read(folder: String, lastGood: ConsoleSettings? = nil, registry: CommandRegistry = .standard) -> ConsoleSettings {
        var settings = ConsoleSettings()
        settings.readConfiguration(folder, registry, lastGood)
        return settings
    }

    private mutating func readConfiguration(_ folder: String, _ registry: CommandRegistry, _ lastGood: ConsoleSettings?) {
        let file = folder + "/config.yaml"
        guard let text = text(of: file) else { return }
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
            case "context":
                for (part, value) in value.mapping ?? .init([]) {
                    switch part.string {
                    case "name": contextName = Sanitizer.line(value.string ?? "").truncated(to: 20)
                    case "role":
                        if let role = Role(named: value.string ?? "") { contextRole = role } else {
                            reader.report(.error, "config-value", value.mark, "there is no such role; themes name them: \(Role.all.map(\.name).joined(separator: ", "))")
                        }
                    default: reader.report(.error, "config-unknown-key", part.mark, "a context has name and role")
                    }
                }
            default:
                reader.report(.error, "config-unknown-key", key.mark, "config.yaml has theme, keymap, mouse, read-only and context; this is none of them")
            }
        }
        diagnostics += reader.diagnostics
        readTheme(themeName, folder, lastGood?.theme)
        readKeymap(keymapName, folder, registry, lastGood?.keymap)
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
        let isBroken = found.diagnostics.contains { $0.severity == .error }
        theme = isBroken ? lastGood ?? (found.theme == .plain ? .standard : found.theme) : found.theme
    }

    private mutating func readKeymap(_ name: String, _ folder: String, _ registry: CommandRegistry, _ lastGood: Keymap?) {
        let file = "\(folder)/keymaps/\(name).yaml"
        guard isPlain(name), let text = text(of: file) else {
            keymap = Keymap.builtIn[name] ?? lastGood ?? .standard
            if Keymap.builtIn[name] == nil { missing("keymap", name, file, Keymap.builtIn.keys.sorted()) }
            return
        }
        let found = Keymap.parse(text, file: file, bases: Keymap.builtIn, contexts: Set(Keymap.standard.contexts.keys)) { command in
            guard let spec = registry.command(command) ?? registry.match(command.split(separator: " ").map(String.init))?.spec else {
                // The first word of a command of several.
                return registry.commands.contains { $0.words.first == command } ? .safe : .unknown
            }
            return spec.danger == .none ? .safe : .dangerous
        }
        diagnostics += found.diagnostics
        let isBroken = found.diagnostics.contains { $0.severity == .error }
        // Without its way out nobody could leave: a keymap that is nothing by itself is not used.
        keymap = isBroken ? lastGood ?? (found.keymap.contexts["global"] == nil ? .standard : found.keymap) : found.keymap
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
        diagnostics.append(FileDiagnostic(.error, code: "\(kind)-missing", file: file, line: 0, column: 0,
                                          message: "there is no \(kind) \(Sanitizer.line(name).truncated(to: 40)); there are \(known.joined(separator: ", "))"))
    }
}

extension ConsoleSettings {
    /// Takes over what can change while the console runs. Read-only stays once it is set: nobody shall wonder.
    func apply(to state: inout ConsoleState) {
        state.keymap = keymap
        state.context = (contextName, contextRole)
        state.diagnostics = diagnostics
        if let first = diagnostics.first {
            state.say(diagnostics.count == 1 ? "\(first)" : "\(first) (and \(diagnostics.count - 1) more; see mizzen doctor)", .stateWarn)
        } else {
            state.say("Settings read", .stateOK)
        }
    }
}
