/// A small net made by chance, the same for the same seed: as plain data for a reference to work on, and as a YAWL file. All kinds
/// of joins and splits, deferred choices, loops, cancellation of tasks, conditions and flows, empty, composite and multiple
/// instance tasks.
///
/// Loops lead through a task that somebody has to do, so a case never goes on for ever by itself. Predicates ask for letters in
/// the variable `v`, which every piece of work sets: `a` stands for the first flow of the task, `b` for the second and so on.
public struct RandomNet: Sendable {
    public enum Code: String, Sendable { case and, or, xor }
    public enum Kind: Sendable { case atomic, empty, composite, multiple }

    public struct Task: Sendable {
        public var id: String
        public var join: Code
        public var split: Code
        public var kind: Kind = .atomic
        /// Ids of tasks and conditions; the last one is the default flow of an XOR or OR split.
        public var targets: [String]
        public var removes: [String] = []
        /// Flows between tasks.
        public var removedFlows: [Flow] = []
    }

    public struct Flow: Sendable, Hashable {
        public var source: String
        public var target: String
    }

    public struct Condition: Sendable {
        public var id: String
        public var targets: [String]
    }

    public let id: String
    public var tasks: [Task]
    /// The input condition `i` first; the output condition `o` last.
    public var conditions: [Condition]

    /// What composite tasks run: S, then T and U side by side, then V.
    public static let subnet = RandomNet(
        id: "Sub",
        tasks: [
            Task(id: "S", join: .xor, split: .and, targets: ["T", "U"]), Task(id: "T", join: .xor, split: .and, targets: ["V"]),
            Task(id: "U", join: .xor, split: .xor, targets: ["V"]), Task(id: "V", join: .and, split: .and, targets: ["o"]),
        ], conditions: [Condition(id: "i", targets: ["S"]), Condition(id: "o", targets: [])])

    init(id: String, tasks: [Task], conditions: [Condition]) {
        self.id = id
        self.tasks = tasks
        self.conditions = conditions
    }

