import Workflow
import XMLTree

/// Plays many cases of a specification on a virtual clock, with the very engine that runs real ones. Pure: the plan and its seed
/// decide everything, and nothing is stored.
///
/// What happens comes from the agenda; each happening is a step of one case, and after every step what the case now offers is
/// compared with what was offered before.
public struct Simulator {
    private enum Happening {
        case arrival(Int)
        /// The service time of a job is over.
        case completion(job: Int)
        /// Somebody's working day begins, and there is work waiting.
        case shift(member: Int)
        /// A timer may have run out.
        case timer(case: Int, item: WorkItemID)
    }

    /// A case that has not ended.
    private struct RunningCase {
        let arrivedAt: Int64
        var state: CaseState
        /// Jobs by the item they are now.
        var jobs: [WorkItemID: Int] = [:]
        /// Items started per task, so that the n-th time of a task is the same in every simulation of a seed.
        var started: [String: UInt64] = [:]
        var items = 0
        /// When the agenda wakes the timers that run, by their numbers.
        var wakes: [Int: Int64] = [:]
    }

    /// An item that waits or is worked on.
    private struct Job {
        let index: Int
        var item: WorkItemID
        /// The net's decomposition and the task.
        let net: String
        let offeredAt: Int64
        var isAtWork = false
        var member: Int?

        var task: String { item.task }
    }

    /// What is to be looked at again before time goes on.
    private enum Concern {
        case job(Int)
        case member(Int)
    }

    /// A case with more items than this is given up: with its data it does not come to an end.
    static let maxItems = 1_000
    /// After so many of those the rest would be no different.
    static let maxEndless = 10
    /// An expiry refused so often is refused for ever.
    private static let maxExpiries = 5
    /// The beginning of the virtual clock for queries that ask for the time: Monday 2024-01-01, 0:00 UTC.
    static let epoch: Int64 = 1_704_067_200_000
    private static let arrivalStream: UInt64 = 1, caseStream: UInt64 = 2, choiceStream: UInt64 = 3, itemStream: UInt64 = 4

    private let specification: ExecutableSpecification
    private let plan: SimulationPlan
    private var data: SampleData
    private var staff: Staff
    private var figures: Figures
    private var agenda = Agenda<Happening>()
    private var concerns: [Concern] = []
    private var cases: [Int: RunningCase] = [:]
    private var jobs: [Int: Job] = [:]
    private var jobCount = 0
    private var endings = 0
    private var endless = 0
    private var now: Int64 = 0
    private var arrivals: SimulationRandom

    /// - Parameter progress: called now and then with the cases that have ended and all there are.
    public static func report(
        of plan: SimulationPlan, on specification: ExecutableSpecification,
        progress: (Int, Int) -> Void = { _, _ in }
    ) -> SimulationReport {
        var simulator = Simulator(plan, specification)
        return simulator.run(progress)
    }

    private init(_ plan: SimulationPlan, _ specification: ExecutableSpecification) {
        self.plan = plan
        self.specification = specification
        data = SampleData(specification, plan: plan)
        staff = Staff(plan.roles)
        figures = Figures()
        arrivals = SimulationRandom(seed: plan.seed, Self.arrivalStream)
    }

    private mutating func run(_ progress: (Int, Int) -> Void) -> SimulationReport {
        let end = plan.until ?? SimulationPlan.maxSpan
        expectArrival(0)
        while endless < Self.maxEndless, let time = agenda.nextTime, time <= end, let (_, happening) = agenda.next() {
            now = time
            switch happening {
            case .arrival(let index): arrive(index)
            case .completion(let job): complete(job)
            case .shift(let member):
                staff.arrive(member)
                concerns.append(.member(member))
            case .timer(let index, let item): expire(item, of: index)
            }
            settle()
            if case .arrival = happening { progress(figures.ended, plan.cases) }
        }
        if let time = agenda.nextTime, time > end { now = end }
        for (index, left) in cases.sorted(by: { $0.key < $1.key }) { give(up: index, left, as: .unfinished, "") }
        return figures.report(specification, plan, staff, span: now)
    }

    // MARK: Happenings

    private mutating func expectArrival(_ index: Int) {
        guard index < plan.cases else { return }
        agenda.add(.arrival(index), at: plan.arrivalHours.end(of: plan.arrivals.draw(&arrivals), begunAt: now))
    }

