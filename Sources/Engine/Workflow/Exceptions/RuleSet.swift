/// One node of a ripple-down rule tree.
public struct Rule: Sendable {
    public let id: Int
    public let trueChild: Int?
    public let falseChild: Int?
    public let condition: RuleCondition
    /// Empty when the rule concludes that nothing is wrong.
    public let conclusion: [ExletStep]
    /// The data that led to the rule, as the file has them.
    public let cornerstone: String
    public let description: String
}

/// Ripple-down rules: from the root to the true child of a node whose condition holds, else to its false child; the conclusion
/// is that of the last node whose condition held.
public struct RuleTree: Sendable {
    public let root: Int
    public let rules: [Int: Rule]

    /// Asks one condition after the other. A condition that cannot be evaluated does not hold, and is reported.
    func conclude(_ holds: (Rule) -> Bool) -> Rule? {
        var found: Rule?
        var next = rules[root]
        // The reader accepts trees only; the bound costs nothing and makes it certain that this ends.
        for _ in 0 ..< rules.count {
            guard let rule = next else { break }
            if holds(rule) {
                found = rule
                next = rule.trueChild.flatMap { rules[$0] }
            } else {
                next = rule.falseChild.flatMap { rules[$0] }
            }
        }
        return found
    }

    /// From the root down, a rule before its children.
    public var inOrder: [Rule] {
        var result: [Rule] = []
        var waiting = [root]
        while let id = waiting.popLast(), result.count < rules.count, let rule = rules[id] {
            result.append(rule)
            waiting += [rule.falseChild, rule.trueChild].compactMap(\.self)
        }
        return result
    }
}

/// All rules of a specification.
public struct RuleSet: Sendable {
    /// By kind and task id; the trees of the case itself are under "".
    public internal(set) var trees: [RuleKind: [String: RuleTree]] = [:]

    /// Whether there are rules about this for a task, or for the case.
    public func answers(_ kind: RuleKind, task: String?) -> Bool { tree(kind, task: task) != nil }

    func tree(_ kind: RuleKind, task: String?) -> RuleTree? { trees[kind]?[kind.isForCase ? "" : task ?? ""] }

    /// Every specification that some conclusion runs as a worklet, in alphabetical order.
    public var worklets: [String] {
        let steps = trees.values.flatMap(\.values).flatMap { $0.rules.values }.flatMap(\.conclusion)
        return Set(steps.flatMap(\.worklets)).sorted()
    }
}
