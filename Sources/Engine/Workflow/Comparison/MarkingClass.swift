/// Where a case stands, without what is its own: tokens and busy tasks of all its nets, case numbers and data left out. Cases
/// of one class can be treated alike.
public struct MarkingClass: Sendable, Hashable, CustomStringConvertible {
    public struct NetMarking: Sendable, Hashable, CustomStringConvertible {
        /// The root net's id, and for a subnet the composite tasks that lead to it: `Order/Pack`.
        public let path: String
        public let tokens: SmallDictionary<String, Int>
        /// Ascending.
        public let busy: [String]

        public var description: String {
            let places = tokens.sorted { $0.key.precedes($1.key) }.map { $1 == 1 ? $0 : "\($1) × \($0)" }
            return "\(path): " + (places + busy.map { "\($0) at work" }).joined(separator: ", ")
        }
    }

    /// By path; several of one path are instances of a composite task.
    public let nets: [NetMarking]

    public init(_ state: CaseState) {
        nets = state.nets.values.map { net in
            NetMarking(path: Self.path(of: net, in: state), tokens: net.tokens, busy: net.busy.keys.sorted { $0.precedes($1) })
        }.sorted { $0.description.precedes($1.description) }
    }

    public var description: String { nets.map(\.description).joined(separator: "; ") }

    private static func path(of net: NetState, in state: CaseState) -> String {
        var names: [String] = [], current = net
        while let parent = current.parent, let outer = state.nets[parent.caseID] {
            names.append(parent.task)
            current = outer
        }
        return ([current.net] + names.reversed()).joined(separator: "/")
    }
}
