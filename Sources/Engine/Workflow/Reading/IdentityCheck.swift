import XMLTree

/// Uniqueness and references inside a file, as far as the schemas demand them. Two constraints that the release schemas state but
/// attach where they never apply (unique decompositions, `decomposesTo` pointing at one) are left to verification.
struct IdentityCheck {
    let version: SchemaVersion
    private var findings: [Finding] = []

    init(version: SchemaVersion) { self.version = version }

    func check(root: XMLNode) -> [Finding] {
        var check = self
        for specification in root.elements("specification") { check.checkSpecification(specification) }
        if version == .beta2 { check.checkBetaSet(root) }
        return check.findings
    }

    private mutating func checkSpecification(_ specification: XMLNode) {
        for decomposition in specification.elements where ["decomposition", "rootNet"].contains(decomposition.localName) {
            checkVariables(decomposition)
            let elements = decomposition.element("processControlElements")?.elements ?? []
            checkNet(elements)
            for task in elements where task.localName == "task" { checkTask(task) }
        }
    }

    private mutating func checkVariables(_ node: XMLNode) {
        let isRoot = node.localName == "rootNet"
        // Beta 2 compares local variables only in the root net.
        let variables = node.elements.filter {
            $0.localName == "inputParam" || ($0.localName == "localVariable" && (version != .beta2 || isRoot))
        }
        unique(variables, "variable", in: node) { Self.variableName($0) }
        unique(node.elements("outputParam"), "output parameter", in: node) { Self.variableName($0) }
        unique(node.elements("enablementParam"), "enablement parameter", in: node) { Self.variableName($0) }
        unique(node.elements("outputExpression"), "output expression", in: node) { $0.attribute("query") }
    }

    private static func variableName(_ node: XMLNode) -> String? {
        node.attribute("name") ?? node.element("name")?.stringValue.trimmingXMLSpace()
    }

    private mutating func checkNet(_ elements: [XMLNode]) {
        unique(elements, "id", in: nil) { Self.id($0) }
        let ids = Set(elements.compactMap(Self.id))
        for element in elements {
            var references = element.elements("flowsInto").compactMap { $0.element("nextElementRef") }
            references += element.elements("removesTokens")
            references += element.elements("removesTokensFromFlow").flatMap(\.elements)
            for reference in references {
                guard let id = Self.id(reference), !ids.contains(id) else { continue }
                refuse(
                    "yawl-schema-reference", reference,
                    "\(reference.localName) of \(Self.id(element) ?? "") points at \"\(id)\", "
                        + "which is no element of the same net; add the element or correct the id")
            }
        }
    }

    private mutating func checkTask(_ task: XMLNode) {
        for block in task.elements where ["startingMappings", "completedMappings", "enablementMappings"].contains(block.localName) {
            unique(block.elements("mapping").compactMap { $0.element("expression") }, "query", in: block) { $0.attribute("query") }
            unique(block.elements("mapping").compactMap { $0.element("mapsTo") }, "target", in: block) { $0.stringValue.trimmingXMLSpace() }
        }
        guard let resourcing = task.element("resourcing") else { return }
        let name: (XMLNode) -> String? = { $0.element("name")?.stringValue }
        if let distribution = resourcing.element("offer")?.element("distributionSet") {
            unique(distribution.element("initialSet")?.elements("param") ?? [], "parameter", in: distribution, name)
            unique(distribution.element("filters")?.elements("filter") ?? [], "filter", in: distribution, name)
            unique(distribution.element("constraints")?.elements("constraint") ?? [], "constraint", in: distribution, name)
            let selectors = (distribution.element("filters")?.elements ?? []) + (distribution.element("constraints")?.elements ?? [])
            for selector in selectors { checkSelector(selector) }
        }
        if let allocator = resourcing.element("allocate")?.element("allocator") { checkSelector(allocator) }
        let privileges = resourcing.element("privileges")?.elements ?? []
        unique(privileges, "privilege", in: resourcing, name)
        if [.v2_0, .v2_1, .v2_2].contains(version) { for privilege in privileges { checkPrivilegeSet(privilege) } }
    }

    private mutating func checkSelector(_ node: XMLNode) {
        unique(node.element("params")?.elements ?? [], "parameter", in: node) { $0.element("key")?.stringValue }
    }

    /// Up to 2.2 a constraint in the schema, probably not meant so, allows no more than one of each kind.
    private mutating func checkPrivilegeSet(_ privilege: XMLNode) {
        for kind in ["participant", "role"] {
            guard let second = privilege.element("set")?.elements(kind).dropFirst().first else { continue }
            refuse(
                "yawl-schema-duplicate", second,
                "a privilege's set can name only one \(kind) in schema \(version.rawValue); use version 3.0 or later")
        }
    }

    /// In Beta 2 the ids of decompositions and of net elements are unique in the whole file.
    private mutating func checkBetaSet(_ root: XMLNode) {
        let specifications = root.elements("specification")
        let decompositions = specifications.flatMap { $0.elements("decomposition") }
        unique(decompositions, "decomposition", in: nil) { Self.id($0) }
        let nets = decompositions + specifications.compactMap { $0.element("rootNet") }
        let elements = nets.flatMap { $0.element("processControlElements")?.elements ?? [] }
        unique(elements, "id", in: nil) { Self.id($0) }
        let ids = Set(decompositions.compactMap(Self.id))
        for reference in elements.compactMap({ $0.element("decomposesTo") }) {
            guard let id = Self.id(reference), !ids.contains(id) else { continue }
            refuse("yawl-schema-reference", reference, "decomposesTo points at \"\(id)\", which is no decomposition of this file")
        }
    }

    private static func id(_ node: XMLNode) -> String? { node.attribute("id")?.trimmingXMLSpace() }

    private mutating func unique(_ nodes: [XMLNode], _ what: String, in owner: XMLNode?, _ key: (XMLNode) -> String?) {
        var seen: [String: XMLNode] = [:]
        for node in nodes {
            guard let key = key(node) else { continue }
            if let first = seen[key] {
                let place = owner.map { " in \($0.localName)\(Self.id($0).map { " " + $0 } ?? "")" } ?? ""
                let at = first.position.map { " (first at \($0))" } ?? ""
                refuse(
                    "yawl-schema-duplicate", node, "the \(what) \"\(TextRule.shortened(key))\" occurs twice\(place)\(at); it must be unique"
                )
            } else {
                seen[key] = node
            }
        }
    }

    private mutating func refuse(_ code: String, _ node: XMLNode, _ message: String) {
        let finding = Finding(code: code, severity: .error, element: node.localName, message: message, mark: SourceMark(node.position))
        // The checks of a net and of the whole Beta 2 set overlap.
        if findings.count < GrammarCheck.maxFindings, !findings.contains(finding) { findings.append(finding) }
    }
}
