/// Where in a specification something is: `net Order, task Pay, flow to Ship`. Empty for the specification as a whole.
public struct ElementPath: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        case type, element, net, work, condition, task, variable, input, output
        case enablement = "enablement parameter"
        case flow = "flow to"
        case startingMapping = "input mapping to"
        case completedMapping = "output mapping to"
        case enablementMapping = "enablement mapping to"
    }

    public struct Part: Sendable, Hashable {
        public let kind: Kind
        public let name: String
    }

    public let parts: [Part]

    public static let specification = ElementPath(parts: [])
    static func net(_ id: String) -> ElementPath { specification.appending(.net, id) }

    func appending(_ kind: Kind, _ name: String) -> ElementPath { ElementPath(parts: parts + [Part(kind: kind, name: name)]) }

    /// The elements it is in, the outermost first, without itself and the specification.
    var enclosing: [ElementPath] { parts.indices.dropFirst().map { ElementPath(parts: Array(parts[..<$0])) } }

    public var description: String {
        parts.isEmpty ? "specification" : parts.map { "\($0.kind.rawValue) \($0.name)" }.joined(separator: ", ")
    }
}
