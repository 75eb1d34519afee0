import XQuery

/// A multiple instance task's block ready to run (yawl.md 3).
public struct GraphInstances: Sendable {
    /// A number given in the file or worked out from the net's data.
    enum Bound: Sendable {
        case literal(Int)
        case query(Query)
    }

    let minimum: Bound
    let maximum: Bound
    let threshold: Bound
    let isDynamic: Bool
    /// The element to be split, over the net.
    let input: Query
    /// One element per instance, over that element.
    let splitting: Query
    let formalInput: String
    let output: Output?

    struct Output: Sendable {
        /// What an instance contributes, over its output.
        let formal: Query
        /// The contributions as one value, over a document of all of them in the order of completion.
        let joining: Query
        let variable: String
    }

    init(_ block: MultipleInstances, of task: NetTask) throws(ExecutionError) {
        func query(_ text: String, _ role: String) throws(ExecutionError) -> Query {
            try compileQuery(text, as: .expression, of: task, role: role)
        }
        func bound(_ text: String, _ role: String) throws(ExecutionError) -> Bound {
            if let number = Int(text.filter { !$0.isWhitespace }) { return .literal(number) }
            return .query(try query(text, role))
        }
        minimum = try bound(block.minimum, "minimum")
        maximum = try bound(block.maximum, "maximum")
        threshold = try bound(block.threshold, "threshold")
        isDynamic = block.creationMode == "dynamic"
        input = try query(block.inputQuery, "instances' input")
        splitting = try query(block.splittingQuery, "splitting query")
        formalInput = block.formalInput
        if let output = block.output {
            self.output = Output(formal: try query(output.formalOutputQuery, "instance's output"),
                                 joining: try query(output.joiningQuery, "joining query"), variable: output.variable)
        } else {
            output = nil
        }
    }
}