    /// - Parameter kinds: false makes every task atomic.
    public init(seed: UInt64, kinds: Bool = true) {
        var random = SeededRandom(seed)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0 ..< 100, using: &random) < percent }
        func code() -> Code { [Code.and, .and, .xor, .xor, .xor, .or, .or][Int.random(in: 0 ..< 7, using: &random)] }

        let taskCount = Int.random(in: 2 ... 6, using: &random), conditionCount = [0, 0, 1, 1, 2][Int.random(in: 0 ..< 5, using: &random)]
        // In an order in which most flows lead forward.
        var order = (0 ..< taskCount).map { String(["A", "B", "C", "D", "E", "F"][$0]) }
        for number in 0 ..< conditionCount { order.insert("c\(number)", at: Int.random(in: 1 ... order.count, using: &random)) }
        func isTask(_ id: String) -> Bool { !id.hasPrefix("c") && id != "i" && id != "o" }

        var targets: [String: [String]] = [:]
        func join(_ source: String, _ target: String) {
            if !targets[source, default: []].contains(target) { targets[source, default: []].append(target) }
        }
        for (place, id) in order.enumerated() {
            let later = order[(place + 1)...].filter { isTask(id) || isTask($0) }
            for _ in 0 ..< [1, 1, 1, 2, 2, 3][Int.random(in: 0 ..< 6, using: &random)] {
                if let next = later.randomElement(using: &random), !chance(15) || !isTask(id) {
                    join(id, next)
                } else if isTask(id) {
                    join(id, "o")
                }
            }
        }
        // Everything can be reached from something before it.
        for (place, id) in order.enumerated() where place > 0 && !order[..<place].contains(where: { targets[$0]?.contains(id) == true }) {
            let sources = order[..<place].filter { isTask($0) || isTask(id) }
            if let source = sources.randomElement(using: &random) { join(source, id) }
        }
        var kind: [String: Kind] = [:]
        for id in order where isTask(id) {
            kind[id] =
                !kinds
                ? .atomic
                : [Kind.empty, .empty, .composite, .multiple, .atomic, .atomic, .atomic, .atomic, .atomic, .atomic][
                    Int.random(in: 0 ..< 10, using: &random)]
            if targets[id] == nil { join(id, "o") }
            if chance(15), kind[id] == .atomic || kind[id] == .multiple,
                let back = order.filter({ $0 <= id || !isTask($0) }).randomElement(using: &random),
                let from = order.firstIndex(of: id), let to = order.firstIndex(of: back), to <= from
            {
                join(id, back)
            }
        }
        var tasks: [Task] = []
        for id in order where isTask(id) {
            let flows = (targets[id] ?? []).shuffled(using: &random)
            var task = Task(id: id, join: code(), split: code(), kind: kind[id] ?? .atomic, targets: flows)
            if chance(20) {
                let conditions = order.filter { !isTask($0) }
                let between = order.filter(isTask).flatMap { source in
                    (targets[source] ?? []).filter(isTask).map { Flow(source: source, target: $0) }
                }
                for _ in 0 ..< Int.random(in: 1 ... 2, using: &random) {
                    switch Int.random(in: 0 ..< 4, using: &random) {
                    case 0:
                        if let condition = conditions.randomElement(using: &random), !task.removes.contains(condition) {
                            task.removes.append(condition)
                        }
                    case 1:
                        if let flow = between.randomElement(using: &random), !task.removedFlows.contains(flow) {
                            task.removedFlows.append(flow)
                        }
                    default:
                        if let other = order.filter(isTask).randomElement(using: &random), !task.removes.contains(other) {
                            task.removes.append(other)
                        }
                    }
                }
            }
            tasks.append(task)
        }
        // The input condition may be a deferred choice itself.
        let firsts = chance(10) ? order.filter(isTask).prefix(2) : order.filter(isTask).prefix(1)
        id = "Net"
        self.tasks = tasks
        conditions =
            [Condition(id: "i", targets: Array(firsts))]
            + order.filter { !isTask($0) }.map { Condition(id: $0, targets: targets[$0] ?? []) }.filter { !$0.targets.isEmpty }
            + [Condition(id: "o", targets: [])]
        let known = Set(conditions.map(\.id))
        for index in self.tasks.indices {
            self.tasks[index].targets.removeAll { $0.hasPrefix("c") && !known.contains($0) }
            self.tasks[index].removes.removeAll { $0.hasPrefix("c") && !known.contains($0) }
            if self.tasks[index].targets.isEmpty { self.tasks[index].targets = ["o"] }
        }
    }

    // MARK: As a file

    public var text: String {
        let used = tasks.map(\.kind)
        return YAWLText.set(
            "random", decomposition(isRoot: true), used.contains(.composite) ? Self.subnet.decomposition(isRoot: false) : "",
            YAWLText.gateway("Work", outputs: [YAWLText.output("v")]),
            used.contains(.multiple)
                ? YAWLText.gateway("Many", inputs: [YAWLText.input("e")], outputs: [YAWLText.output("v", index: 1)]) : "")
    }

    private func decomposition(isRoot: Bool) -> String {
        let elements =
            conditions.filter { $0.id != "i" && $0.id != "o" }.map { condition in
                "<condition id=\"\(condition.id)\">\(condition.targets.map { YAWLText.flow(to: $0) }.joined())</condition>"
            } + tasks.map { text($0) }
        let locals = [YAWLText.local("v", initial: "a"), YAWLText.local("l", index: 1, initial: "x")]
        let first = conditions[0].targets
        let net = YAWLText.net(id, isRoot: isRoot, locals: locals, start: first[0], elements.joined(separator: "\n"))
        return first.count == 1
            ? net
            : net.replacing(
                "<nextElementRef id=\"\(first[0])\"/></flowsInto></inputCondition>",
                with: "<nextElementRef id=\"\(first[0])\"/></flowsInto>\(YAWLText.flow(to: first[1]))</inputCondition>")
    }

    /// The letter that makes a split take the flow.
    public static func letter(_ flow: Int) -> String { String(["a", "b", "c", "d", "e", "f", "g", "h"][flow % 8]) }

    private func text(_ task: Task) -> String {
        let flows = task.targets.enumerated().map { number, target in
            let isLast = number == task.targets.count - 1
            let test = "contains(/\(id)/v, '\(Self.letter(number))')"
            return switch task.split {
            case .and: YAWLText.flow(to: target)
            case .xor: isLast ? YAWLText.flow(to: target, isDefault: true) : YAWLText.flow(to: target, if: test, order: number)
            case .or: YAWLText.flow(to: target, if: test, isDefault: isLast)
            }
        }
        let removes =
            task.removes.map { "<removesTokens id=\"\($0)\"/>" }.joined()
            + task.removedFlows.map {
                "<removesTokensFromFlow><flowSource id=\"\($0.source)\"/><flowDestination id=\"\($0.target)\"/></removesTokensFromFlow>"
            }.joined()
        let decomposition: String? =
            switch task.kind {
            case .atomic: "Work"
            case .empty: nil
            case .composite: "Sub"
            case .multiple: "Many"
            }
        let completed: [(query: String, to: String)] =
            switch task.kind {
            case .atomic: [("<v>{/Work/v/text()}</v>", "v")]
            case .multiple: [("<v>{/Many/v/text()}</v>", "v")]
            case .empty, .composite: []
            }
        let written = YAWLText.task(
            task.id, to: flows, join: task.join.rawValue, split: task.split.rawValue, removes: removes, completed: completed,
            does: decomposition)
        guard task.kind == .multiple else { return written }
        let block = """
            <minimum>1</minimum><maximum>3</maximum><threshold>2</threshold><creationMode code="static"/>
            <miDataInput><expression query="/\(id)/l"/>\
            <splittingExpression query="for $x in (1, 2) return &lt;e&gt;{$x}&lt;/e&gt;"/>\
            <formalInputParam>e</formalInputParam></miDataInput>
            """
        return written.replacing(
            "<task id=\"\(task.id)\">", with: "<task id=\"\(task.id)\" xsi:type=\"MultipleInstanceExternalTaskFactsType\">"
        )
        .replacing("</task>", with: block + "</task>")
    }
}
