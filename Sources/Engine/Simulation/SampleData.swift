import Workflow
import XMLTree

/// Data nobody is there to enter: what a case is started with and what an item is completed with. In this order: the plan's
/// alternatives by their weights, an input of the same name, the specification's default, a default instance of the type.
struct SampleData {
    private let specification: ExecutableSpecification
    private let plan: SimulationPlan
    private let inputs: [Sample]
    private let caseRoot: String
    private var tasks: [String: [String: Signature]] = [:]

    /// A parameter with the value that is taken when there is no better one.
    private struct Sample {
        let parameter: Parameter
        let value: XMLDocument?
    }

    private struct Signature {
        let root: String
        let outputs: [Sample]
    }

    init(_ specification: ExecutableSpecification, plan: SimulationPlan) {
        self.specification = specification
        self.plan = plan
        let net = specification.nets[specification.rootNet]?.net
        caseRoot = specification.specification.schemaVersion.hasSimpleRootData ? "data" : specification.rootNet
        inputs = Self.samples(of: net?.common.inputs ?? [], specification, keepsDefaults: false)
    }

    /// The document of case parameters; nil when the root net takes none.
    func caseParameters(_ random: inout SimulationRandom) -> XMLDocument? {
        guard !inputs.isEmpty else { return nil }
        let given = Self.pick(plan.caseData, &random)
        return XMLDocument(element: caseRoot, children: inputs.compactMap { given[$0.parameter.name] ?? $0.value })
    }

    /// What an item is completed with; nil when its task gives nothing back.
    mutating func output(of item: WorkItem, inNet net: String, _ random: inout SimulationRandom) -> XMLDocument? {
        let task = item.id.task
        guard let signature = signature(net, task), !signature.outputs.isEmpty else { return nil }
        let given = Self.pick(plan.tasks[task]?.outputs ?? [], &random)
        let input = item.data?.root
        return XMLDocument(
            element: signature.root,
            children: signature.outputs.compactMap { sample in
                if let value = given[sample.parameter.name] { return value }
                if let own = input?.element(sample.parameter.name), !own.isEmpty { return own.detached() }
                return sample.value
            })
    }

    private mutating func signature(_ net: String, _ task: String) -> Signature? {
        if let known = tasks[net]?[task] { return known }
        guard let decomposition = specification.nets[net]?.tasks[task]?.decomposition else { return nil }
        let root = specification.specification.schemaVersion.hasSimpleRootData ? "data" : decomposition.id
        let made = Signature(root: root, outputs: Self.samples(of: decomposition.outputs, specification, keepsDefaults: true))
        tasks[net, default: [:]][task] = made
        return made
    }

    /// - Parameter keepsDefaults: the engine puts the default values in itself.
    private static func samples(of parameters: [Parameter], _ specification: ExecutableSpecification, keepsDefaults: Bool) -> [Sample] {
        parameters.sortedByIndex().map { parameter in
            if let text = parameter.defaultValue, !text.isEmpty {
                let value = keepsDefaults ? nil : try? XMLDocument.parse("<\(parameter.name)>\(text)</\(parameter.name)>")
                return Sample(parameter: parameter, value: value)
            }
            if parameter.isOptional { return Sample(parameter: parameter, value: nil) }
            let value =
                switch parameter.type {
                case .named(let type, _): specification.types.defaultInstance(named: parameter.name, of: type)
                case .element(let element): specification.types.defaultInstance(ofElement: element)
                case .untyped, .missing: nil as XMLDocument?
                }
            return Sample(parameter: parameter, value: value ?? XMLDocument(element: parameter.name))
        }
    }

    private static func pick(_ alternatives: [WeightedData], _ random: inout SimulationRandom) -> [String: XMLDocument] {
        guard !alternatives.isEmpty else { return [:] }
        var draw = random.below(alternatives.reduce(0) { $0 + $1.weight })
        for alternative in alternatives {
            if draw < alternative.weight {
                return Dictionary(alternative.values.map { ($0.root?.localName ?? "", $0) }) { first, _ in first }
            }
            draw -= alternative.weight
        }
        return [:]
    }
}
