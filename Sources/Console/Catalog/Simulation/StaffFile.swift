// The notation of staff files; docs/simulation.md describes it with an example.

import Simulation
import TextCells
import Workflow
import XMLTree
import YAMLFiles
import Yams

/// Reads who works, how long work takes and what comes out of it, for one specification.
///
/// Whatever does not fit the specification is an error too: a task it does not have would otherwise be staffed in vain.
struct StaffFile {
    /// - Parameters:
    ///   - file: the name diagnostics show.
    ///   - plan: what the file says nothing about stays as it is here.
    static func parse(
        _ text: String, file: String, for specification: ExecutableSpecification, into plan: SimulationPlan
    )
        -> (plan: SimulationPlan, diagnostics: [FileDiagnostic])
    {
        var reader = StaffFile(yaml: YAMLReader(file: file), specification: specification, plan: plan)
        if let root = reader.yaml.root(text, code: "staff") { reader.read(root) }
        return (reader.plan, reader.yaml.diagnostics)
    }

    private static let maxPeople = 10_000

    private var yaml: YAMLReader
    private let specification: ExecutableSpecification
    private var plan: SimulationPlan
    /// Hours of people met so far.
    private var hoursOfPeople: [String: WorkingHours] = [:]

    private mutating func read(_ root: Node.Mapping) {
        for (key, value) in root {
            switch key.string {
            case "arrivals": readArrivals(value)
            case "time": if let time = serviceTime(value) { plan.serviceTime = time }
            case "case": plan.caseData = alternatives(value, of: caseInputs, owner: "a case")
            case "roles": readRoles(value)
            case "tasks": readTasks(value)
            default: error("unknown-key", key, "a staff file has arrivals, time, case, roles and tasks; “\(shown(key))” is none of them")
            }
        }
    }

    // MARK: Arrivals and times

    private mutating func readArrivals(_ node: Node) {
        guard let mapping = node.mapping else {
            if let time = serviceTime(node) { plan.arrivals = time }
            return
        }
        for (key, value) in mapping {
            switch key.string {
            case "every": if let time = serviceTime(value) { plan.arrivals = time }
            case "hours": if let hours = hours(value) { plan.arrivalHours = hours }
            default: error("unknown-key", key, "arrivals have every and hours; “\(shown(key))” is neither")
            }
        }
    }

    private mutating func serviceTime(_ node: Node) -> ServiceTime? {
        if let time = ServiceTime(parsing: node.scalar?.string ?? "") { return time }
        error(
            "time", node,
            "“\(shown(node))” is no time; write exponential 10m, constant 90s, uniform 5m 15m, or 10m alone for an exponential one")
        return nil
    }

    private mutating func hours(_ node: Node) -> WorkingHours? {
        if let hours = WorkingHours(parsing: node.scalar?.string ?? "") { return hours }
        error("hours", node, "“\(shown(node))” are no working hours; write 09:00-17:00, mon-fri 09:00-17:00 or mon,wed 8:00-12:30")
        return nil
    }

    // MARK: Roles

    private mutating func readRoles(_ node: Node) {
        guard let mapping = node.mapping else { return error("roles", node, "roles must be a mapping of names to what they do") }
        for (key, value) in mapping {
            guard let name = key.string, let role = role(name, value, at: key) else { continue }
            if plan.roles.reduce(role.members.count, { $0 + $1.members.count }) > Self.maxPeople {
                return error("role", key, "there are more than \(Self.maxPeople) people in all")
            }
            plan.roles.append(role)
        }
    }

    private mutating func role(_ name: String, _ node: Node, at key: Node) -> StaffRole? {
        guard let mapping = node.mapping else {
            error("role", node, "a role is a mapping with tasks and with capacity or people")
            return nil
        }
        var tasks: [String]?, people: [(name: String, node: Node)] = [], hours = WorkingHours.always, capacity: Int?
        for (key, value) in mapping {
            switch key.string {
            case "tasks":
                let named = names(value)
                if !named.isEmpty { tasks = named.compactMap { isTask($0.name, $0.node) ? $0.name : nil } }
            case "people": people = names(value)
            case "hours": hours = self.hours(value) ?? hours
            case "capacity":
                capacity = value.scalar.flatMap { Int($0.string) }
                if !(0 ... Self.maxPeople).contains(capacity ?? -1) {
                    error("role", value, "a capacity is a whole number from 0 to \(Self.maxPeople)")
                }
            default: error("unknown-key", key, "a role has tasks, capacity, people and hours; “\(shown(key))” is none of them")
            }
        }
        guard let tasks else {
            error("role", key, "the role “\(shown(key))” does no task and would never work; give it tasks")
            return nil
        }
        guard !people.isEmpty else {
            return StaffRole(name: name, capacity: min(max(capacity ?? 1, 0), Self.maxPeople), tasks: tasks, hours: hours)
        }
        if capacity != nil {
            error("role", key, "“\(shown(key))” has both people and a capacity; the capacity is the number of people, leave it out")
        }
        for (person, node) in people {
            if let known = hoursOfPeople[person], known != hours {
                error("person", node, "\(Sanitizer.line(person)) is in another role with other hours; give both roles the same")
            }
            hoursOfPeople[person] = hours
        }
        return StaffRole(name: name, members: people.map(\.name), tasks: tasks, hours: hours)
    }

