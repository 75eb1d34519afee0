/// How large a schema's model groups and unions become once every reference is replaced by what it stands for, and how long
/// the chains of references are. The compiler follows them by recursion and does the replacing, so a few lines could
/// otherwise keep it busy for hours, and a few thousand exhaust its stack.
struct SchemaExpansion {
    /// Parts of the largest global component; links of the longest chain of references.
    private(set) var largest = 0
    private(set) var longestChain = 0

    private struct Measure {
        var size = 1
        var chain = 0

        mutating func add(_ other: Measure) {
            size = min(size + other.size, 1 << 40)
            chain = max(chain, other.chain)
        }
    }

    private var known: [String: Measure] = [:]
    private var open: Set<String> = []
    private var globals: [String: XMLNode] = [:]
    private let chainLimit: Int

    /// Stops following a chain beyond `chainLimit`, which then shows in `longestChain`.
    init(_ root: XMLNode, chainLimit: Int) {
        self.chainLimit = chainLimit
        for component in root.elements {
            guard let name = component.attribute("name") else { continue }
            switch component.localName {
            case "group", "attributeGroup": globals[component.localName + " " + name] = component
            case "simpleType", "complexType": globals["type " + name] = component
            default: break
            }
        }
        for component in root.elements {
            let measure = measure(component)
            largest = max(largest, measure.size)
            longestChain = max(longestChain, measure.chain)
        }
    }

    private mutating func measure(_ node: XMLNode) -> Measure {
        var sum = Measure()
        switch node.localName {
        case "group", "attributeGroup":
            if let group = node.attribute("ref") { sum.add(measureGlobal(node.localName + " ", group)) }
        case "union":
            for member in (node.attribute("memberTypes") ?? "").split(whereSeparator: \.isWhitespace) {
                sum.add(measureGlobal("type ", String(member)))
            }
        case "restriction", "extension":
            if let base = node.attribute("base") { sum.add(measureGlobal("type ", base)) }
        case "list":
            if let item = node.attribute("itemType") { sum.add(measureGlobal("type ", item)) }
        default: break
        }
        for child in node.elements { sum.add(measure(child)) }
        return sum
    }

    /// Circles are the compiler's to refuse; here they count once.
    private mutating func measureGlobal(_ kind: String, _ qualified: String) -> Measure {
        let key = kind + qualified.nameWithoutPrefix
        if let known = known[key] { return known }
        guard open.count <= chainLimit else { return Measure(size: 1, chain: chainLimit + 1) }
        guard let component = globals[key], open.insert(key).inserted else { return Measure(size: 1, chain: 1) }
        var found = measure(component)
        found.chain += 1
        open.remove(key)
        known[key] = found
        return found
    }
}

extension String {
    /// The part of a qualified name after its prefix.
    var nameWithoutPrefix: String { lastIndex(of: ":").map { String(self[index(after: $0)...]) } ?? self }
}
