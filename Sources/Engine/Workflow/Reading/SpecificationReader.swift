import XMLTree

/// Reads a specification file: recognises what it is, checks it against the grammar of its schema version and turns it into the
/// model, with positions on every element. Nothing the grammar allows is lost.
public struct SpecificationReader {
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for messages.
    ///   - maxBytes: files above are refused unread; 16 MB unless said otherwise.
    /// - Returns: the specifications of the set, in document order.
    /// - Throws: what is wrong with the file as XML, as a YAWL file or by the grammar of its version; every grammar violation is
    ///   in the list (the first fifty), not only the first.
    public static func read(
        _ bytes: [UInt8], file: String,
        maxBytes: Int = FileContent.defaultMaxBytes
    ) throws(SpecificationError) -> [Specification] {
        let content = FileContent.recognise(bytes, maxBytes: maxBytes)
        if let refusal = content.refusal { throw SpecificationError(file: file, findings: [refusal]) }
        guard case .specificationSet(let document) = content, let root = document.root else { return [] }
        let version = try version(of: root, file: file)
        var grammar = GrammarCheck(grammar: .grammar(of: version), namespace: version.namespace)
        grammar.check(root: root)
        var findings = grammar.findings
        // References can only be judged in a file whose elements are where they belong.
        if findings.isEmpty { findings = IdentityCheck(version: version).check(root: root) }
        guard findings.isEmpty else { throw SpecificationError(file: file, findings: findings) }
        return ModelReader(version: version, locator: SourceLocator(bytes)).specifications(of: root)
    }

    private static func version(of root: XMLNode, file: String) throws(SpecificationError) -> SchemaVersion {
        func refuse(_ message: String) -> SpecificationError {
            let finding = Finding(
                code: "yawl-schema-version", severity: .error, element: root.localName, message: message,
                mark: SourceMark(root.position))
            return SpecificationError(file: file, findings: [finding])
        }
        let namespace = root.name.namespace
        let known = SchemaVersion.allCases.filter { $0.namespace == namespace }
        guard let written = root.attribute("version") else {
            if known.contains(.beta2) { return .beta2 }
            throw refuse("specificationSet does not say which schema version it is written in; add version=\"4.0\"")
        }
        if let version = known.first(where: { $0.rawValue == written }), version != .beta2 { return version }
        let list = known.filter { $0 != .beta2 }.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw refuse("the schema version \"\(TextRule.shortened(written))\" is not known in namespace \(namespace); known are \(list)")
    }
}
