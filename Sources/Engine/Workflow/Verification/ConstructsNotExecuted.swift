/// The constructs in nets a case can get to that this engine does not execute yet: each is named with its place. Empty means that
/// nothing in the specification's shape keeps a case from being started; its verdict is another question (`verify`).
public func constructsNotExecuted(in specification: Specification) -> [Finding] {
    guard let root = specification.rootNet else { return [] }
    var verifier = Verifier(specification)
    let used = verifier.reachableDecompositions(from: root)
    for case .net(let net) in verifier.decompositions where used.contains(net.id) {
        verifier.findConstructsNotExecuted(in: net, isRoot: net.id == root.id)
    }
    return verifier.sortedFindings
}

extension Verifier {
    mutating func findConstructsNotExecuted(in net: Net, isRoot: Bool) {
        if isRoot, let gateway = net.externalDataGateway {
            notExecuted(.dataGateway, "YNet:" + net.id, net.common.mark, "the net \(net.id) gets its data through the gateway \(gateway)")
        }
        for task in net.tasks {
            for mapping in task.startingMappings + task.completedMappings where mapping.isExternal {
                notExecuted(.externalMapping, name(task), mapping.mark, "\(task.id) gets \(mapping.target) from an external data gateway (\(mapping.query))")
            }
        }
    }

    private mutating func notExecuted(_ rule: MizzenRule, _ element: String, _ mark: SourceMark, _ what: String) {
        warning(rule.rawValue, element, mark, what + ", which this version does not execute yet")
    }
}
