/// A document put together from others without copying: one outer element whose children are the roots of its parts.
///
/// This is how a net's data look to a query: `/Net/order/...` finds the part `order`. Replacing one variable replaces one
/// reference, and a snapshot of all variables is a copy of this value. Document order is (position of the part, index in it).
public struct CompositeDocument: Sendable {
    /// Name of the outer element; it has no attributes and no text of its own.
    public let rootName: String
    /// Each part has one root element.
    public var parts: [XMLDocument]

    public init(rootName: String, parts: [XMLDocument]) {
        self.rootName = rootName
        self.parts = parts
        shell = XMLDocument(element: rootName)
    }

    /// The outer element alone, so that a query has a document node and a root to stand on.
    package let shell: XMLDocument

    /// The same as one ordinary document: a copy.
    public func materialized() -> XMLDocument { XMLDocument(element: rootName, children: parts) }
}
