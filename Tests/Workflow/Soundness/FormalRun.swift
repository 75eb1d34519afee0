import Support
@testable import Workflow
import XMLTree

/// One random run of a case, each event held against the formal definition.
struct FormalRun {
    enum Outcome {
        case agrees
        /// A question the reference, or the engine, cannot decide within its bounds came up.
        case beyond
        case differs(String)
    }

    private struct Difference: Error {
        /// Nil: beyond the reference.
        let what: String?
    }

    /// A net that runs: its marking, and the start or end of a task whose tokens are just being moved.
    private struct Runner {
        let formal: FormalNet
        var bag = FormalNet.Bag()
        var pending: (task: Int, isStart: Bool, before: FormalNet.Bag)?

        mutating func add(_ count: Int, _ name: String) throws {
            guard let place = formal.number[name], bag[place] + count >= 0 else {
                throw Difference(what: "\(name) has no \(-count) tokens to lose")
            }
            guard bag[place] + count <= 15 else { throw Difference(what: nil) }
            bag[place] += count
        }
    }

    private let executable: ExecutableSpecification
    private let root: FormalNet
    private let subnet = FormalNet(.subnet)
    private var random: SeededRandom
    private var runners: [CaseID: Runner] = [:]
    private var log: [RecordedEvent] = []
    /// Tasks that ran by themselves since a net was last looked at, which it is when somebody works in it or a subnet of it ends. The
    /// other tasks behind their conditions are not offered before that.
    private var preferred: [CaseID: Set<Int>] = [:]
    private(set) var steps = 0
    private(set) var orJoins = 0

    init(_ executable: ExecutableSpecification, _ root: FormalNet, seed: UInt64) {
        self.executable = executable
        self.root = root
        random = SeededRandom(seed)
    }

    mutating func play(maxSteps: Int = 24) -> Outcome {
        do {
            var state = try follow(nil, .launch(CaseID("1"), parameters: nil))
            while steps < maxSteps, state.status.isOpen, let item = state.liveItems.randomElement(using: &random) {
                state = try follow(
                    state, item.status == .executing ? .complete(item.id, output: Self.output(of: item, &random)) : .start(item.id))
            }
            guard CaseState(replaying: log) == state else { throw Difference(what: "the replayed case is not the case") }
            return .agrees
        } catch let difference as Difference {
            return difference.what.map {
                .differs("\($0), after \(steps) commands:\n" + log.suffix(30).map { "\($0.event)" }.joined(separator: "\n"))
            } ?? .beyond
        } catch let refusal as ExecutionError where refusal.code == "or-join-undecided" {
            return .beyond
        } catch {
            return .differs("refused: \(error)")
        }
    }

    /// A document that sets the letters the splits ask for.
    private static func output(of item: WorkItem, _ random: inout SeededRandom) -> XMLDocument? {
        let letters = (0 ..< 4).filter { _ in Bool.random(using: &random) }.map { RandomNet.letter($0) }.joined()
        let root = item.data?.root?.localName ?? "Work"
        return try? XMLDocument.parse("<\(root)><v>\(letters)</v></\(root)>")
    }

    // MARK: One command

    private mutating func follow(_ state: CaseState?, _ command: CaseCommand) throws -> CaseState {
        steps += 1
        switch command {
        case .start(let id), .complete(let id, _): if let net = state?.items[id]?.net { preferred[net] = nil }
        default: preferred = [:]
        }
        let step = try executable.step(state, command, in: StepContext(now: Int64(steps), actor: "ann"))
        log += step.events
        for recorded in step.events { try check(recorded.event) }
        for id in runners.keys { try settle(id) }
        try compare(step.state)
        return step.state
    }

