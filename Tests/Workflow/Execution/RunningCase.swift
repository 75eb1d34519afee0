import Support
import Testing
import Workflow
import XMLTree

/// A case driven by hand in a test: state, and what the last step did.
struct RunningCase {
    let specification: ExecutableSpecification
    private(set) var state: CaseState
    private(set) var log: [RecordedEvent]
    private(set) var time: Int64
    let calendar: WorkingCalendar
    private let rules: RuleSet?
    private let choices: ChoicePolicy

    init(
        _ text: String, parameters: String? = nil, choices: ChoicePolicy = .first, isVerified: Bool = true, at time: Int64 = 1_000,
        calendar: WorkingCalendar = WorkingCalendar(), rules: String? = nil
    ) throws {
        self.time = time
        self.calendar = calendar
        let specifications = try SpecificationReader.read(Array(text.utf8), file: "test.yawl")
        let model = try #require(specifications.first)
        let errors = verify(model).filter { $0.severity == .error }
        try #require(!isVerified || errors.isEmpty, "\(errors.map { $0.text(file: "test.yawl") })")
        self.choices = choices
        specification = try ExecutableSpecification(model)
        self.rules = try rules.map { try RuleFile.read(Array($0.utf8), file: "test.xrs", for: model) }
        let step = try specification.step(
            nil, .launch(CaseID("1"), parameters: try parameters.map { try XMLDocument.parse($0) }),
            in: StepContext(now: time, actor: "ann", choices: choices, calendar: calendar, rules: self.rules))
        state = step.state
        log = step.events
    }

    @discardableResult
    mutating func perform(_ command: CaseCommand, by actor: String = "ann") throws -> [CaseEvent] {
        time += 1
        let step = try specification.step(
            state, command, in: StepContext(now: time, actor: actor, choices: choices, calendar: calendar, rules: rules))
        state = step.state
        log += step.events
        return step.events.map(\.event)
    }

    /// Lets time pass; nothing happens by that alone.
    mutating func wait(milliseconds: Int64) { time += milliseconds }

    /// Starts `1:A` and completes its child with the document.
    mutating func work(_ item: String, _ output: String? = nil) throws {
        let id = try #require(WorkItemID(item))
        let events = try perform(.start(id))
        let started = try #require(events.lazy.compactMap { if case .itemStarted(let item) = $0 { item } else { nil } }.first)
        try perform(.complete(started, output: try output.map { try XMLDocument.parse($0) }))
    }

    func items(_ status: ItemStatus) -> [String] {
        state.items.values.filter { $0.status == status }.map(\.id).sorted().map(\.description)
    }

    var offered: [String] { items(.enabled) }

    func value(_ name: String, in net: String = "1") -> String? { state.nets[CaseID(net)]?.variables[name]?.serialized() }

    /// The refusal of a command, which must leave the case untouched.
    mutating func refusal(of command: CaseCommand) throws -> ExecutionError {
        let before = state
        let error = #expect(throws: ExecutionError.self) { try perform(command) }
        #expect(state == before)
        return try #require(error)
    }
}
