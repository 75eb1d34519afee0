import Engine
import StoreSupport
import Platform
import SQLiteStore
import Support
import Testing
import Workflow

/// Specifications that would keep an engine busy for ever or eat its memory: each is refused or stopped at a limit that names the
/// place, soon, and other cases go on.
@Suite struct PoisonTests {
    struct Poison: Sendable, CustomTestStringConvertible {
        let name: String
        /// Items that are started and completed before it shows; the last of these commands is refused. Empty: the start of the case is.
        var work: [String] = []
        let code: String
        let place: [String]
        let text: String

        var testDescription: String { name }
    }

    static let poisons = [
        // Verification sees it.
        Poison(
            name: "net inside itself", code: "specification-refused", place: ["T comes back to itself"],
            text: YAWLText.set("poison", YAWLText.net(start: "T", YAWLText.task("T", to: ["o"], does: "Net")))),
        Poison(
            name: "loop of empty tasks", code: "specification-refused", place: ["E comes back", "F comes back"],
            text: YAWLText.set(
                "poison",
                YAWLText.net(
                    start: "E", YAWLText.task("E", to: ["F"]),
                    YAWLText.task(
                        "F", to: [YAWLText.flow(to: "E", if: "true()", order: 1), YAWLText.flow(to: "o", isDefault: true)],
                        split: "xor")))),
        // It does not see through composite tasks: the engine stops the case.
        Poison(
            name: "loop through a composite task without work", work: ["A"], code: "endless-step", place: ["task ", "net "],
            text: YAWLText.set(
                "poison",
                YAWLText.net(
                    locals: [YAWLText.local("go", initial: "yes")], start: "A",
                    YAWLText.task("A", to: ["K"], does: "Work"),
                    YAWLText.task(
                        "K", to: [YAWLText.flow(to: "E", if: "/Net/go = 'yes'", order: 1), YAWLText.flow(to: "o", isDefault: true)],
                        split: "xor", does: "Sub"),
                    YAWLText.task("E", to: ["K"])), YAWLText.net("Sub", isRoot: false, start: "X", YAWLText.task("X", to: ["o"])),
                YAWLText.gateway("Work"))),
        Poison(
            name: "predicate that never ends", work: ["A"], code: "predicate-failed", place: ["task A", "flow to B"],
            text: YAWLText.set(
                "poison",
                YAWLText.net(
                    start: "A",
                    YAWLText.task(
                        "A",
                        to: [
                            YAWLText.flow(
                                to: "B", if: "string-join(for $x in 1 to 1000000000 return '\(String(repeating: "x", count: 200))') = ''",
                                order: 1),
                            YAWLText.flow(to: "o", isDefault: true),
                        ], split: "xor", does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work"))),
        Poison(name: "twenty thousand instances", work: ["M"], code: "too-many-instances", place: ["task M", "20000"], text: many(20_000)),
        Poison(name: "a million instances", work: ["M"], code: "splitting-failed", place: ["task M"], text: many(1_000_000)),
    ]

    private static func many(_ count: Int) -> String {
        let block = """
            <minimum>1</minimum><maximum>2000000000</maximum><threshold>1</threshold><creationMode code="static"/>
            <miDataInput><expression query="/Net/l"/>\
            <splittingExpression query="for $x in 1 to \(count) return &lt;e/&gt;"/>\
            <formalInputParam>e</formalInputParam></miDataInput>
            """
        let task = YAWLText.task("M", to: ["o"], does: "Many").replacing(
            "<task id=\"M\">", with: "<task id=\"M\" xsi:type=\"MultipleInstanceExternalTaskFactsType\">"
        )
        .replacing("</task>", with: block + "</task>")
        return YAWLText.set(
            "poison", YAWLText.net(locals: [YAWLText.local("l", initial: "x")], start: "M", task),
            YAWLText.gateway("Many", inputs: [YAWLText.input("e")]))
    }

    private static let ann = Principal(name: "ann", tenant: .local)
    private static let healthy = YAWLText.set(
        "healthy", YAWLText.net(start: "A", YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")),
        YAWLText.gateway("Work"))

    @Test(.timeLimit(.minutes(5)), arguments: poisons)
    func isStoppedWhileOthersGoOn(_ poison: Poison) async throws {
        let folder = try TemporaryFolder()
        let engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("store.db")))
        var requests = 0
        func perform(_ command: Command) async throws(EngineError) -> Reply {
            requests += 1
            return try await engine.local.perform(command, request: RequestID("r\(requests)"))
        }
        _ = try await perform(.loadSpecification(source: Array(Self.healthy.utf8), file: "healthy.yawl"))
        guard case .started(let other, _) = try await perform(.startCase(SpecificationReference("healthy"), data: nil)) else {
            throw EngineError(.failure, "", "")
        }
        _ = try await perform(.startItem(WorkItemID(CaseID(number: other), "A")))

        let refusal = await #expect(throws: EngineError.self) {
            _ = try await perform(.loadSpecification(source: Array(poison.text.utf8), file: "poison.yawl", accepting: .unsound))
            guard case .started(let number, _) = try await perform(.startCase(SpecificationReference("poison"), data: nil)) else { return }
            for task in poison.work {
                guard case .itemStarted(let item) = try await perform(.startItem(WorkItemID(CaseID(number: number), task))) else { return }
                _ = try await perform(.completeItem(item, data: nil))
            }
        }
        #expect(refusal?.code == poison.code, "\(refusal?.message ?? "accepted")")
        let said = ([refusal?.message ?? ""] + (refusal?.findings.map(\.message) ?? [])).joined(separator: "\n")
        for place in poison.place { #expect(said.contains(place), "\(said)") }

        guard
            case .itemCompleted(_, .running) = try await perform(.completeItem(WorkItemID(CaseID(number: other).child(1), "A"), data: nil))
        else {
            Issue.record("the other case does not go on")
            return
        }
    }

    /// A net of 10,000 tasks is no poison: it is loaded and runs like any other.
    @Test(.timeLimit(.minutes(5))) func tenThousandTasksAreLoadedAndRun() async throws {
        let count = 10_000
        let tasks = (1 ... count).map { YAWLText.task("T\($0)", to: [$0 == count ? "o" : "T\($0 + 1)"], does: "Work") }.joined()
        let folder = try TemporaryFolder()
        let engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("store.db")))
        let text = YAWLText.set("long", YAWLText.net(start: "T1", tasks), YAWLText.gateway("Work"))
        let loaded = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "long.yawl"), request: RequestID("load"))
        guard case .loaded(let specifications) = loaded else { return }
        #expect(specifications.first?.certificate?.verdict == .undecided)
        _ = try await engine.local.perform(.startCase(SpecificationReference("long"), data: nil), request: RequestID("start"))
        let first = WorkItemID(CaseID("1"), "T1")
        guard case .itemStarted(let item) = try await engine.local.perform(.startItem(first), request: RequestID("item")) else {
            return
        }
        _ = try await engine.local.perform(.completeItem(item, data: nil), request: RequestID("done"))
        #expect(try await engine.local.items().map(\.id) == [WorkItemID(CaseID("1"), "T2")])
    }
}
