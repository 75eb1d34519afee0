import XQuery
import XMLTree

/// Checks a specification as a whole. The verdict is that of the reference engine: refused when any finding is an error,
/// accepted otherwise, whatever the warnings say. Findings are in the order of their places in the file.
///
/// What a schema violation is has been decided by the reader already; here the elements' meaning is looked at.
public func verify(_ specification: Specification) -> [Finding] {
    let source = TypeSource.library(of: specification)
    var verifier = Verifier(specification, types: source.types, findings: source.findings)
    verifier.checkSpecification()
    for decomposition in verifier.decompositions {
        verifier.checkVariables(of: decomposition)
        guard case .net(let net) = decomposition else { continue }
        let scope = NetScope(net)
        verifier.checkStructure(of: scope)
        verifier.checkFlows(of: scope)
        for task in scope.tasks { verifier.checkTask(task, in: scope) }
        verifier.checkInitialisation(in: scope)
    }
    return verifier.sortedFindings
}

/// Collects findings; the rules are in extensions, one file for each subject.
struct Verifier {
    let specification: Specification
    /// By id; of several with one id the last counts, as in the reference engine.
    let byID: [String: Decomposition]
    /// Those that count, in document order.
    let decompositions: [Decomposition]
    /// `nil` when the schema is wrong, which is a finding of its own; nothing more is said about types then.
    let types: TypeLibrary?
    private(set) var findings: [Finding]

    init(_ specification: Specification, types: TypeLibrary? = nil, findings: [Finding] = []) {
        self.specification = specification
        byID = Dictionary(specification.decompositions.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        var seen: Set<String> = []
        decompositions = specification.decompositions.reversed().filter { seen.insert($0.id).inserted }.reversed()
        self.types = types
        self.findings = findings
    }

    mutating func error(_ code: String, _ element: String, _ mark: SourceMark, _ message: String, _ excerpt: QueryExcerpt? = nil) {
        findings.append(Finding(code: code, severity: .error, element: element, message: message, mark: mark, excerpt: excerpt))
    }

    mutating func warning(_ code: String, _ element: String, _ mark: SourceMark, _ message: String, _ excerpt: QueryExcerpt? = nil) {
        findings.append(Finding(code: code, severity: .warning, element: element, message: message, mark: mark, excerpt: excerpt))
    }

    /// By place, ties in the order found; the same thing is said once.
    var sortedFindings: [Finding] {
        var said: Set<[String]> = []
        let once = findings.filter { said.insert([$0.code, $0.element, $0.message, "\($0.line):\($0.column)"]).inserted }
        return once.enumerated().sorted { a, b in
            let (x, y) = ((a.element.line, a.element.column, a.offset), (b.element.line, b.element.column, b.offset))
            return x < y
        }.map(\.element)
    }

    func decomposition(of task: NetTask) -> Decomposition? { task.decomposition.flatMap { byID[$0] } }

    func subnet(of task: NetTask) -> Net? { if case .net(let net) = decomposition(of: task) { net } else { nil } }

    /// The task in the reference engine's form.
    func name(_ task: NetTask) -> String { ElementName.task(task.id, isComposite: subnet(of: task) != nil) }

    func name(_ element: NetElement) -> String {
        switch element {
        case .task(let task): name(task)
        case .condition(let condition): ElementName.condition(condition)
        }
    }
}

/// A net with what the rules look up in it again and again.
struct NetScope {
    let net: Net
    let graph: FlowGraph
    let tasks: [NetTask]
    /// By id.
    let elements: [String: NetElement]
    /// Input parameters and local variables by name.
    let variables: [String: Parameter]

    init(_ net: Net) {
        self.net = net
        graph = FlowGraph(net)
        tasks = net.tasks
        elements = Dictionary(net.elements.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        variables = Dictionary((net.common.inputs + net.locals).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// How the reference engine names elements in its messages.
enum ElementName {
    static func task(_ id: String, isComposite: Bool) -> String { (isComposite ? "CompositeTask:" : "AtomicTask:") + id }

    static func condition(_ condition: NetCondition) -> String {
        switch condition.kind {
        case .input: "InputCondition:" + condition.id
        case .output: "OutputCondition:" + condition.id
        case .plain: "Condition:" + condition.id
        }
    }

    static func decomposition(_ decomposition: Decomposition) -> String {
        switch decomposition {
        case .net(let net): "YNet:" + net.id
        case .gateway(let gateway): "YAWLServiceGateway:" + gateway.id
        }
    }
}