    private mutating func check(_ event: CaseEvent) throws {
        switch event {
        case .netStarted(let id, let net, _, _):
            guard let formal = net == "Net" ? root : subnet else { throw Difference(what: nil) }
            runners[id] = Runner(formal: formal)
        case .taskFired(let id, let task, _):
            try begin(id, task, isStart: true)
            try runners[id]?.add(1, "busy " + task)
        case .taskExited(let id, let task):
            try begin(id, task, isStart: false)
            try runners[id]?.add(-1, "busy " + task)
        case .tokenAdded(let id, let condition):
            try runners[id]?.add(1, condition)
        case .tokensRemoved(let id, let condition, let count):
            try runners[id]?.add(-count, condition)
        case .taskCancelled(let id, let task):
            try runners[id]?.add(-1, "busy " + task)
        case .netCompleted(let id, _):
            try settle(id)
            guard let runner = runners.removeValue(forKey: id) else { return }
            guard runner.bag[runner.formal.output] > 0 || runner.bag.isEmpty else {
                throw Difference(what: "net \(id) completes too early")
            }
        case .netDeadlocked(let id, _):
            try settle(id)
            guard let runner = runners.removeValue(forKey: id) else { return }
            guard let next = runner.formal.next(runner.bag) else { throw Difference(what: nil) }
            guard next.isEmpty else { throw Difference(what: "net \(id) is no deadlock") }
        case .netCancelled(let id):
            runners[id] = nil
        case .caseCompleted, .caseDeadlocked, .caseCancelled:
            runners = [:]
        default: break
        }
    }

    private mutating func begin(_ id: CaseID, _ task: String, isStart: Bool) throws {
        try settle(id)
        guard let runner = runners[id], let index = runner.formal.tasks.firstIndex(where: { $0.id == task }) else {
            throw Difference(what: "there is no task \(task) in a net \(id)")
        }
        runners[id]?.pending = (index, isStart, runner.bag)
        if isStart, runner.formal.tasks[index].join == .or, runner.formal.tasks[index].ways.count > 1 { orJoins += 1 }
        switch executable.nets[runner.formal === root ? "Net" : "Sub"]?.tasks[task]?.kind {
        case .atomic?: break
        case .composite? where !isStart: preferred[id] = nil
        default: if isStart { preferred[id, default: []].insert(index) }
        }
    }

    /// The tokens of a start or end have all been moved: was that allowed?
    private mutating func settle(_ id: CaseID) throws {
        guard let runner = runners[id], let (task, isStart, before) = runner.pending else { return }
        runners[id]?.pending = nil
        guard let allowed = runner.formal.next(before, task: task, isStart: isStart) else { throw Difference(what: nil) }
        guard allowed.contains(runner.bag) else {
            throw Difference(what: "task \(runner.formal.tasks[task].id) of net \(id) may not \(isStart ? "start" : "end") like that")
        }
    }

    // MARK: The case as it is kept

    private func compare(_ state: CaseState) throws {
        guard Set(state.nets.keys) == Set(runners.keys) else { throw Difference(what: "other nets run") }
        for (id, runner) in runners {
            guard let net = state.nets[id] else { continue }
            let formal = runner.formal
            if formal.isTooFull(runner.bag) { throw Difference(what: nil) }
            var bag = FormalNet.Bag()
            for (condition, count) in net.tokens { bag[formal.number[condition] ?? 0] = count }
            for task in net.busy.keys { bag[formal.number["busy " + task] ?? 0] += 1 }
            guard bag == runner.bag else { throw Difference(what: "net \(id) has another marking than its events say") }

            var enabled: Set<String> = [], mayWait: Set<String> = []
            for (index, task) in formal.tasks.enumerated() {
                guard let isEnabled = formal.isEnabled(index, bag) else { throw Difference(what: nil) }
                if isEnabled { enabled.insert(task.id) }
                let ran = preferred[id] ?? []
                if ran.contains(where: { !Set(formal.tasks[$0].ways).isDisjoint(with: task.ways) }) { mayWait.insert(task.id) }
            }
            let offered = Set(state.items.values.filter { $0.net == id && $0.status == .enabled }.map(\.id.task))
            guard offered.isSubset(of: enabled) else {
                throw Difference(what: "net \(id) offers \(offered.sorted()), enabled are \(enabled.sorted())")
            }
            guard enabled.subtracting(offered).isSubset(of: mayWait) else {
                throw Difference(what: "net \(id) offers only \(offered.sorted()), enabled are \(enabled.sorted())")
            }
        }
    }
}
