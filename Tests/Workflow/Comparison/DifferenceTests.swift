import Foundation
import Support
import Testing
import Workflow

@Suite struct DifferenceTests {
    private static func model(_ text: String) throws -> Specification {
        try #require(SpecificationReader.read(Array(text.utf8), file: "test.yawl").first)
    }

    private static func lines(_ old: String, _ new: String) throws -> [String] {
        try differences(from: model(old), to: model(new)).map(\.description)
    }

    private static func order(
        split: String = "and", to targets: [String] = ["Ship"], type: String = "string", query: String = "<n>{/Net/n/text()}</n>",
        removes: String = "", does: String = "Work", extra: String = "", schema: String = "", version: String = "1.0"
    ) -> String {
        YAWLText.set(
            "order", version: version, schema: schema,
            YAWLText.net(
                locals: [YAWLText.local("n", type)], start: "Pay",
                YAWLText.task("Pay", to: targets, split: split, removes: removes, starting: [(query, "n")], does: does),
                YAWLText.task("Ship", to: ["o"], does: "Work"), extra),
            YAWLText.gateway("Work", inputs: [YAWLText.input("n", type)]))
    }

    @Test func aVersionNumberAloneIsNoDifference() throws {
        #expect(try Self.lines(Self.order(version: "1.0"), Self.order(version: "1.1")) == [])
    }

    @Test(arguments: [
        (order(split: "or"), ["~ net Net, task Pay: split and → or"]),
        (order(type: "integer"), ["~ net Net, variable n: type string → integer", "~ work Work, input n: type string → integer"]),
        (order(query: "<n>1</n>"), ["~ net Net, task Pay, input mapping to n: query <n>{/Net/n/text()}</n> → <n>1</n>"]),
        (order(removes: "<removesTokens id=\"Ship\"/>"), ["~ net Net, task Pay: cancellation set none → Ship"]),
        (order(extra: YAWLText.task("Remind", to: ["Ship"], does: "Work")), ["+ net Net, task Remind"]),
        (order(to: ["o"]), ["+ net Net, task Pay, flow to o", "- net Net, task Pay, flow to Ship"]),
        (
            order(to: [YAWLText.flow(to: "Ship", if: "/Net/n = '1'", order: 1)]),
            ["~ net Net, task Pay, flow to Ship: predicate none → /Net/n = '1'", "~ net Net, task Pay, flow to Ship: ordering none → 1"]
        ),
        (order(does: "Other"), ["~ net Net, task Pay: decomposition Work → Other"]),
        (order(extra: "<condition id=\"c\"><flowsInto><nextElementRef id=\"Ship\"/></flowsInto></condition>"), ["+ net Net, condition c"]),
        (order(schema: "<xs:simpleType name=\"N\"><xs:restriction base=\"xs:string\"/></xs:simpleType>"), ["+ type N"]),
    ])
    func eachChangeIsNamedOnceAndTheOtherWayRound(new: String, expected: [String]) throws {
        #expect(try Self.lines(Self.order(), new) == expected)
        let back = try Self.lines(new, Self.order())
        #expect(back.count == expected.count)
        #expect(
            Set(back.map { $0.first })
                == Set(expected.map { line -> Character? in line.first == "+" ? "-" : line.first == "-" ? "+" : "~" }))
    }

    @Test func timersResourcingAndInstancesCount() throws {
        let file = InstanceTests.file(), changed = InstanceTests.file(threshold: "2", mode: "dynamic")
        #expect(
            try Self.lines(file, changed) == ["~ net Net, task M: threshold 3 → 2", "~ net Net, task M: creation mode static → dynamic"])
        let timed = Self.order().replacing(
            "<decomposesTo id=\"Work\"/>",
            with: """
                <timer><trigger>OnEnabled</trigger><duration>PT1H</duration></timer>
                <resourcing><offer initiator="user"/><allocate initiator="user"/>\
                <start initiator="user"/></resourcing><decomposesTo id="Work"/>
                """, maxReplacements: 1)
        let found = try Self.lines(Self.order(), timed)
        #expect(
            found == [
                "~ net Net, task Pay: timer none → PT1H", "~ net Net, task Pay: timer starts none → OnEnabled",
                "~ net Net, task Pay: resourcing offer none → <offer initiator=\"user\"/>",
                "~ net Net, task Pay: resourcing allocate none → <allocate initiator=\"user\"/>",
                "~ net Net, task Pay: resourcing start none → <start initiator=\"user\"/>",
            ], "\(found)")
    }

    /// Whatever is in the files that ship: none differs from itself, any two differ.
    @Test func aFileDiffersFromOthersOnly() throws {
        let folder = Corpus.packageRoot.appendingPathComponent("patterns")
        let models = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            try Self.model(String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
        }
        #expect(models.count > 1)
        for (model, next) in zip(models, models.dropFirst()) {
            #expect(differences(from: model, to: model).isEmpty)
            #expect(!differences(from: model, to: next).isEmpty)
        }
    }
}
