import XMLTree

/// Holds a document against a grammar and says of every element that does not fit what was expected there.
struct GrammarCheck {
    let grammar: Grammar
    let namespace: String
    private(set) var findings: [Finding] = []

    private static let instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"
    private static let schemaNamespace = "http://www.w3.org/2001/XMLSchema"
    /// Enough to mend a file by; a wholly foreign file would otherwise give thousands.
    static let maxFindings = 50

    init(grammar: Grammar, namespace: String) {
        self.grammar = grammar
        self.namespace = namespace
    }

    mutating func check(root: XMLNode) { check(root, rule: grammar.rootRule) }

    private mutating func check(_ node: XMLNode, rule name: String) {
        guard let rule = grammar.rules[name], findings.count < Self.maxFindings else { return }
        checkAttributes(node, rule)
        switch rule.content {
        case .anything: return
        case .empty:
            refuseText(node)
            if let child = node.elements.first {
                refuse("yawl-schema-content", child, "\(node.localName) has no content, but contains \(child.localName)")
            }
        case .text(let text):
            if let child = node.elements.first {
                refuse("yawl-schema-content", child, "\(node.localName) holds text only, but contains the element \(child.localName)")
            } else if let complaint = text.complaint(node.stringValue) {
                refuse("yawl-schema-value", node, "the content of \(node.localName) \(complaint)")
            }
        case .elements(let particle):
            refuseText(node)
            checkChildren(of: node, particle)
        case .byType(let types):
            // The prefix of the type name does not matter: there is only one namespace of types.
            let written = node.attribute("type", namespace: Self.instanceNamespace)?.trimmingXMLSpace() ?? ""
            let type = written.split(separator: ":").last.map(String.init) ?? ""
            if let actual = types[type] {
                check(node, rule: actual)
            } else {
                let known = types.keys.filter { !$0.isEmpty }.sorted().joined(separator: " or ")
                refuse(
                    "yawl-schema-type", node,
                    written.isEmpty
                        ? "\(node.localName) must say by xsi:type what it is: \(known)"
                        : "\(node.localName) has the xsi:type \(written); expected \(known)")
            }
        }
    }

    private mutating func checkAttributes(_ node: XMLNode, _ rule: Grammar.Rule) {
        if case .byType = rule.content { return }
        let present = node.attributes
        for attribute in rule.attributes {
            if let value = present.first(where: { $0.name == XMLName(attribute.name) })?.value {
                if let complaint = attribute.value.complaint(value) {
                    refuse("yawl-schema-value", node, "the attribute \(attribute.name) of \(node.localName) \(complaint)")
                }
            } else if attribute.isRequired {
                refuse("yawl-schema-attribute", node, "\(node.localName) lacks the attribute \(attribute.name)")
            }
        }
        guard !rule.isOpen else { return }
        for (name, _) in present where name.namespace != Self.instanceNamespace {
            if name.namespace.isEmpty && rule.attributes.contains(where: { $0.name == name.local }) { continue }
            let known = rule.attributes.map(\.name).joined(separator: ", ")
            refuse(
                "yawl-schema-attribute", node,
                "\(node.localName) has an unknown attribute \(name)"
                    + (known.isEmpty ? "; it has none" : "; it knows \(known)"))
        }
    }

    private mutating func refuseText(_ node: XMLNode) {
        guard let text = node.children.first(where: { $0.kind == .text }) else { return }
        refuse(
            "yawl-schema-content", node,
            "\(node.localName) contains the text \"\(TextRule.shortened(text.stringValue.trimmingXMLSpace()))\", "
                + "but only elements are allowed there")
    }

    private mutating func refuse(_ code: String, _ node: XMLNode, _ message: String) {
        guard findings.count < Self.maxFindings else { return }
        findings.append(Finding(code: code, severity: .error, element: node.localName, message: message, mark: SourceMark(node.position)))
    }

    // MARK: Content models

    private mutating func checkChildren(of node: XMLNode, _ particle: Grammar.Particle) {
        var run = Run(children: node.elements, namespace: namespace)
        let matched = run.match(particle)
        for (child, rule) in run.matched { check(child, rule: rule) }
        if let child = run.next {
            let place = run.expected.isEmpty ? "nothing more may follow" : "expected " + Self.list(run.expected)
            let foreign =
                child.name.namespace == namespace ? "" : " (in \(child.name.namespace.isEmpty ? "no namespace" : child.name.namespace))"
            refuse("yawl-schema-element", child, "\(child.localName)\(foreign) is not allowed here in \(node.localName): \(place)")
        } else if !matched {
            refuse("yawl-schema-missing", node, "\(node.localName) is not complete: expected " + Self.list(run.expected))
        }
    }

    private static func list(_ names: [String]) -> String {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.joined(separator: " or ")
    }

    /// One pass over an element's children.
    private struct Run {
        let children: [XMLNode]
        let namespace: String
        var at = 0
        var matched: [(XMLNode, String)] = []
        /// What could have come where the run stands.
        var expected: [String] = []

        init(children: [XMLNode], namespace: String) {
            self.children = children
            self.namespace = namespace
        }

        var next: XMLNode? { at < children.count ? children[at] : nil }

        private func isNext(_ name: String) -> Bool {
            guard let next else { return false }
            if name == "xs:schema" { return next.name.namespace == GrammarCheck.schemaNamespace }
            return next.localName == name && next.name.namespace == namespace
        }

        private mutating func take(_ rule: String?) {
            if let rule { matched.append((children[at], rule)) }
            at += 1
            expected = []
        }

        mutating func match(_ particle: Grammar.Particle) -> Bool {
            switch particle {
            case .element(let name, let rule, let min, let max):
                var count = 0
                while count < max && isNext(name) {
                    take(rule)
                    count += 1
                }
                if count < max { expected.append(name) }
                return count >= min
            case .schema:
                if isNext("xs:schema") { take(nil) } else { expected.append("xs:schema") }
                return true
            case .sequence(let parts, let optional):
                if optional && !particle.first.contains(where: isNext) {
                    expected += particle.first
                    return true
                }
                for part in parts where !match(part) { return false }
                return true
            case .choice(let parts, let min, let max):
                var count = 0
                while count < max, let part = parts.first(where: { $0.first.contains(where: isNext) }) {
                    guard match(part) else { return false }
                    count += 1
                }
                if count < max { expected += parts.flatMap(\.first) }
                return count >= min || parts.contains(where: \.isNullable)
            }
        }
    }
}
