/// The rules of our own, which the reference engine does not have: none of them refuses a file, some keep it from being run here.
public enum MizzenRule: String, Sendable, CaseIterable {
    case duplicateDecomposition = "mizzen-duplicate-decomposition"
    case severalRootNets = "mizzen-several-root-nets"
    case duplicateFlow = "mizzen-duplicate-flow"
    case decompositionMissing = "mizzen-decomposition-missing"
    case removesUnknownFlow = "mizzen-removes-unknown-flow"
    case mappingUnknownParameter = "mizzen-mapping-unknown-parameter"
    case timerVariable = "mizzen-timer-variable"
    case timerUnknown = "mizzen-timer-unknown"
    case queryInvalid = "mizzen-query-invalid"
    case queryUnsupported = "mizzen-query-unsupported"
    case timerRange = "mizzen-timer-range"
    case costPredicate = "mizzen-cost-predicate"

    /// A case of such a specification cannot be started here.
    public var blocksRunning: Bool {
        switch self {
        case .duplicateDecomposition, .severalRootNets, .duplicateFlow, .decompositionMissing, .removesUnknownFlow,
            .mappingUnknownParameter, .timerVariable, .timerUnknown, .queryInvalid, .costPredicate:
            false
        case .queryUnsupported, .timerRange: true
        }
    }
}

extension Finding {
    /// Whether a case may not be started with this: every error, and the rules of our own that say so.
    public var blocksRunning: Bool { severity == .error || (MizzenRule(rawValue: code)?.blocksRunning ?? false) }
}
