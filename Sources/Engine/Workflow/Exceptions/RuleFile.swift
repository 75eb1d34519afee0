import XMLTree

/// Reads a rule file of the worklet service (`.xrs`): a root `spec` with one branch per kind of rule, trees of `ruleNode`
/// elements in them, one per task where the kind is about items.
public enum RuleFile {
    public static let maxBytes = 4 << 20
    static let maxRules = 10_000

    /// - Parameter specification: whose rules they are; every task named must be one of its tasks, by id, decomposition or name.
    /// - Throws: everything that is wrong, with line and column (the first fifty).
    public static func read(_ bytes: [UInt8], file: String, for specification: Specification) throws(SpecificationError) -> RuleSet {
        let document: XMLDocument
        do {
            var options = XMLParseOptions.specification
            options.maxBytes = maxBytes
            document = try XMLDocument.parse(bytes, options: options)
        } catch {
            let finding = Finding(
                code: error.code.rawValue, severity: .error, message: "the file is not acceptable XML: \(error.message)",
                mark: SourceMark(error.position.line > 0 ? error.position : nil))
            throw SpecificationError(file: file, findings: [finding])
        }
        var reader = RuleReader(specification: specification, locator: SourceLocator(bytes))
        if let root = document.root { reader.read(root) }
        guard reader.findings.isEmpty else { throw SpecificationError(file: file, findings: Array(reader.findings.prefix(50))) }
        return reader.rules
    }
}

private struct RuleReader {
    let specification: Specification
    let locator: SourceLocator
    var rules = RuleSet()
    var findings: [Finding] = []
    private var count = 0

    init(specification: Specification, locator: SourceLocator) {
        self.specification = specification
        self.locator = locator
    }

    private mutating func refuse(_ code: String, _ node: XMLNode, _ message: String) {
        findings.append(Finding(code: "rules-" + code, severity: .error, message: message, mark: SourceMark(node.position)))
    }

    // MARK: Branches

    mutating func read(_ root: XMLNode) {
        guard root.localName == "spec" else {
            return refuse("root", root, "the root element of a rule file is spec, not \(root.localName)")
        }
        let meant = root.attribute("uri") ?? root.attribute("name")
        if let meant, !meant.isEmpty, meant != specification.uri {
            refuse("other-specification", root, "the file has the rules of \(meant), not of \(specification.uri)")
        }
        branch(root, path: [])
    }

    /// Elements on the way to a kind's trees, or those trees.
    private mutating func branch(_ node: XMLNode, path: [String]) {
        let kinds = RuleKind.allCases.filter { $0.path.starts(with: path) }
        if let kind = kinds.first(where: { $0.path == path }) { return trees(of: kind, in: node) }
        for child in node.elements {
            let deeper = path + [child.localName]
            if kinds.contains(where: { $0.path.starts(with: deeper) }) {
                branch(child, path: deeper)
            } else {
                let names = Set(kinds.compactMap { $0.path.dropFirst(path.count).first }).sorted().joined(separator: ", ")
                refuse("element", child, "\(child.localName) is not expected in \(node.localName); there may be \(names)")
            }
        }
    }

    private mutating func trees(of kind: RuleKind, in node: XMLNode) {
        if kind.isForCase {
            if let tree = tree(of: kind, in: node) { keep(tree, kind, "", node) }
            return
        }
        for child in node.elements {
            guard child.localName == "task", let name = child.attribute("name") ?? child.attribute("id") else {
                refuse("element", child, "rules about items stand in elements <task name=\"…\">, not in \(child.localName)")
                continue
            }
            let tasks = tasks(named: name)
            if tasks.isEmpty { refuse("task", child, "\(specification.uri) has no task \(name)") }
            if let tree = tree(of: kind, in: child) { for task in tasks { keep(tree, kind, task, child) } }
        }
    }

    private mutating func keep(_ tree: RuleTree, _ kind: RuleKind, _ task: String, _ node: XMLNode) {
        guard rules.trees[kind]?[task] == nil else {
            return refuse("twice", node, "there are two trees for \(kind.text)\(task.isEmpty ? "" : " of task \(task)")")
        }
        rules.trees[kind, default: [:]][task] = tree
    }

    /// By id; else by decomposition, which is what the worklet service's editor writes; else by name.
    private func tasks(named name: String) -> [String] {
        let all = specification.nets.flatMap(\.tasks)
        for fits in [{ $0.id == name }, { $0.decomposition == name }, { $0.label == name }] as [(NetTask) -> Bool] {
            let found = all.filter(fits)
            if !found.isEmpty { return Set(found.map(\.id)).sorted() }
        }
        return []
    }

    // MARK: Trees

