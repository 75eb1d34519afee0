/// The rule that a local variable has a value before a task reads it: on every way from the input condition to the task there is
/// an initial value or a task that must write it.
///
/// As in the reference engine the reading is recognised by text: a starting query that contains `/Net/variable/`. Strings are
/// forgiven (they read as empty), and input parameters always have their value.
extension Verifier {
    mutating func checkInitialisation(in scope: NetScope) {
        guard let input = scope.graph.input else { return }
        let unset = scope.net.locals.filter { $0.initialValue?.isEmpty ?? true }
        guard !unset.isEmpty else { return }
        var readers: [String: [NetTask]] = [:]
        for task in scope.tasks {
            for variable in variablesRead(by: task, in: scope.net) { readers[variable, default: []].append(task) }
        }
        var writers: [String: Set<String>] = [:]
        for task in scope.tasks {
            for variable in variablesWritten(by: task) { writers[variable, default: []].insert(task.id) }
        }
        for variable in unset {
            guard let tasks = readers[variable.name] else { continue }
            let paths = scope.graph.paths(from: input, avoiding: writers[variable.name] ?? [])
            for task in tasks {
                guard let way = paths.elements(to: task.id, first: 4, last: 3) else { continue }
                report(variable, task, on: way.joined(separator: " → "))
            }
        }
    }

    private mutating func report(_ variable: Parameter, _ task: NetTask, on way: String) {
        if variable.typeName == "string" {
            warning(
                "yawl-maybe-empty", name(task), task.mark,
                "\(task.id) reads \(variable.name), which is still empty on the way \(way); "
                    + "give it an initial value if that is not meant")
        } else {
            error(
                "yawl-uninitialised", name(task), task.mark,
                "\(task.id) reads \(variable.name), which has no value yet on the way \(way); "
                    + "give \(variable.name) an initial value or let a task before \(task.id) write it")
        }
    }

    /// Every name between `/Net/` and the next `/` in the task's starting queries.
    private func variablesRead(by task: NetTask, in net: Net) -> Set<String> {
        guard decomposition(of: task) != nil else { return [] }
        var queries = task.startingMappings.map(\.query)
        if let instances = task.multipleInstances { queries.append(instances.inputQuery) }
        var names: Set<String> = []
        for query in queries {
            let steps = query.split(separator: "/", omittingEmptySubsequences: false)
            guard steps.count > 3 else { continue }
            for index in 1 ..< steps.count - 2 where steps[index] == net.id { names.insert(String(steps[index + 1])) }
        }
        return names
    }

    /// A completion mapping writes its variable unless it reads an output that may be left out.
    private func variablesWritten(by task: NetTask) -> Set<String> {
        guard let decomposition = decomposition(of: task) else { return [] }
        let optional = decomposition.common.outputs.filter(\.isOptional)
        var names: Set<String> = []
        if let variable = task.multipleInstances?.output?.variable { names.insert(variable) }
        for mapping in task.completedMappings
        where !optional.contains(where: { mapping.query.contains("/\(decomposition.id)/\($0.name)") }) {
            names.insert(mapping.target)
        }
        return names
    }
}
