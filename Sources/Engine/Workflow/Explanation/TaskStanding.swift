/// How a task of a running net stands, and when it does not run the smallest reason for that.
public struct TaskStanding: Sendable, Equatable {
    public let net: CaseID
    /// Id of the net's definition.
    public let netName: String
    public let task: String
    public let reason: Reason

    public enum Reason: Sendable, Equatable {
        /// Somebody works on it, or could: its items that are not done.
        case items([WorkItemID], ItemStatus, owner: String?)
        /// A composite task, or one whose items are all done but not their number: nets that run for it.
        case subnets([CaseID])
        /// Its tokens are there, but the case is suspended or has ended.
        case caseStands(CaseStatus)
        /// Enabled, though nothing of it is on offer: the next step offers or runs it.
        case about
        /// Its join has the tokens of `present` and waits for these ways in.
        case missing([MissingToken], present: [String])
        /// An OR join that has tokens, but another one may still come: from where to where.
        case mayStillCome(way: [String], present: [String])
        /// No token has come as far yet; `way` leads from what is going on to the task.
        case notReached(way: [String], closed: ClosedFlow?)
        /// Nothing that is going on leads here any more.
        case unreachable(closed: ClosedFlow?)
    }

    /// A condition before a join without a token.
    public struct MissingToken: Sendable, Equatable {
        public let condition: String
        /// From a token or a busy task to that condition; empty when nothing can bring one any more.
        public let way: [String]
        public let closed: ClosedFlow?
    }

    /// A flow that its split would not take as the data are now.
    public struct ClosedFlow: Sendable, Equatable {
        public let task: String
        public let predicate: String
        /// What the predicate speaks of, with the values of now.
        public let values: [Value]

        public struct Value: Sendable, Equatable {
            public let name: String
            public let value: String
        }

        /// `Check would not go there: /net/amount > 100 is false with amount = 50`
        public var text: String {
            let known = values.map { "\($0.name) = \($0.value.isEmpty ? "nothing" : $0.value)" }.joined(separator: ", ")
            return "\(task) does not go that way while \(predicate) is false" + (known.isEmpty ? "" : " (\(known))")
        }
    }

    /// One word for the kind of reason.
    public var state: String {
        switch reason {
        case .items(_, let status, _): status == .enabled || status == .fired ? "on offer" : status.text.lowercased()
        case .subnets: "running"
        case .caseStands(let status): status.text
        case .about: "enabled"
        case .missing: "waiting"
        case .mayStillCome: "waiting"
        case .notReached: "not reached"
        case .unreachable: "out of reach"
        }
    }

    /// The reason as one sentence.
    public var text: String {
        switch reason {
        case .items(let items, let status, let owner):
            let names = Self.list(items.map(\.description))
            switch status {
            case .enabled, .fired: return "\(names) can be started by anybody it is offered to"
            case .executing: return "\(names) \(items.count == 1 ? "is" : "are") being worked on" + (owner.map { " by \($0)" } ?? "")
            case .suspended: return "\(names) \(items.count == 1 ? "is" : "are") suspended"
            case .deadlocked: return "\(names) will wait for ever: nothing in the net can move"
            default: return "\(names): \(status.text)"
            }
        case .subnets(let nets): return "its \(nets.count == 1 ? "net runs as" : "nets run as") \(Self.list(nets.map(\.description)))"
        case .caseStands(let status): return "its tokens are there, but the case is \(status.text)"
        case .about: return "its tokens are there; the next step deals with it"
        case .missing(let missing, let present):
            let lacks = missing.map { token in
                let from = token.way.isEmpty ? "nothing can bring one any more" : Self.origin(token.way)
                return "no token in \(token.condition) (\(from)\(token.closed.map { "; \($0.text)" } ?? ""))"
            }
            return lacks.joined(separator: "; ") + (present.isEmpty ? "" : "; there is one in \(Self.list(present))")
        case .mayStillCome(let way, let present):
            return "has a token in \(Self.list(present)), and another may still come: \(Self.path(way))"
        case .notReached(let way, let closed):
            return "not reached yet: \(Self.path(way)) \(way.count == 1 ? "comes" : "come") first" + (closed.map { "; \($0.text)" } ?? "")
        case .unreachable(let closed): return "nothing that is going on leads here any more" + (closed.map { "; \($0.text)" } ?? "")
        }
    }

    private static func origin(_ way: [String]) -> String { way.count < 2 ? "due from \(way.first ?? "")" : "may come by \(path(way))" }
    private static func path(_ way: [String]) -> String { list(way, separator: " → ", most: 6) }

    private static func list(_ names: [String], separator: String = ", ", most: Int = 4) -> String {
        guard names.count > most, let last = names.last else { return names.joined(separator: separator) }
        return names.prefix(most - 1).joined(separator: separator) + separator + "…" + separator + last
    }
}