    private mutating func tree(of kind: RuleKind, in node: XMLNode) -> RuleTree? {
        var found: [Int: (rule: Rule, parent: Int, node: XMLNode)] = [:]
        let before = findings.count
        for child in node.elements {
            count += 1
            guard count <= RuleFile.maxRules else {
                refuse("too-many", child, "the file has more than \(RuleFile.maxRules) rules")
                return nil
            }
            guard child.localName == "ruleNode" else {
                refuse("element", child, "\(child.localName) is not expected here; a tree consists of ruleNode elements")
                continue
            }
            guard let (rule, parent) = rule(of: kind, in: child) else { continue }
            if found.updateValue((rule, parent, child), forKey: rule.id) != nil {
                refuse("id", child, "there are two rules \(rule.id) in this tree")
            }
        }
        guard findings.count == before else { return nil }
        let roots = found.values.filter { $0.parent < 0 }
        guard let root = roots.first, roots.count == 1 else {
            refuse(
                "root-rule", node,
                roots.isEmpty
                    ? "the tree has no root: a rule whose parent is -1" : "the tree has \(roots.count) roots; one rule has the parent -1")
            return nil
        }
        for entry in found.values.sorted(by: { $0.rule.id < $1.rule.id }) {
            for (role, child) in [("true", entry.rule.trueChild), ("false", entry.rule.falseChild)] {
                guard let child else { continue }
                if found[child]?.parent != entry.rule.id {
                    refuse(
                        "child", entry.node,
                        "rule \(entry.rule.id) has the \(role) child \(child), "
                            + (found[child].map { "whose parent is \($0.parent)" } ?? "which is not there"))
                }
            }
            if entry.rule.trueChild != nil, entry.rule.trueChild == entry.rule.falseChild {
                refuse("child", entry.node, "rule \(entry.rule.id) has the same child for true and false")
            }
            if entry.parent >= 0,
                found[entry.parent].map({ $0.rule.trueChild != entry.rule.id && $0.rule.falseChild != entry.rule.id }) ?? true
            {
                refuse("parent", entry.node, "rule \(entry.rule.id) is no child of its parent \(entry.parent)")
            }
        }
        guard findings.count == before else { return nil }
        let tree = RuleTree(root: root.rule.id, rules: found.mapValues(\.rule))
        // Every rule is a child of its parent; what the root does not reach is a circle.
        let reached = Set(tree.inOrder.map(\.id))
        for entry in found.values where !reached.contains(entry.rule.id) {
            refuse("circle", entry.node, "rule \(entry.rule.id) is its own ancestor")
        }
        return findings.count == before ? tree : nil
    }

    private mutating func rule(of kind: RuleKind, in node: XMLNode) -> (rule: Rule, parent: Int)? {
        let before = findings.count
        let id = number("id", in: node), parent = number("parent", in: node)
        let trueChild = number("trueChild", in: node), falseChild = number("falseChild", in: node)
        let steps = conclusion(of: kind, in: node)
        guard let written = node.element("condition") else {
            refuse("condition", node, "a ruleNode has a condition")
            return nil
        }
        let condition: RuleCondition
        do {
            condition = try RuleCondition(written.stringValue)
        } catch {
            let mark = locator.content(of: written)
            findings.append(
                Finding(
                    code: "rules-condition", severity: .error,
                    message: "the condition “\(written.stringValue.trimmingXMLSpace())” cannot be read: "
                        + error.message, mark: mark))
            return nil
        }
        guard findings.count == before, let id, let parent else { return nil }
        func child(_ number: Int?) -> Int? { number.flatMap { $0 < 0 ? nil : $0 } }
        let rule = Rule(
            id: id, trueChild: child(trueChild), falseChild: child(falseChild), condition: condition, conclusion: steps,
            cornerstone: node.element("cornerstone")?.elements.map { $0.detached().serialized() }.joined() ?? "",
            description: node.element("description")?.stringValue.trimmingXMLSpace() ?? "")
        return (rule, parent)
    }

    private mutating func number(_ name: String, in node: XMLNode) -> Int? {
        let element = node.element(name)
        if let number = element.flatMap({ Int($0.stringValue.trimmingXMLSpace()) }), number >= -1 { return number }
        refuse(
            "number", element ?? node,
            element == nil
                ? "a ruleNode has an element \(name)"
                : "\(name) is a whole number, -1 for none, not “\(element?.stringValue.trimmingXMLSpace() ?? "")”")
        return nil
    }

    /// Steps in the order of their numbers: `<step index="1">`, or `<_1>` in older files. A text is the worklet of a selection,
    /// and `null` nothing.
    private mutating func conclusion(of kind: RuleKind, in node: XMLNode) -> [ExletStep] {
        guard let conclusion = node.element("conclusion") else { return [] }
        let text = conclusion.elements.isEmpty ? conclusion.stringValue.trimmingXMLSpace() : ""
        if !text.isEmpty, text != "null" {
            if kind == .itemSelection, let step = ExletStep(.select, target: text) { return [step] }
            refuse("conclusion", conclusion, "a conclusion is null or consists of steps, not of “\(text)”")
        }
        var steps: [(place: Int, step: ExletStep)] = []
        for element in conclusion.elements {
            let written =
                element.localName == "step"
                ? element.attribute("index") : element.localName.hasPrefix("_") ? String(element.localName.dropFirst()) : nil
            guard let place = written.flatMap({ Int($0) }), !steps.contains(where: { $0.place == place }) else {
                refuse("step", element, "a step is <step index=\"1\">, each number once")
                continue
            }
            if let step = step(of: kind, in: element) { steps.append((place, step)) }
        }
        return steps.sorted { $0.place < $1.place }.map(\.step)
    }

    private mutating func step(of kind: RuleKind, in node: XMLNode) -> ExletStep? {
        let name = node.element("action")?.stringValue.trimmingXMLSpace() ?? ""
        let target = node.element("target")?.stringValue.trimmingXMLSpace() ?? ""
        guard let action = ExletStep.Action(rawValue: name.lowercased()) else {
            refuse(
                "action", node.element("action") ?? node,
                "“\(name)” is no action; there are "
                    + ExletStep.Action.allCases.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        guard let step = ExletStep(action, target: target) else {
            refuse("target", node.element("target") ?? node, "“\(target)” is nothing that \(action.rawValue) can be done to")
            return nil
        }
        if kind.isForCase, step.target == .workitem {
            refuse("target", node.element("target") ?? node, "a rule about the case has no workitem to \(action.rawValue)")
            return nil
        }
        if (kind == .itemSelection) != (action == .select) {
            refuse(
                "action", node.element("action") ?? node,
                kind == .itemSelection
                    ? "a selection concludes with select only"
                    : "select is for selections; run worklets with compensate")
            return nil
        }
        return step
    }
}
