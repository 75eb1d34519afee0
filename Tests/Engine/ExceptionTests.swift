import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Testing
import Workflow
import XMLTree

/// Exceptions through engine and store: worklets, other cases, rule files.
@Suite struct ExceptionTests {
    /// An engine on a file of its own.
    final class World {
        let folder: TemporaryFolder
        private(set) var engine: WorkflowEngine
        private var requests = 0

        init() throws {
            folder = try TemporaryFolder()
            engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("world.db")))
        }

        /// As another process would go on.
        func reopen() throws { engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("world.db"))) }

        @discardableResult
        func perform(_ command: Command) async throws -> Reply {
            requests += 1
            return try await engine.session(for: Principal(name: "ann", tenant: .local)).perform(
                command, request: RequestID("r\(requests)"))
        }

        func load(_ specifications: String..., rules: (String, String)...) async throws {
            for (place, text) in specifications.enumerated() {
                try await perform(.loadSpecification(source: Array(text.utf8), file: "\(place).yawl"))
            }
            for (name, text) in rules {
                try await loadRules(name, text, file: name + ".xrs")
            }
        }

        func loadRules(_ name: String, _ text: String, file: String) async throws {
            requests += 1
            _ = try await engine.local.loadRules(
                SpecificationReference(name), source: Array(text.utf8), file: file, request: RequestID("r\(requests)"))
        }

        func removeRules(_ name: String) async throws {
            requests += 1
            _ = try await engine.local.removeRules(SpecificationReference(name), request: RequestID("r\(requests)"))
        }

        func start(_ name: String, _ data: String? = nil) async throws -> Int64 {
            let reply = try await perform(.startCase(SpecificationReference(name), data: data.map { try XMLDocument.parse($0) }))
            guard case .started(let number, _) = reply else { throw Unexpected() }
            return number
        }

        /// Starts an offered item and completes its first child.
        func work(_ item: String, _ output: String? = nil) async throws {
            guard case .itemStarted(let started) = try await perform(.startItem(try id(item))) else { throw Unexpected() }
            try await perform(.completeItem(started, data: output.map { try XMLDocument.parse($0) }))
        }

        func state(_ number: Int64) async throws -> CaseState { try await engine.local.caseDetail(number).state }

        /// Items of a case, `1.1:A Executing`, in order.
        func items(_ number: Int64) async throws -> [String] {
            try await state(number).items.values.sorted { $0.id < $1.id }.map { "\($0.id) \($0.status.text)" }
        }

        func kinds(_ number: Int64) async throws -> [String] { try await engine.local.recordedEvents(number).map(\.event.kind) }

        func failures(_ number: Int64) async throws -> [String] {
            try await engine.local.recordedEvents(number).compactMap {
                if case .exletEnded(_, let failure?) = $0.event { failure } else { nil }
            }
        }

        /// Every case is what its events add up to.
        func checkReplay() async throws {
            for row in try await engine.local.cases() {
                #expect(try await engine.local.replayedCase(row.number) == state(row.number), "case \(row.number)")
            }
        }
    }

    struct Unexpected: Error {}

    static func id(_ text: String) throws -> WorkItemID { try #require(WorkItemID(text)) }

    static let order = order()

    /// A takes n and hands it in, then B.
    static func order(_ uri: String = "order", service: String = "") -> String {
        YAWLText.set(
            uri,
            YAWLText.net(
                inputs: [], outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "5")], start: "A",
                YAWLText.task(
                    "A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Work/n/text()}</n>", "n")], does: "Work"
                ),
                YAWLText.task("B", to: ["o"], does: "Plain")),
            YAWLText.gateway("Work", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")])
                .replacing("<externalInteraction>", with: service + "<externalInteraction>"),
            YAWLText.gateway("Plain"))
    }

    /// A worklet with a task for people that hands in n.
    static let repair = worklet("repair")

    static func worklet(_ uri: String) -> String {
        YAWLText.set(
            uri,
            YAWLText.net(
                "Repair", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer", index: 1)], start: "R",
                YAWLText.task(
                    "R", to: ["o"], starting: [("<n>{/Repair/n/text()}</n>", "n")], completed: [("<n>{/Fix/n/text()}</n>", "n")],
                    does: "Fix")),
            YAWLText.gateway("Fix", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]))
    }

    static func rules(_ path: String, task: String? = nil, if condition: String = "True", _ steps: String) -> String {
        let tree = RulesText.only(if: condition, steps)
        return RulesText.file(RulesText.branch(path, task.map { RulesText.task($0, tree) } ?? tree))
    }

    // MARK: Worklets

    @Test func aWorkletIsACaseOfItsOwnWithDataInAndOutByName() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.repair,
            rules: ("order", Self.rules("violation", task: "A", "suspend workitem;compensate repair;continue workitem")))
        #expect(try await world.start("order") == 1)
        try await world.perform(.startItem(Self.id("1:A")))
        try await world.perform(.raiseItem(Self.id("1.1:A"), .itemConstraintViolation, trigger: nil))
        #expect(try await world.items(1) == ["1.1:A Suspended"])
        #expect(try await world.state(2).exceptions?.service == WorkletService(caseNumber: 1, exlet: 1, depth: 1))
        #expect(try await world.state(2).rootNet?.variables["n"]?.serialized() == "<n>5</n>")
        try await world.work("2:R", "<Fix><n>7</n></Fix>")
        #expect(try await world.items(1) == ["1.1:A Executing"])
        try await world.perform(.completeItem(Self.id("1.1:A"), data: nil))
        #expect(try await world.state(1).rootNet?.variables["n"]?.serialized() == "<n>7</n>")
        try await world.checkReplay()
    }

    @Test func severalWorkletsRunSideBySideAndAllAreWaitedFor() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.repair, rules: ("order", Self.rules("external/case", "suspend case;compensate repair, repair;continue case")))
        _ = try await world.start("order")
        try await world.perform(.raiseCase(1, trigger: "storm"))
        #expect(try await world.state(1).status == .suspended)
        try await world.work("3:R", "<Fix><n>8</n></Fix>")
        #expect(try await world.state(1).status == .suspended)
        // Another process goes on with it.
        try world.reopen()
        try await world.work("2:R", "<Fix><n>9</n></Fix>")
        #expect(try await world.state(1).status == .running)
        #expect(try await world.items(1) == ["1:A Enabled"])
        #expect(try await world.state(1).rootNet?.variables["n"]?.serialized() == "<n>9</n>")
        try await world.checkReplay()
    }

    @Test func theWorkletOfASelectionDoesTheWorkOfTheItem() async throws {
        let service = "<yawlService id=\"http://worklets/workletService/ib\"/>"
        let tree = RulesText.rule(0, parent: -1, yes: 1, if: "True", nil) + RulesText.rule(1, parent: 0, if: "n < 10", "select repair")
        let world = try World()
        try await world.load(
            Self.order(service: service), Self.repair,
            rules: ("order", RulesText.file(RulesText.branch("selection", RulesText.task("A", tree)))))
        _ = try await world.start("order")
        #expect(try await world.items(1) == ["1.1:A Executing"])
        try await world.work("2:R", "<Fix><n>12</n></Fix>")
        #expect(try await world.items(1) == ["1:B Enabled"])
        #expect(try await world.state(1).rootNet?.variables["n"]?.serialized() == "<n>12</n>")
        // A cancelled worklet gives the item to people.
        _ = try await world.start("order")
        try await world.perform(.cancelCase(4))
        #expect(try await world.items(3) == ["3.1:A Fired"])
        #expect(try await world.failures(3) == ["select repair: worklet case 4 was cancelled"])
        try await world.checkReplay()
    }

    @Test func withoutAWorkletThatFitsPeopleAreAsked() async throws {
        let service = "<yawlService id=\"http://worklets/workletService/ib\"/>"
        let world = try World()
        try await world.load(
            Self.order(service: service), Self.repair, rules: ("order", Self.rules("selection", task: "A", if: "n > 10", "select repair")))
        _ = try await world.start("order")
        #expect(try await world.items(1) == ["1.1:A Fired"])
    }

    @Test func whatAWorkletHandsOverIsCheckedAndTheExletGivenUp() async throws {
        let wrong = Self.repair.replacing("<name>n</name><type>integer</type>", with: "<name>n</name><type>string</type>")
        let world = try World()
        try await world.load(
            Self.order, wrong, rules: ("order", Self.rules("violation", task: "A", "suspend workitem;compensate repair;continue workitem")))
        _ = try await world.start("order")
        try await world.perform(.startItem(Self.id("1:A")))
        try await world.perform(.raiseItem(Self.id("1.1:A"), .itemConstraintViolation, trigger: nil))
        try await world.work("2:R", "<Fix><n>many</n></Fix>")
        #expect(try await world.items(1) == ["1.1:A Suspended"])
        #expect(try await world.failures(1).first?.contains("the output of worklet case 2 is not acceptable") == true)
    }

    @Test func aWorkletThatCannotStartEndsTheExletAndCancelsTheOthers() async throws {
        // It asks for a parameter the case does not have.
        let demanding = YAWLText.set(
            "demanding", YAWLText.net(inputs: [YAWLText.input("colour")], start: "R", YAWLText.task("R", to: ["o"], does: "Work")),
            YAWLText.gateway("Work"))
        let taking = demanding.replacing("demanding", with: "taking").replacing("<name>colour</name>", with: "<name>n</name>")
            .replacing("<type>string</type>", with: "<type>date</type>")
        let world = try World()
        try await world.load(
            Self.order, Self.repair, taking, rules: ("order", Self.rules("external/case", "compensate repair,taking;remove case")))
        _ = try await world.start("order")
        try await world.perform(.raiseCase(1, trigger: "x"))
        #expect(try await world.failures(1).first?.contains("worklet taking cannot run: case data") == true)
        #expect(try await world.state(2).status == .cancelled)
        #expect(try await world.state(1).status == .running)
        try await world.checkReplay()
    }

    @Test func rulesThatCallEachOtherInACircleAreStopped() async throws {
        let world = try World()
        try await world.load(Self.repair, rules: ("repair", Self.rules("constraints/case/pre", "compensate repair")))
        _ = try await world.start("repair", "<Repair><n>1</n></Repair>")
        let rows = try await world.engine.local.cases()
        #expect(rows.count == WorkletService.maxDepth + 1)
        #expect(
            try await world.failures(Int64(WorkletService.maxDepth + 1)) == [
                "compensate repair: worklets would nest deeper than 8: rules run in a circle"
            ])
        try await world.checkReplay()
    }

    @Test func cancellingACaseCancelsItsWorkletsAndTheirs() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.repair, Self.worklet("inner"), rules: ("order", Self.rules("external/case", "compensate repair")),
            ("repair", Self.rules("constraints/item/pre", task: "R", "suspend workitem;compensate inner")))
        _ = try await world.start("order")
        try await world.perform(.raiseCase(1, trigger: "x"))
        #expect(try await world.engine.local.cases(openOnly: true).count == 3)
        try await world.perform(.cancelCase(1))
        #expect(try await world.engine.local.cases(openOnly: true).isEmpty)
        try await world.checkReplay()
    }

    @Test func aCaseThatHasEndedIsStillCompensated() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.repair, rules: ("order", Self.rules("constraints/case/post", if: "n = 5", "compensate repair;continue case")))
        _ = try await world.start("order")
        try await world.work("1:A")
        try await world.work("1:B")
        #expect(try await world.state(1).status == .completed)
        try await world.work("2:R")
        #expect(try await world.kinds(1).last == "exletEnded")
        try await world.checkReplay()
    }

    // MARK: Other cases

    @Test func allCasesOfTheSpecificationAreSuspendedAndLetGoOn() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.order("other"), Self.repair,
            rules: ("order", Self.rules("external/case", "suspend allcases;compensate repair;continue allcases")))
        for name in ["order", "order", "other", "order"] { _ = try await world.start(name) }
        try await world.perform(.suspendCase(4))
        try await world.perform(.raiseCase(2, trigger: "x"))
        #expect(try await world.items(1) == ["1:A Suspended"])
        for number in [1, 2, 4] as [Int64] { #expect(try await world.state(number).status == .suspended) }
        #expect(try await world.state(3).status == .running)
        try await world.work("5:R")
        for number in [1, 2, 3, 4] as [Int64] { #expect(try await world.state(number).status == .running) }
        #expect(try await world.items(2) == ["2:A Enabled"])
        try await world.checkReplay()
    }

    @Test func removingTheAncestorsEndsEverythingAboveAWorklet() async throws {
        let world = try World()
        try await world.load(
            Self.order, Self.repair, rules: ("order", Self.rules("external/case", "suspend case;compensate repair;continue case")),
            ("repair", Self.rules("abort", task: "R", "remove ancestorCases")))
        _ = try await world.start("order")
        _ = try await world.start("order")
        try await world.perform(.raiseCase(1, trigger: "x"))
        try await world.perform(.startItem(Self.id("3:R")))
        try await world.perform(.failItem(Self.id("3.1:R"), data: nil))
        #expect(try await world.state(3).status == .cancelled)
        #expect(try await world.state(1).status == .cancelled)
        #expect(try await world.state(2).status == .running)
        try await world.checkReplay()
    }

    // MARK: Rule files

    @Test func rulesAreKeptReplacedAndRemoved() async throws {
        let world = try World()
        try await world.load(Self.order, rules: ("order", Self.rules("constraints/item/pre", task: "A", "suspend workitem")))
        _ = try await world.start("order")
        #expect(try await world.items(1) == ["1:A Suspended"])
        try world.reopen()
        _ = try await world.start("order")
        #expect(try await world.items(2) == ["2:A Suspended"])
        let others = Self.rules("constraints/item/pre", task: "A", "complete workitem")
        try await world.loadRules("order", others, file: "others.xrs")
        _ = try await world.start("order")
        #expect(try await world.items(3) == ["3:B Enabled"])
        #expect(try await world.engine.local.rules(of: SpecificationReference("order"))?.rules.trees.count == 1)
        try await world.removeRules("order")
        _ = try await world.start("order")
        #expect(try await world.items(4) == ["4:A Enabled"])
        await #expect(throws: EngineError.self) { try await world.removeRules("order") }
        #expect(
            try await world.engine.local.events().filter { $0.kind.hasPrefix("ruleFile") }.map(\.kind) == [
                "ruleFileLoaded", "ruleFileLoaded", "ruleFileRemoved",
            ])
    }

    @Test func rulesOfUnknownWorkletsAndMalformedFilesAreRefused() async throws {
        let world = try World()
        try await world.load(Self.order)
        for (text, code, word) in [
            (Self.rules("external/case", "compensate nowhere"), "worklet-not-found", "nowhere"),
            (Self.rules("external/case", "explode case"), "rules-refused", "order.xrs"), ("<spec", "rules-refused", "order.xrs"),
        ] {
            let error = await #expect(throws: EngineError.self) {
                try await world.loadRules("order", text, file: "order.xrs")
            }
            #expect(error?.code == code)
            #expect(error?.message.contains(word) == true)
        }
        #expect(try await world.engine.local.rules(of: SpecificationReference("order")) == nil)
    }
}
