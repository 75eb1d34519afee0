import XQuery

/// A multiple instance task's block ready to run.
public struct GraphInstances: Sendable {
    /// A number given in the file or worked out from the net's data.
    enum Bound: Sendable {
        case literal(Int)
        case query(UncheckedQuery)
    }

    let minimum: Bound
    let maximum: Bound
    let threshold: Bound
    let isDynamic: Bool
    /// The element to be split, over the net.
    let input: UncheckedQuery
    /// One element per instance, over that element.
    let splitting: UncheckedQuery
    let formalInput: String
    let output: Output?

    struct Output: Sendable {
        /// What an instance contributes, over its output.
        let formal: UncheckedQuery
        /// The contributions as one value, over a document of all of them in the order of completion.
        let joining: UncheckedQuery
        let variable: String
    }

    init(_ block: MultipleInstances, of task: NetTask) {
        func query(_ text: String, _ role: String) -> UncheckedQuery { UncheckedQuery(text, of: task, role: role) }
        func bound(_ text: String, _ role: String) -> Bound {
            if let number = Int(text.filter { !$0.isWhitespace }) { return .literal(number) }
            return .query(query(text, role))
        }
        minimum = bound(block.minimum, "minimum")
        maximum = bound(block.maximum, "maximum")
        threshold = bound(block.threshold, "threshold")
        isDynamic = block.creationMode == "dynamic"
        input = query(block.inputQuery, "instances' input")
        splitting = query(block.splittingQuery, "splitting query")
        formalInput = block.formalInput
        if let output = block.output {
            self.output = Output(
                formal: query(output.formalOutputQuery, "instance's output"),
                joining: query(output.joiningQuery, "joining query"), variable: output.variable)
        } else {
            output = nil
        }
    }
}
