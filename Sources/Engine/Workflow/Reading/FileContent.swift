import XMLTree

/// What a file is, told by its bytes and never by its name.
public enum FileContent: Sendable {
    /// Root element `specificationSet` in a YAWL namespace.
    case specificationSet(XMLDocument)
    /// A ZIP archive: what the first YAWL editors saved as `.ywl`.
    case archive
    /// Root element `orgdata`: participants and roles saved by the resource service (`.ybkp`).
    case organisationalData
    case otherXML(root: XMLName, mark: SourceMark)
    case notXML(XMLError)
    case empty
    case tooLarge(bytes: Int, limit: Int)

    /// Bytes.
    public static let defaultMaxBytes = 16 << 20

    public static func recognise(_ bytes: [UInt8], maxBytes: Int = defaultMaxBytes) -> FileContent {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .archive }
        guard bytes.count <= maxBytes else { return .tooLarge(bytes: bytes.count, limit: maxBytes) }
        guard bytes.contains(where: { $0 != 32 && !(9 ... 13).contains($0) }) else { return .empty }
        let document: XMLDocument
        do {
            var options = XMLParseOptions.specification
            options.maxBytes = maxBytes
            document = try XMLDocument.parse(bytes, options: options)
        } catch {
            return .notXML(error)
        }
        guard let root = document.root else { return .empty }
        let isYAWL = SchemaVersion.allCases.contains { $0.namespace == root.name.namespace }
        if root.localName == "specificationSet" && isYAWL { return .specificationSet(document) }
        if root.localName == "orgdata" { return .organisationalData }
        return .otherXML(root: root.name, mark: SourceMark(root.position))
    }

    /// Why the content is no specification set; `nil` when it is one.
    public var refusal: Finding? {
        switch self {
        case .specificationSet: nil
        case .archive:
            Self.finding(
                "file-archive",
                "this is a ZIP archive, as the first YAWL editors saved them, not a specification; "
                    + "unpack it and export the engine file (.yawl or .xml) from the editor")
        case .organisationalData:
            Self.finding("file-org-data", "this is organisational data of the resource service (root element orgdata), not a specification")
        case .otherXML(let root, let mark):
            Finding(code: "file-not-yawl", severity: .error, message: Self.otherRoot(root), mark: mark)
        case .notXML(let error):
            Finding(
                code: error.code == .malformed ? "file-not-xml" : error.code.rawValue, severity: .error,
                message: "the file is not acceptable XML: \(error.message)",
                mark: SourceMark(error.position.line > 0 ? error.position : nil))
        case .empty: Self.finding("file-empty", "the file is empty; a YAWL specification was expected")
        case .tooLarge(let bytes, let limit):
            Self.finding("file-too-large", "the file has \(bytes) bytes; the limit is \(limit) bytes (\(limit >> 20) MB)")
        }
    }

    private static func finding(_ code: String, _ message: String) -> Finding {
        Finding(code: code, severity: .error, message: message, mark: .unknown)
    }

    private static func otherRoot(_ root: XMLName) -> String {
        let expected = "expected specificationSet in \(SchemaVersion.v4_0.namespace)"
        let namespace = root.namespace.isEmpty ? "no namespace" : "namespace \(root.namespace)"
        return "the root element is \(root.local) in \(namespace), so this is no YAWL specification; \(expected)"
    }
}
