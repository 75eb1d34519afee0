/// One way in which a document breaks its schema: where, and a sentence a person can act on.
public struct SchemaViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of rule is broken; stable, for tests and programs.
    public enum Code: String, Sendable {
        /// A value that its type does not allow.
        case value = "schema-value"
        /// A child element that is missing, unknown or in the wrong place.
        case children = "schema-children"
        /// Text or elements where the type has none.
        case content = "schema-content"
        case attribute = "schema-attribute"
        /// The outermost element is not the one the schema is about.
        case root = "schema-root"
        /// A unique, key or keyref rule.
        case key = "schema-key"
        /// A type that the schema does not know.
        case unknownType = "schema-unknown-type"
        /// The validator gave up: too large, or a pattern that takes too long on this value.
        case undecided = "schema-undecided"
        case other = "schema-other"
    }

    public let code: Code
    /// Elements from the root down, `/order/line[2]/quantity`; a number only where brothers share the name. An attribute ends
    /// it as `/@name`.
    public let path: String
    /// `"-3" is not allowed for quantity: must be at least 1`
    public let message: String

    public init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    public var description: String { path.isEmpty ? message : path + ": " + message }
}

extension XMLNode {
    /// The path of an element as violations give it.
    var schemaPath: String {
        var steps: [String] = []
        var node: XMLNode? = self
        while let element = node, element.isElement {
            let brothers = element.parent?.elements(element.localName) ?? []
            let place = brothers.firstIndex { $0.index == element.index }
            steps.append(element.localName + (brothers.count > 1 ? "[\((place ?? 0) + 1)]" : ""))
            node = element.parent
        }
        return "/" + steps.reversed().joined(separator: "/")
    }
}
