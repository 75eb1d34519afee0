import XMLTree

/// What a step wants to know from an external data gateway. A step is pure: where an answer is missing it is refused with the
/// question, whoever drives it fetches the answer and takes the same step again with it (`StepContext.gatewayAnswers`).
public struct GatewayRead: Sendable, Equatable {
    public let gateway: String
    public let specification: SpecificationID
    /// The net the value is for; nil while a case is being started, which has no number yet.
    public let caseID: CaseID?
    /// The task whose input is asked for; nil for a case's own data at its start.
    public let task: String?
    /// Names of the values wanted: one for a task, all variables nobody supplied for a case.
    public let names: [String]
    /// The net's data as they are.
    public let data: XMLDocument

    public init(gateway: String, specification: SpecificationID, caseID: CaseID?, task: String?, names: [String], data: XMLDocument) {
        self.gateway = gateway
        self.specification = specification
        self.caseID = caseID
        self.task = task
        self.names = names
        self.data = data
    }
}

extension ExecutionError {
    /// The step needs an answer it has not got.
    init(missing read: GatewayRead) {
        self.init(
            .conflict, "gateway-not-asked",
            "the external data gateway \(read.gateway) has to be asked for \(read.names.joined(separator: ", ")) first",
            missing: read)
    }
}
