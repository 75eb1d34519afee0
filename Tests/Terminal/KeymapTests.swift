// Keymap files and what a press means.

import Terminal
import Testing

@testable import YAMLFiles

private func keys(_ text: String) throws -> KeySequence { try KeySequence(parsing: text) }

@Suite struct KeymapTests {
    @Test func theKeymapThatShipsIsWithoutFault() throws {
        let text = try #require(try SettingsFile.read(repositoryFile("keymaps/default.yaml")).get())
        let dangerous: Set = ["case.cancel", "case.suspend", "item.skip", "item.rollback"]
        let (keymap, diagnostics) = Keymap.parse(text, file: "default.yaml") { dangerous.contains($0) ? .dangerous : .safe }
        #expect(diagnostics.map(\.description) == [])
        #expect(keymap == .standard)
        #expect(keymap.keys(for: "pane.open queues", in: ["global"]) == (try keys("g q")))
    }

    @Test func aFileChangesWhatItExtends() throws {
        let (keymap, diagnostics) = Keymap.parse(
            """
            extends: default
            contexts:
              global:
                - { on: [q, ctrl+c], run: null }
                - { on: [f10, ctrl+q], run: app.quit, desc: Leave }
            """, file: "k.yaml", bases: ["default": .standard])
        #expect(diagnostics.isEmpty)
        #expect(keymap.keys(for: "app.quit", in: ["global"]) == (try keys("f10")))
        #expect(keymap.contexts["table"] == Keymap.standard.contexts["table"])
    }

    @Test(arguments: [
        ("contexts:\n  global:\n    - { on: hyper+x, run: a }", "k.yaml:3:13: error: “hyper+x” has an unknown modifier"),
        ("contexts:\n  global:\n    - { on: x, run: nope }", "k.yaml:3:21: error: there is no command “nope” [keymap-unknown-command]"),
        ("contexts:\n  nowhere: []", "k.yaml:2:3: error: there is no context “nowhere”; contexts are: global, table"),
        ("contexts:\n  table:\n    - { on: x, run: a }\n    - { on: x, run: b }", "k.yaml:4:13: error: “x” is already bound"),
        ("contexts:\n  table:\n    - { on: g, run: a }\n    - { on: g g, run: b }", "k.yaml:4:13: error: “g g” cannot be typed"),
        ("contexts:\n  global:\n    - { on: d, run: drop }", "k.yaml:3:13: error: drop changes things for good"),
        ("contexts:\n  global:\n    - { on: x }", "keymap-binding"), ("contexts:\n  global: 5", "keymap-context"),
        ("contexts: 5", "keymap-contexts"),
        ("keys: 5", "keymap-unknown-key"), ("extends: vim", "keymap-unknown-base"), ("contexts: [", "keymap-syntax"),
        ("contexts:\n  global:\n    - { on: [[a]], run: a }", "keymap-keys"),
    ])
    func faultsAreNamedWithTheirPlace(_ text: String, _ expected: String) throws {
        let (_, diagnostics) = parse(text)
        let first = try #require(diagnostics.first)
        #expect(first.description.contains(expected), "\(first)")
        #expect(first.line > 0, "\(first)")
    }

    @Test func dangerMayBeOnAChordOrInAnInnerContext() {
        let (keymap, diagnostics) = parse("contexts:\n  global: [{ on: ctrl+x, run: drop }]\n  table: [{ on: d, run: drop }]")
        #expect(diagnostics.isEmpty)
        #expect(keymap.contexts["table"]?.count == 1)
    }

    @Test func whatIsGoodCountsBesideAFault() {
        let (keymap, diagnostics) = parse("contexts:\n  global:\n    - { on: f99, run: a }\n    - { on: x, run: a }")
        #expect(diagnostics.count == 1)
        #expect(keymap.contexts["global"]?.map(\.run) == ["a"])
    }

    @Test func theInnermostContextDecides() {
        var resolver = KeyResolver()
        let enter = KeyChord(.enter)
        #expect(resolver.resolve(enter, in: ["items", "table", "global"], keymap: .standard) == .command("item.open", context: "items"))
        #expect(resolver.resolve(enter, in: ["table", "global"], keymap: .standard) == .command("row.open", context: "table"))
        #expect(resolver.resolve(.character("q"), in: ["text"], keymap: .standard) == .unbound([.character("q")]))
    }

    @Test func sequencesOfSeveralContextsShareTheirBeginning() {
        let contexts = ["table", "global"]
        var resolver = KeyResolver()
        #expect(resolver.resolve(.character("g"), in: contexts, keymap: .standard) == .pending([.character("g")]))
        #expect(resolver.continuations(in: contexts, keymap: .standard).map(\.run).contains("pane.open cases"))
        #expect(resolver.resolve(.character("c"), in: contexts, keymap: .standard) == .command("pane.open cases", context: "global"))
        _ = resolver.resolve(.character("g"), in: contexts, keymap: .standard)
        #expect(resolver.resolve(.character("g"), in: contexts, keymap: .standard) == .command("row.first", context: "table"))
        _ = resolver.resolve(.character("g"), in: contexts, keymap: .standard)
        #expect(resolver.resolve(KeyChord(.escape), in: contexts, keymap: .standard) == .unbound([.character("g"), KeyChord(.escape)]))
        #expect(resolver.pending.isEmpty)
    }

    @Test func helpKnowsWhatIsShadowed() throws {
        let active = Keymap.standard.active(in: ["items", "table", "global"])
        let enter = active.filter { $0.binding.keys == KeySequence(KeyChord(.enter)) }
        #expect(enter.map(\.shadowedBy) == [nil, "items"])
    }

    private func parse(_ text: String) -> (keymap: Keymap, diagnostics: [FileDiagnostic]) {
        Keymap.parse(text, file: "k.yaml", contexts: ["global", "table"]) { name in
            switch name {
            case "a", "b": .safe
            case "drop": .dangerous
            default: .unknown
            }
        }
    }
}
