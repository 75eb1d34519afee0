import Foundation
import Support
import Testing
import Workflow
import XMLTree

/// A short story of one case of a pattern's specification: what is done, and what must be on offer at each point. Tasks go by
/// their name; the instances of a multiple instance task are `Vote#1`, `Vote#2`, … in the order of their ids.
struct PatternScenario: Sendable, CustomTestStringConvertible {
    /// WCP-1 … WCP-43.
    let pattern: Int
    let title: String
    let parameters: String?
    let steps: [Step]

    enum Step: Sendable {
        /// Starts and completes what is offered.
        case work(String, String? = nil)
        case start(String)
        /// Completes what is in work.
        case finish(String, String? = nil)
        case add(to: String, String)
        case cancelCase
        /// The tasks on offer, each as often as it is.
        case offers([String])
        /// The instances of a task, in the order of their ids.
        case instances(String, [ItemStatus])
        case value(String, String)
        case ends(CaseStatus, isProper: Bool)
    }

    init(_ pattern: Int, _ title: String, with parameters: String? = nil, _ steps: Step...) {
        self.pattern = pattern
        self.title = title
        self.parameters = parameters
        self.steps = steps
    }

    var testDescription: String { "WCP-\(pattern) \(title)" }

    static let all = basic + branching + instances + stateBased + cancellation + loopsEndsAndTriggers
}

extension PatternScenario.Step {
    static func offers(_ tasks: String...) -> Self { .offers(tasks) }
    static func instances(_ task: String, _ statuses: ItemStatus...) -> Self { .instances(task, statuses) }
    /// Completed, and nothing was left over.
    static var ends: Self { .ends(.completed, isProper: true) }
    /// Nothing is offered; work goes on elsewhere.
    static var offersNothing: Self { .offers([]) }
}

extension PatternScenario {
    /// The specification it is about, as written.
    func specificationText() throws -> String {
        let prefix = "wcp-\(pattern < 10 ? "0" : "")\(pattern)-"
        let folder = Corpus.packageRoot.appendingPathComponent("patterns")
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix(prefix) }, "no file \(prefix)….yawl")
        return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
}

extension RunningCase {
    /// Plays a scenario and says at which step it went otherwise; `observe` sees the case after each step.
    mutating func play(_ scenario: PatternScenario, observe: (RunningCase) throws -> Void = { _ in }) throws {
        for (number, step) in scenario.steps.enumerated() {
            let place: Comment = "\(scenario), step \(number + 1): \(String(describing: step))"
            switch step {
            case .work(let task, let output): try work(item(task, .enabled, place).description, output)
            case .start(let task): try perform(.start(item(task, nil, place)))
            case .finish(let task, let output):
                try perform(.complete(item(task, .executing, place), output: try output.map { try XMLDocument.parse($0) }))
            case .add(let task, let value): try perform(.addInstance(item(task, .executing, place), value: try XMLDocument.parse(value)))
            case .cancelCase: try perform(.cancel)
            case .offers(let tasks):
                #expect(state.items.values.filter { $0.status == .enabled }.map(\.id.task).sorted() == tasks.sorted(), place)
                #expect(state.status == .running, place)
            case .instances(let task, let statuses): #expect(instances(of: task).map(\.status) == statuses, place)
            case .value(let name, let text): #expect(value(name) == text, place)
            case .ends(let status, let isProper):
                #expect(state.status == status, place)
                #expect(state.ending?.isProper == isProper, place)
            }
            try observe(self)
        }
    }

    private func instances(of task: String) -> [WorkItem] {
        state.items.values.filter { $0.id.task == task && $0.status != .enabled }.sorted { $0.id < $1.id }
    }

    /// The item a scenario means: `Vote#2`, or the only one of its task that stands so.
    private func item(_ name: String, _ status: ItemStatus?, _ place: Comment) throws -> WorkItemID {
        if let mark = name.lastIndex(of: "#"), let number = Int(name[name.index(after: mark)...]) {
            let all = instances(of: String(name[..<mark]))
            try #require(all.indices.contains(number - 1), place)
            return all[number - 1].id
        }
        let found = state.items.values.filter { $0.id.task == name && (status == nil || $0.status == status) }
        try #require(found.count == 1, place)
        return found[0].id
    }
}