    /// A list of names, or one; none twice.
    private mutating func names(_ node: Node) -> [(name: String, node: Node)] {
        var found: [(name: String, node: Node)] = []
        for part in node.sequence.map({ Array($0) }) ?? [node] {
            guard let name = part.scalar?.string, !name.isEmpty else {
                error("name", part, "here is a name missing")
                continue
            }
            if found.contains(where: { $0.name == name }) {
                error("name", part, "“\(shown(part))” is named twice")
            } else {
                found.append((name, part))
            }
        }
        return found
    }

    // MARK: Tasks and data

    private mutating func readTasks(_ node: Node) {
        guard let mapping = node.mapping else { return error("tasks", node, "tasks must be a mapping of task ids to times and outputs") }
        for (key, value) in mapping {
            guard let task = key.string, isTask(task, key) else { continue }
            guard let settings = value.mapping else {
                error("task", value, "a task is a mapping with time and outputs")
                continue
            }
            var profile = TaskProfile()
            for (key, value) in settings {
                switch key.string {
                case "time": profile.serviceTime = serviceTime(value)
                case "outputs": profile.outputs = alternatives(value, of: outputs(of: task), owner: "task \(task)")
                default: error("unknown-key", key, "a task has time and outputs; “\(shown(key))” is neither")
                }
            }
            plan.tasks[task] = profile
        }
    }

    private mutating func alternatives(_ node: Node, of parameters: [Parameter], owner: String) -> [WeightedData] {
        guard let list = node.sequence else {
            error("data", node, "this must be a list of alternatives such as - { weight: 3, data: \"<ok>true</ok>\" }")
            return []
        }
        return list.compactMap { alternative($0, of: parameters, owner: owner) }
    }

    private mutating func alternative(_ node: Node, of parameters: [Parameter], owner: String) -> WeightedData? {
        guard let mapping = node.mapping else {
            error("data", node, "an alternative is a mapping with weight and data")
            return nil
        }
        var result = WeightedData(values: [])
        for (key, value) in mapping {
            switch key.string {
            case "weight":
                result.weight = value.scalar.flatMap { Int($0.string) } ?? 0
                if !(1 ... WeightedData.maxWeight).contains(result.weight) {
                    error("weight", value, "a weight is a whole number from 1 to \(WeightedData.maxWeight)")
                    result.weight = 1
                }
            case "data": result.values = values(value, of: parameters, owner: owner)
            default: error("unknown-key", key, "an alternative has weight and data; “\(shown(key))” is neither")
            }
        }
        return result
    }

    /// Elements named after parameters, each fitting its type.
    private mutating func values(_ node: Node, of parameters: [Parameter], owner: String) -> [XMLDocument] {
        let elements: [XMLDocument]
        do {
            elements = try XMLDocument.parse("<data>\(node.scalar?.string ?? "")</data>").root?.elements.map { $0.detached() } ?? []
        } catch let failure {
            error("data", node, "this is not XML: \(failure.message)")
            return []
        }
        for value in elements {
            let name = value.root?.localName ?? ""
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                let known = parameters.map(\.name).joined(separator: ", ")
                error("data", node, "\(owner) has no parameter \(name); " + (known.isEmpty ? "it has none" : "it has \(known)"))
                continue
            }
            let violations =
                switch parameter.type {
                case .named(let type, _): specification.types.validate(value, name: name, type: type)
                case .element(let element): specification.types.validate(value, element: element)
                case .untyped, .missing: [] as [SchemaViolation]
                }
            if let violation = violations.first { error("data", node, "\(name) of \(owner): \(violation)") }
        }
        return elements
    }

    // MARK: The specification

    private var caseInputs: [Parameter] { specification.nets[specification.rootNet]?.net.common.inputs ?? [] }

    /// Tasks of this id that somebody works on, in every net.
    private func tasks(_ id: String) -> [GraphTask] {
        specification.specification.nets.compactMap { specification.nets[$0.id]?.tasks[id] }.filter { $0.decomposition != nil }
    }

    private func outputs(of task: String) -> [Parameter] { tasks(task).flatMap { $0.decomposition?.outputs ?? [] } }

    private mutating func isTask(_ name: String, _ node: Node) -> Bool {
        if !tasks(name).isEmpty { return true }
        let known = specification.specification.nets.flatMap(\.tasks).map(\.id).filter { !tasks($0).isEmpty }.sorted()
        error(
            "unknown-task", node,
            "there is no task “\(shown(node))” that somebody works on; there are " + known.prefix(12).joined(separator: ", "))
        return false
    }

    // MARK: Complaints

    private mutating func error(_ code: String, _ node: Node, _ message: String) {
        yaml.report(.error, "staff-" + code, node.mark, message)
    }

    /// A piece of the file, fit for a line of text.
    private func shown(_ node: Node) -> String { Sanitizer.line(node.scalar?.string ?? "").truncated(to: 40) }
}
