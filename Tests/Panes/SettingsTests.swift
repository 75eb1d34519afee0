// Files a person wrote: what counts, what is said about the rest, and that a broken one costs nothing.

import Foundation
import Terminal
import Testing

@testable import Catalog
@testable import Panes

@Suite struct SettingsTests {
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        try body(folder.path)
    }

    @Test func withoutFilesItIsAsShipped() {
        let settings = ConsoleSettings.read(folder: "/nowhere")
        #expect(settings.theme == .standard && settings.keymap == .standard && settings.diagnostics.isEmpty)
    }

    @Test func whatIsSetCounts() throws {
        try withFolder([
            "config.yaml": "theme: light\nkeymap: vim\nmouse: true\nread-only: true\ncontext: { name: prod, role: state.bad }\n"
        ]) { folder in
            let settings = ConsoleSettings.read(folder: folder)
            #expect(settings.diagnostics.isEmpty, "\(settings.diagnostics)")
            #expect(settings.theme == Theme.builtIn["light"] && settings.keymap == Keymap.builtIn["vim"])
            #expect(settings.isMouseOn && settings.isReadOnly && settings.contextName == "prod")
        }
    }

    @Test func whatIsWrongIsNamedWithItsPlace() throws {
        try withFolder([
            "config.yaml": "theme: mine\nkeymap: mine\ncolour: red\n",
            "themes/mine.yaml": "extends: dark\nroles:\n  text.title: { fg: nonsense }\n",
            "keymaps/mine.yaml": "extends: default\ncontexts:\n  table:\n    - { on: z, run: no.such }\n    - { on: Z, run: row.last }\n",
        ]) { folder in
            let settings = ConsoleSettings.read(folder: folder)
            let lines = settings.diagnostics.map(\.description)
            #expect(lines.contains { $0.contains("config.yaml:3:1") }, "\(lines)")
            #expect(lines.contains { $0.contains("themes/mine.yaml:3:") }, "\(lines)")
            #expect(lines.contains { $0.contains("keymaps/mine.yaml:4:") && $0.contains("no.such") }, "\(lines)")
            #expect(settings.keymap.keys(for: "row.last", in: ["table"]) != nil, "the rest of the file counts")
            var state = Fixture.state(pane: "cases")
            settings.apply(to: &state)
            #expect(state.drawn().contains("config.yaml:3:1"))
        }
    }

    @Test func whileItRunsABrokenThemeLeavesTheLastGoodOne() throws {
        try withFolder(["config.yaml": "theme: mine\n", "themes/mine.yaml": "roles:\n  text: { fg: red }\n"]) { folder in
            let good = ConsoleSettings.read(folder: folder)
            #expect(good.diagnostics.isEmpty)
            try "roles: [".write(toFile: folder + "/themes/mine.yaml", atomically: true, encoding: .utf8)
            let broken = ConsoleSettings.read(folder: folder, lastGood: good)
            #expect(broken.theme == good.theme && broken.diagnostics.count == 1)
            #expect(ConsoleSettings.read(folder: folder).theme == .standard, "at the start the shipped one takes its place")
        }
    }

    /// A start with a broken file uses the copy of the last good one, and says where the fault is.
    @Test func aStartWithBrokenFilesUsesTheLastGoodOnes() throws {
        try withFolder([
            "config.yaml": "theme: mine\nkeymap: mine\n", "themes/mine.yaml": "extends: dark\nroles:\n  text: { fg: red }\n",
            "keymaps/mine.yaml": "extends: default\ncontexts:\n  table:\n    - { on: Z, run: row.last }\n",
        ]) { folder in
            let kept = folder + "/kept"
            let good = ConsoleSettings.read(folder: folder, keptIn: kept)
            #expect(good.diagnostics.isEmpty, "\(good.diagnostics)")
            try "roles: [".write(toFile: folder + "/themes/mine.yaml", atomically: true, encoding: .utf8)
            try "contexts: { table: [ { on: Z, run: no.such } ] }\n".write(
                toFile: folder + "/keymaps/mine.yaml", atomically: true, encoding: .utf8)
            let broken = ConsoleSettings.read(folder: folder, keptIn: kept)
            #expect(broken.theme == good.theme && broken.keymap == good.keymap)
            let lines = broken.diagnostics.map(\.description)
            #expect(
                lines.contains { $0.contains("themes/mine.yaml:2:") } && lines.contains { $0.contains("keymaps/mine.yaml:1:") }, "\(lines)")
        }
    }

    @Test func contextsAndTheUndoWindowAreRead() throws {
        try withFolder([
            "config.yaml":
                "undo: 9\ncontexts:\n  prod: { store: \"postgresql:///flow\", role: state.bad, read-only: true }\n  bad: { role: text }\n"
        ]) { folder in
            let settings = ConsoleSettings.read(folder: folder)
            #expect(
                settings.undoSeconds == 9
                    && settings.contexts == ["prod": .init(store: "postgresql:///flow", role: .stateBad, isReadOnly: true)])
            #expect(settings.diagnostics.map(\.description).contains { $0.contains("config.yaml:4:3") }, "\(settings.diagnostics)")
        }
    }

    @Test func everyShippedThemeSaysHowEveryRoleLooksAndKeymapsParse() {
        #expect(Set(Theme.builtIn.keys) == ["dark", "light", "high-contrast", "mono", "deuteranopia", "tritanopia"])
        for theme in Theme.builtIn.values where theme.name != "mono" {
            #expect(theme[.stateOK] != theme[.stateBad] && theme[.rowSelected] != theme[.text], "\(theme.name)")
        }
        let registry = CommandRegistry.console
        for name in ["vim", "emacs"] {
            let bindings = (Keymap.builtIn[name]?.contexts ?? [:]).values.joined()
            for binding in bindings {
                #expect(registry.match(binding.run.split(separator: " ").map(String.init)) != nil, "\(name): \(binding.run)")
            }
            #expect(Keymap.builtIn[name] != .standard)
        }
    }

    @Test func theDoctorNamesWhatIsWrongAndTheManualHasEveryCommand() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("doctor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "theme: nonesuch\n".write(to: folder.appendingPathComponent("config.yaml"), atomically: true, encoding: .utf8)
        let context = CommandContext(house: nil, settingsFolder: folder.path)
        let answer = try await CommandRegistry.console.run(CommandCall("doctor"), in: context)
        #expect(answer.isFailure)
        #expect(answer.text(clock: Fixture.clock).contains("there is no theme nonesuch"))
        let page = ManualCommand.page(.console, .standard)
        for spec in CommandRegistry.console.commands where spec.isOnCommandLine && !spec.words.isEmpty {
            #expect(page.contains(".B \"" + spec.words.joined(separator: " ")), "\(spec.id)")
        }
    }
}
