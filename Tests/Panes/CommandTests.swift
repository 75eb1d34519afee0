// The registry: one list of commands for keys, prompt, help and the command line.

import Engine
import Support
import Terminal
import Testing

@testable import Catalog
@testable import Panes

@Suite struct CommandTests {
    private let registry = CommandRegistry.console

    @Test func idsAndWordsAreUnique() {
        let ids = registry.commands.map(\.id), words = registry.commands.map(\.words).filter { !$0.isEmpty }
        #expect(Set(ids).count == ids.count)
        #expect(Set(words).count == words.count)
    }

    @Test func theVerbsOfTheCommandLineAreThere() {
        let lines = Set(registry.commands.filter(\.isOnCommandLine).map { $0.words.joined(separator: " ") })
        let expected: Set<String> = [
            "calendar list", "rules list", "spec check", "spec verify", "spec load", "spec list", "spec show", "spec unload", "spec diff",
            "spec migrate", "spec draw",
            "case start", "case list", "case show", "case why", "case draw", "case tree", "each", "case trace", "case diff", "case cancel",
            "case suspend", "case resume", "case raise", "item list", "item show", "item start", "item complete", "item skip",
            "item rollback", "item add",
            "item suspend", "item unsuspend", "item restart", "item fail", "item cancel", "item raise", "rules load", "rules show",
            "rules remove",
            "doctor", "man", "overview", "work", "query", "replay", "simulate", "events list", "timer list", "calendar show",
            "calendar add", "calendar remove", "serve", "service list", "service retry",
            "connector list", "connector show", "connector test", "config show", "config validate",
            "mail list", "mail show",
            "db migrate", "db check", "backup", "restore", "audit verify", "nodes",
        ]
        #expect(lines == expected)
        for spec in registry.commands where spec.isOnCommandLine { #expect(!spec.examples.isEmpty, "\(spec.id) has no example") }
    }

    @Test func everyKeyRunsACommandThatExists() throws {
        for (context, bindings) in Keymap.standard.contexts {
            for binding in bindings {
                #expect(registry.command(binding.command) != nil, "\(context): \(binding.keys) runs \(binding.run)")
                let call = try? registry.parse(
                    binding.run, subject: CommandSubject(["item": .text("1:A"), "case": .integer(1), "specification": .text("s@1")]))
                #expect(call != nil, "\(context): \(binding.run) is not understood")
            }
        }
    }

    @Test func readsALine() throws {
        #expect(
            try registry.parse("case start 'my order@1.2' --param a=1 --param=b='two words'")
                == CommandCall(
                    "case.start", ["specification": ["my order@1.2"], "param": ["a=1", "b=two words"]]))
        #expect(try registry.parse("spec load a.yawl b.yawl") == CommandCall("spec.load", ["file": ["a.yawl", "b.yawl"]]))
        #expect(try registry.parse("spec load -- --odd.yawl -x") == CommandCall("spec.load", ["file": ["--odd.yawl", "-x"]]))
        #expect(
            try registry.parse("case start --param=--a hello") == CommandCall("case.start", ["specification": ["hello"], "param": ["--a"]]))
        #expect(try registry.parse("cases") == CommandCall("pane.open", with: ["pane": "cases"]))
    }

    @Test func takesWhatIsMissingFromTheSelectedRow() throws {
        let subject = CommandSubject(["case": .integer(7)])
        #expect(try registry.parse("case cancel", subject: subject) == CommandCall("case.cancel", with: ["case": "7"]))
    }

    @Test(arguments: [
        ("case start", "missing-argument"), ("case fly", "unknown-command"), ("fly", "unknown-command"), ("case show 1 2", "bad-argument"),
        ("case show --loud", "bad-argument"), ("case list --filter", "bad-argument"), ("case list --limit 1 --limit 2", "bad-argument"),
        ("case show 'x", "bad-argument"), ("", "unknown-command"),
    ])
    func refusesWithAReason(_ line: String, _ code: String) {
        #expect(throws: EngineError.self) { try registry.parse(line) }
        do { _ = try registry.parse(line) } catch { #expect(error.code == code, "\(error.message)") }
    }

    /// The command line that is shown is the command that was run, whatever is in its arguments.
    @Test func shownCommandLinesReadBack() throws {
        let seed = UInt64.random(in: 0 ... UInt64.max)
        var random = SeededRandom(seed)
        let pieces = ["a", "7", " ", "'", "\"", "\\", "$x", "ü", "日", "<b>1</b>", "=", ";", "*", "@f", ".", "--", "-"]
        for spec in registry.commands where spec.isOnCommandLine {
            for _ in 0 ..< 20 {
                var call = CommandCall(spec.id)
                for parameter in spec.parameters where parameter.isRequired || Bool.random(using: &random) {
                    let count = parameter.repeats ? Int.random(in: 1 ... 3, using: &random) : 1
                    call.arguments[parameter.name] = (0 ..< count).map { _ in
                        parameter.kind == .flag
                            ? "true"
                            : (Bool.random(using: &random) ? "v" : "-v")
                                + (0 ..< Int.random(in: 0 ... 6, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
                                .joined()
                    }
                }
                let line = registry.commandLine(for: call)
                #expect(try registry.parse(String(line.dropFirst("mizzen ".count))) == call, "seed \(seed): \(line)")
            }
        }
    }

    @Test func completes() {
        #expect(registry.completions("case st") == ["case start"])
        #expect(registry.completions("case start --p") == ["case start --param"])
        #expect(registry.completions("").isEmpty)
    }

    @Test func completesNamesWhereACommandWantsThem() {
        func names(_ kind: CommandParameter.Completion) -> [String] {
            kind == .specification ? ["order@1.2", "my order@1"] : kind == .item ? ["7:Approve"] : []
        }
        #expect(registry.completions("case start ", names: names) == ["case start order@1.2", "case start 'my order@1'"])
        #expect(registry.completions("case start or", names: names) == ["case start order@1.2"])
        #expect(registry.completions("item start ", names: names) == ["item start 7:Approve"])
        #expect(registry.completions("item start 7:Approve ", names: names).isEmpty)
        #expect(registry.completions("case start order@1.2 --param ", names: names).isEmpty)
    }

    @Test func whatIsForTheShellSaysSo() {
        for line in ["case list -o json", "case list --store x", "case list --output=json"] {
            #expect { try registry.parse(line) } throws: { ($0 as? EngineError)?.message.contains("for the shell only") == true }
        }
    }

    @Test func aDangerousCommandIsNeverOnABareGlobalKey() {
        for binding in Keymap.standard.contexts["global"] ?? [] where binding.keys.chords.count == 1 {
            #expect(registry.command(binding.command)?.danger == Danger.none, "\(binding.keys) runs \(binding.run)")
        }
    }
}
