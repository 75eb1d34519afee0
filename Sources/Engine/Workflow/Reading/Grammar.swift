import XMLTree

/// The grammar of one schema version as a table: which children each element has, in which order and how often, and which
/// attributes. Our own statement of what the published YAWL schemas allow.
struct Grammar: Sendable {
    /// By rule name. Element names are not unique (`join` of a task and of a configuration), rules are.
    var rules: [String: Rule] = [:]
    let rootRule: String

    struct Rule: Sendable {
        var attributes: [Attribute] = []
        /// Attributes beyond the table are extended attributes, kept as they are.
        var isOpen = false
        var content: Content = .empty
    }

    struct Attribute: Sendable {
        let name: String
        let value: TextRule
        var isRequired = true
    }

    enum Content: Sendable {
        case empty
        case text(TextRule)
        case elements(Particle)
        /// Whatever is inside is kept and not looked at.
        case anything
        /// The kind of content is named by `xsi:type`; without one the key is "".
        case byType([String: String])
    }

    /// A piece of a content model. Models are deterministic, so that matching never has to go back.
    indirect enum Particle: Sendable {
        case element(String, rule: String, min: Int, max: Int)
        case sequence([Particle], optional: Bool)
        case choice([Particle], min: Int, max: Int)
        /// One element of the XML Schema namespace.
        case schema

        /// `true` when the particle may match nothing.
        var isNullable: Bool {
            switch self {
            case .element(_, _, let min, _): min == 0
            case .sequence(let parts, let optional): optional || parts.allSatisfy(\.isNullable)
            case .choice(let parts, let min, _): min == 0 || parts.contains(where: \.isNullable)
            case .schema: true
            }
        }

        /// Names of the elements the particle can begin with.
        var first: [String] {
            switch self {
            case .element(let name, _, _, _): return [name]
            case .choice(let parts, _, _): return parts.flatMap(\.first)
            case .schema: return ["xs:schema"]
            case .sequence(let parts, _):
                var names: [String] = []
                for part in parts {
                    names += part.first
                    if !part.isNullable { break }
                }
                return names
            }
        }
    }
}

/// Short spellings for the tables.
extension Grammar.Particle {
    static func one(_ name: String, _ rule: String) -> Self { .element(name, rule: rule, min: 1, max: 1) }
    static func optional(_ name: String, _ rule: String) -> Self { .element(name, rule: rule, min: 0, max: 1) }
    static func many(_ name: String, _ rule: String) -> Self { .element(name, rule: rule, min: 0, max: .max) }
    static func some(_ name: String, _ rule: String) -> Self { .element(name, rule: rule, min: 1, max: .max) }
    static func all(_ parts: [Self]) -> Self { .sequence(parts, optional: false) }
    static func either(_ parts: [Self]) -> Self { .choice(parts, min: 1, max: 1) }
}

extension Grammar.Rule {
    static func text(_ rule: TextRule, _ attributes: [Grammar.Attribute] = []) -> Self {
        Self(attributes: attributes, content: .text(rule))
    }

    static func elements(_ parts: [Grammar.Particle], _ attributes: [Grammar.Attribute] = [], isOpen: Bool = false) -> Self {
        Self(attributes: attributes, isOpen: isOpen, content: .elements(.all(parts)))
    }

    static func attributes(_ attributes: [Grammar.Attribute]) -> Self { Self(attributes: attributes) }
}
