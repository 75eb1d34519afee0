import ArgumentParser
import Engine
import Foundation
import Panes
import Testing

@testable import Catalog
@testable import CommandLine

/// The parser is made from the registry: same commands, same parameters, nothing written down twice.
struct ParserTests {
    private func parse(_ line: String...) async throws -> any RegistryCommand {
        try #require(try await TreeCommand<Origin>.asyncParseAsRoot(line) as? any RegistryCommand)
    }

    @Test func everyRegisteredCommandIsInTheParserAndTheOtherWayRound() {
        let inRegistry = CommandRegistry.standard.commands.filter { $0.isOnCommandLine && !$0.words.isEmpty }
        let inParser = CommandTree.current.commands.map(\.spec)
        #expect(inParser.map(\.id).sorted() == inRegistry.map(\.id).sorted())
        #expect(Set(inParser.map(\.id)).count == inParser.count)
        let verbs: Set<String> = [
            "spec check", "spec verify", "spec load", "spec list", "spec show", "spec unload", "case start", "case list", "case show",
            "case trace", "case cancel",
            "case suspend", "case resume", "item list", "item show", "item start", "item complete", "item skip", "item rollback", "work",
            "events list",
        ]
        #expect(verbs.isSubset(of: inParser.map { $0.words.joined(separator: " ") }))
    }

    @Test func everyCommandTakesItsParametersUnderTheirNames() async throws {
        for spec in CommandRegistry.standard.commands where spec.isOnCommandLine && !spec.words.isEmpty {
            var line = spec.words
            var expected: [String: [String]] = [:]
            for (index, parameter) in spec.parameters.enumerated() {
                let values = parameter.repeats ? ["v\(index)", "w\(index)"] : ["v\(index)"]
                switch parameter.kind {
                case .argument:
                    line += values
                    expected[parameter.name] = values
                case .option:
                    line += values.flatMap { ["--" + parameter.name, $0] }
                    expected[parameter.name] = values
                case .flag:
                    line.append("--" + parameter.name)
                    expected[parameter.name] = ["true"]
                }
            }
            let parsed = try #require(try await TreeCommand<Origin>.asyncParseAsRoot(line) as? any RegistryCommand, "\(line)")
            #expect(parsed.call == CommandCall(spec.id, expected), "\(line)")
        }
    }

    @Test func whatIsLeftOutIsNotInTheCall() async throws {
        #expect(try await parse("case", "list").call == CommandCall("case.list"))
        #expect(try await parse("case", "start", "hello").call == CommandCall("case.start", with: ["specification": "hello"]))
    }

    @Test func optionsOfEveryCommandMayStandBeforeAndAfterTheVerb() async throws {
        let before = try await parse("--store", "a.db", "-o", "json", "case", "show", "7")
        #expect(before.options?.store == "a.db")
        #expect(before.options?.output == .json)
        #expect(before.call == CommandCall("case.show", with: ["case": "7"]))
        let after = try await parse("case", "show", "7", "--store=a.db", "--output", "json", "--request", "r1", "--no-color")
        #expect(after.options?.store == "a.db")
        #expect(after.options?.request == "r1")
        #expect(after.options?.noColor == true)
    }

    @Test func valuesThatLookLikeSomethingElseComeThroughUnchanged() async throws {
        let call = try await parse("item", "complete", "1.1:A", "--set", "a=b=c", "--set", "note=<b>x</b>", "--set", "empty=").call
        #expect(call?.all("set") == ["a=b=c", "note=<b>x</b>", "empty="])
    }

    @Test func noParameterHidesAnOptionThatEveryCommandHas() {
        let taken: Set<String> = ["store", "output", "request", "no-color", "help", "version"]
        for (_, spec) in CommandTree.current.commands {
            #expect(spec.parameters.filter { $0.kind != .argument && taken.contains($0.name) }.isEmpty, "\(spec.id)")
        }
    }
}