    private mutating func arrive(_ index: Int) {
        expectArrival(index + 1)
        figures.arrived += 1
        var random = SimulationRandom(seed: plan.seed, Self.caseStream, UInt64(index))
        let parameters = data.caseParameters(&random)
        do throws(ExecutionError) {
            // Every case is number 1: what is said of them can then be counted together.
            let step = try specification.step(nil, .launch(CaseID(number: 1), parameters: parameters), in: context)
            take(index, RunningCase(arrivedAt: now, state: step.state))
        } catch {
            figures.end(.refused, error.message)
        }
    }

    private mutating func complete(_ number: Int) {
        // A job withdrawn while it was worked on has left its completion behind.
        guard let job = jobs[number], job.isAtWork, let running = cases[job.index], let item = running.state.items[job.item] else { return }
        var random = itemRandom(job, running, purpose: 1)
        let output = data.output(of: item, inNet: job.net, &random)
        drop(number, isDone: true)
        cases[job.index]?.jobs[job.item] = nil
        figures.complete(net: job.net, task: job.task, cycle: now - job.offeredAt)
        step(job.index, .complete(job.item, output: output))
    }

    /// As the engine's timer service does it: an expiry that cannot be carried out is tried again later.
    private mutating func expire(_ item: WorkItemID, of index: Int) {
        guard let running = cases[index], let timer = running.state.timers?.running[item], let wakesAt = timer.wakesAt,
            wakesAt <= Self.epoch + now
        else { return }
        let net = running.state.nets[timer.net]?.net ?? ""
        do throws(ExecutionError) {
            var next = running
            next.state = try specification.step(running.state, .expire(item), in: context).state
            figures.expire(net: net, task: item.task)
            take(index, next)
        } catch {
            if let failure = timer.failure, failure.attempts >= Self.maxExpiries {
                return give(up: index, running, as: .refused, error.message)
            }
            step(index, .postponeExpiry(item, reason: error.message))
        }
    }

    /// Everything that can be started is, and everybody who is free looks for work, until nothing moves any more.
    private mutating func settle() {
        var next = 0
        while next < concerns.count {
            switch concerns[next] {
            case .job(let number): place(number)
            case .member(let member): findWork(for: member)
            }
            next += 1
        }
        concerns.removeAll(keepingCapacity: true)
    }

    private mutating func place(_ number: Int) {
        guard let job = jobs[number] else { return }
        if staff.isUnbounded(job.task) { return start(number, by: nil) }
        staff.enqueue(number, for: job.task, at: now)
        // One who is free may have something older to take first.
        while staff.isWaiting(number), let member = staff.free(for: job.task, at: now) { findWork(for: member) }
        if staff.isWaiting(number) { expectStaff(for: job.task) }
    }

    private mutating func findWork(for member: Int) {
        guard staff.members[member].work == nil, let number = staff.oldestJob(for: member), let job = jobs[number] else { return }
        if staff.members[member].hours.isOpen(at: now) {
            start(number, by: member)
            // Whoever was refused the job is still free.
            if staff.members[member].work == nil { concerns.append(.member(member)) }
        } else {
            expectStaff(for: job.task)
        }
    }

    private mutating func expectStaff(for task: String) {
        for (member, time) in staff.expected(for: task, at: now) { agenda.add(.shift(member: member), at: time) }
    }

    private mutating func start(_ number: Int, by member: Int?) {
        guard let job = jobs[number], var running = cases[job.index] else { return }
        staff.remove(number, for: job.task, at: now)
        running.started[job.task, default: 0] += 1
        running.items += 1
        guard running.items <= Self.maxItems else {
            endless += 1
            return give(
                up: job.index, running, as: .refused,
                "a case had more than \(Self.maxItems) work items: with these data it does not come to an end")
        }
        do throws(ExecutionError) {
            let step = try specification.step(running.state, .start(job.item), in: context)
            let started = step.events.lazy.compactMap { if case .itemStarted(let item) = $0.event { item } else { nil } }.first ?? job.item
            running.jobs[job.item] = nil
            running.jobs[started] = number
            running.state = step.state
            jobs[number] = Job(index: job.index, item: started, net: job.net, offeredAt: job.offeredAt, isAtWork: true, member: member)
            figures.start(net: job.net, task: job.task, waiting: now - job.offeredAt)
            if let member { staff.begin(number, by: member, at: now) }
            var random = itemRandom(job, running, purpose: 0)
            let time = (plan.tasks[job.task]?.serviceTime ?? plan.serviceTime).draw(&random)
            let hours = member.map { staff.members[$0].hours } ?? .always
            agenda.add(.completion(job: number), at: hours.end(of: time, begunAt: now))
            take(job.index, running)
        } catch {
            give(up: job.index, running, as: .refused, error.message)
        }
    }

