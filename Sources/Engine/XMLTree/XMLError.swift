/// Why a text is not accepted as an XML document, and where.
public struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case malformed = "xml-malformed"
        case doctype = "xml-doctype"
        case tooLarge = "xml-too-large"
        case tooDeep = "xml-too-deep"
    }

    public let code: Code
    public let message: String
    /// Where it was noticed; 0:0 when the whole document is meant.
    public let position: SourcePosition

    public init(_ code: Code, _ message: String, at position: SourcePosition = SourcePosition(line: 0, column: 0)) {
        self.code = code
        self.message = message
        self.position = position
    }

    public var description: String { position.line > 0 ? "\(position): \(message)" : message }
}

/// A place in a text: line and column count from 1, the column in Unicode code points.
public struct SourcePosition: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public var description: String { "\(line):\(column)" }

    public static func < (a: SourcePosition, b: SourcePosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
