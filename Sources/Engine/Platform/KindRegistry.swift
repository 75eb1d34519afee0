/// Every kind of entity that a house keeps, by name.
public struct KindRegistry: Sendable {
    public let kinds: [any Entity.Type]
    private let byName: [String: any Entity.Type]

    public init(_ kinds: [any Entity.Type]) {
        self.kinds = kinds
        byName = Dictionary(kinds.map { ($0.kindName, $0) }) { first, _ in first }
    }

    public subscript(name: String) -> (any Entity.Type)? { byName[name] }
}

extension Entity {
    /// Of the declaration, for those who do not know which kind they have.
    public static var kindName: String { kind.name }
    public static var kindPlural: String { kind.plural }
    public static var kindReach: Reach { kind.reach }
}
