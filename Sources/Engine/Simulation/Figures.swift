import Workflow

/// What a simulation notes while it runs, and the report made of it.
struct Figures {
    private struct Key: Hashable {
        let net: String
        let task: String
    }

    private struct Times {
        var waiting: [Int64] = []
        var cycle: [Int64] = []
        var expired = 0
    }

    private struct Ending: Hashable {
        let kind: SimulationReport.Outcome.Kind
        let reason: String
    }

    /// Reasons can quote data, so there may be as many as cases; beyond so many they are counted together.
    private static let maxReasons = 50

    var arrived = 0
    var cycles: [Int64] = []
    private(set) var ended = 0
    private var endings: [Ending: Int] = [:]
    private var tasks: [Key: Times] = [:]

    mutating func end(_ kind: SimulationReport.Outcome.Kind, _ reason: String) {
        ended += 1
        let known = Ending(kind: kind, reason: reason)
        let isRoom = endings.count < Self.maxReasons || endings[known] != nil
        endings[isRoom ? known : Ending(kind: kind, reason: "for other reasons"), default: 0] += 1
    }

    mutating func start(net: String, task: String, waiting: Int64) {
        tasks[Key(net: net, task: task), default: Times()].waiting.append(waiting)
    }

    mutating func complete(net: String, task: String, cycle: Int64) {
        tasks[Key(net: net, task: task), default: Times()].cycle.append(cycle)
    }

    mutating func expire(net: String, task: String) { tasks[Key(net: net, task: task), default: Times()].expired += 1 }

    func report(_ specification: ExecutableSpecification, _ plan: SimulationPlan, _ staff: Staff, span: Int64) -> SimulationReport {
        let outcomes = endings.map { SimulationReport.Outcome(kind: $0.key.kind, reason: $0.key.reason, cases: $0.value) }
            .sorted { ($1.cases, $0.kind.rawValue, $0.reason) < ($0.cases, $1.kind.rawValue, $1.reason) }
        return SimulationReport(
            outcomes: outcomes, arrived: arrived, items: tasks.values.reduce(0) { $0 + $1.cycle.count }, span: span,
            cycle: SimulationReport.Band(cycles), tasks: taskFigures(specification, plan, staff),
            roles: plan.roles.indices.map { role(plan.roles[$0], at: $0, staff, span) })
    }

    private func taskFigures(
        _ specification: ExecutableSpecification, _ plan: SimulationPlan, _ staff: Staff
    ) -> [SimulationReport.TaskFigures] {
        specification.specification.nets.flatMap { net in
            net.tasks.compactMap { task -> SimulationReport.TaskFigures? in
                guard specification.nets[net.id]?.tasks[task.id]?.decomposition != nil else { return nil }
                let times = tasks[Key(net: net.id, task: task.id)] ?? Times()
                return SimulationReport.TaskFigures(
                    net: net.id, task: task.id, roles: staff.roles(of: task.id).map { plan.roles[$0].name },
                    waiting: SimulationReport.Band(times.waiting), cycle: SimulationReport.Band(times.cycle), expired: times.expired)
            }
        }
    }

    private func role(_ role: StaffRole, at index: Int, _ staff: Staff, _ span: Int64) -> SimulationReport.RoleFigures {
        let members = staff.members.filter { $0.roles.contains(index) }
        func utilisation(_ members: [Staff.Member]) -> Double {
            let busy = members.reduce(0.0) { sum, member in
                sum + Double(member.busy + (member.work.map { member.hours.time(from: $0.since, to: span) } ?? 0))
            }
            let available = members.reduce(0.0) { $0 + Double($1.hours.time(from: 0, to: span)) }
            return available > 0 ? busy / available : 0
        }
        return SimulationReport.RoleFigures(
            name: role.name, capacity: members.count, utilisation: utilisation(members), meanQueue: staff.backlogs[index].mean(until: span),
            longestQueue: staff.backlogs[index].longest,
            people: role.isAnonymous ? [] : members.map { .init(name: $0.name, utilisation: utilisation([$0]), served: $0.served) })
    }
}