    // MARK: Cases

    private mutating func step(_ index: Int, _ command: CaseCommand) {
        guard var running = cases[index] else { return }
        do throws(ExecutionError) {
            running.state = try specification.step(running.state, command, in: context).state
            take(index, running)
        } catch {
            give(up: index, running, as: .refused, error.message)
        }
    }

    /// The case after a step: what it no longer offers is withdrawn, what is new becomes jobs.
    private mutating func take(_ index: Int, _ running: RunningCase) {
        var running = running
        let state = running.state
        guard state.status.isOpen else {
            figures.cycles.append(now - running.arrivedAt)
            switch state.status {
            case .completed: return give(up: index, running, as: state.ending?.isProper == true ? .completed : .improper, "")
            case .deadlocked:
                return give(up: index, running, as: .deadlocked, "before " + (state.ending?.deadlocked ?? []).joined(separator: ", "))
            default: return give(up: index, running, as: .cancelled, "")
            }
        }
        let live = state.liveItems
        for item in running.jobs.keys.filter({ state.items[$0]?.status.isLive != true }).sorted() {
            if let number = running.jobs.removeValue(forKey: item) { drop(number, isDone: false) }
        }
        var offered = live.filter { running.jobs[$0.id] == nil }
        if offered.contains(where: { $0.choice != nil }) {
            // Of alternatives nobody knows which is noticed first.
            var random = SimulationRandom(seed: plan.seed, Self.choiceStream, UInt64(index), UInt64(running.items))
            random.shuffle(&offered)
        }
        for item in offered {
            jobs[jobCount] = Job(index: index, item: item.id, net: state.nets[item.net]?.net ?? "", offeredAt: now)
            running.jobs[item.id] = jobCount
            concerns.append(.job(jobCount))
            jobCount += 1
        }
        guard !running.jobs.isEmpty else {
            let waiting = state.items.values.filter { $0.status == .deadlocked }.map(\.id.task).sorted().joined(separator: ", ")
            return give(up: index, running, as: .stuck, waiting.isEmpty ? "" : "before " + waiting)
        }
        for (item, timer) in (state.timers?.running ?? [:]).sorted(by: { $0.value.number < $1.value.number }) {
            guard let wakesAt = timer.wakesAt, running.wakes[timer.number] != wakesAt else { continue }
            running.wakes[timer.number] = wakesAt
            agenda.add(.timer(case: index, item: item), at: max(wakesAt - Self.epoch, now))
        }
        cases[index] = running
    }

    /// The case has ended, one way or another.
    private mutating func give(up index: Int, _ running: RunningCase, as kind: SimulationReport.Outcome.Kind, _ reason: String) {
        cases[index] = nil
        for number in running.jobs.values.sorted() { drop(number, isDone: false) }
        figures.end(kind, reason)
    }

    /// A job is over; whoever was at it is free.
    private mutating func drop(_ number: Int, isDone: Bool) {
        guard let job = jobs.removeValue(forKey: number) else { return }
        staff.remove(number, for: job.task, at: now)
        guard let member = job.member else { return }
        endings += 1
        staff.end(by: member, at: now, isDone: isDone, order: endings)
        concerns.append(.member(member))
    }

    // MARK: Inputs of a step

    private var context: StepContext { StepContext(now: Self.epoch + now, actor: "simulation") }

    private func itemRandom(_ job: Job, _ running: RunningCase, purpose: UInt64) -> SimulationRandom {
        SimulationRandom(seed: plan.seed, Self.itemStream, UInt64(job.index), job.task.streamKey, running.started[job.task] ?? 0, purpose)
    }
}
