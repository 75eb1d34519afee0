/// One action of a conclusion, with what it is done to.
public struct ExletStep: Sendable, Equatable, Codable {
    public enum Action: String, Sendable, Codable, CaseIterable {
        /// Lets go on what was suspended.
        case `continue`
        case suspend
        /// Cancels.
        case remove
        case restart
        /// Completes by force.
        case complete
        case fail
        /// Runs worklets, and waits for them.
        case compensate
        case rollback
        /// Runs a worklet that does the work of the item.
        case select

        /// Whether the target names worklets.
        var runsWorklets: Bool { self == .compensate || self == .select }
    }

    public enum Target: Sendable, Equatable {
        case workitem
        case thisCase
        /// Every open case of the specification.
        case allCases
        /// The case, the one it serves as a worklet, the one that serves, and so on.
        case ancestorCases
        /// Specifications by uri or identifier.
        case worklets([String])
    }

    public let action: Action
    public let target: Target

    public var worklets: [String] { if case .worklets(let names) = target { names } else { [] } }

    public var text: String { "\(action.rawValue) \(targetText)" }

    /// As rule files write it.
    var targetText: String {
        switch target {
        case .workitem: "workitem"
        case .thisCase: "case"
        case .allCases: "allcases"
        case .ancestorCases: "ancestorCases"
        case .worklets(let names): names.joined(separator: ",")
        }
    }

    init(_ action: Action, _ target: Target) {
        self.action = action
        self.target = target
    }

    /// Nil when the action cannot be done to such a target.
    init?(_ action: Action, target: String) {
        let name = target.lowercased()
        switch action {
        case .compensate, .select:
            let names = target.split(separator: ",").map { String($0).trimmingXMLSpace() }.filter { !$0.isEmpty }
            guard !names.isEmpty, action == .compensate || names.count == 1 else { return nil }
            self.init(action, .worklets(names))
        case .restart, .complete, .fail, .rollback:
            guard name == "workitem" else { return nil }
            self.init(action, .workitem)
        case .continue, .suspend, .remove:
            switch name {
            case "workitem": self.init(action, .workitem)
            case "case": self.init(action, .thisCase)
            case "allcases": self.init(action, .allCases)
            case "ancestorcases": self.init(action, .ancestorCases)
            default: return nil
            }
        }
    }

    enum CodingKeys: String, CodingKey { case action, target }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let action = try container.decode(Action.self, forKey: .action)
        let target = try container.decode(String.self, forKey: .target)
        guard let step = ExletStep(action, target: target) else {
            throw DecodingError.dataCorruptedError(
                forKey: .target, in: container, debugDescription: "\(action.rawValue) \(target) is no step")
        }
        self = step
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(action, forKey: .action)
        try container.encode(targetText, forKey: .target)
    }
}
