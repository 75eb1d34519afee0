import XMLTree

/// `true()`, `false()`
final class FastConstantTruth: FastPath {
    private let value: Bool

    init(_ value: Bool) { self.value = value }

    var description: String { "constant" }
    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool? { value }
}

/// `<x>text</x>`: made once, given out again and again.
final class FastConstantElement: FastPath {
    private let data: XMLDocument
    private let text: String

    init(_ name: XMLName, _ content: String) {
        var builder = XMLBuilder()
        builder.startElement(name)
        builder.text(content)
        let document = builder.finish()
        data = document.withoutBoundarySpace()
        text = document.serialized()
    }

    var description: String { "constant element" }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? {
        limits.allow(seen: 0, copied: 2, bytes: text.utf8.count) ? data : nil
    }

    func string(over input: QueryInput, _ limits: QueryLimits) -> String? {
        limits.allow(seen: 0, copied: 2, bytes: text.utf8.count) ? text : nil
    }
}
