/// Why a query was refused or failed. Tests and programs look at `code`, people read `message`.
public struct XQueryError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The text is not an XQuery expression.
        case syntax
        /// It is one, but names something that does not exist here.
        case `static`
        /// A value has the wrong type for what is done with it.
        case type
        /// The evaluation failed on these data.
        case dynamic
        /// A bound of this engine was reached; nothing inside a query can catch it.
        case limit
    }

    /// A code of the W3C error lists ("XPST0003", "FORG0001", without prefix) or one of ours ("MZQ…").
    public let code: String
    public let message: String
    /// Offset into the query text in UTF-8 bytes; -1 when unknown.
    public let offset: Int
    public let kind: Kind

    public init(code: String, message: String, offset: Int = -1, kind: Kind) {
        self.code = code
        self.message = message
        self.offset = offset
        self.kind = kind
    }

    public var description: String { "\(code): \(message)" }

    /// The same error with a place, if it had none yet.
    func at(_ place: Int) -> XQueryError {
        offset >= 0 ? self : XQueryError(code: code, message: message, offset: place, kind: kind)
    }
}

extension XQueryError {
    static func syntax(_ message: String, _ offset: Int) -> XQueryError {
        XQueryError(code: "XPST0003", message: message, offset: offset, kind: .syntax)
    }

    static func `static`(_ code: String, _ message: String, _ offset: Int) -> XQueryError {
        XQueryError(code: code, message: message, offset: offset, kind: .static)
    }

    static func type(_ message: String, _ offset: Int = -1) -> XQueryError {
        XQueryError(code: "XPTY0004", message: message, offset: offset, kind: .type)
    }

    static func dynamic(_ code: String, _ message: String, _ offset: Int = -1) -> XQueryError {
        XQueryError(code: code, message: message, offset: offset, kind: .dynamic)
    }

    /// A text that is not a value of the type asked for.
    static func badValue(_ text: String, _ type: String) -> XQueryError {
        let shown = text.unicodeScalars.count > 60 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…" : text
        return dynamic("FORG0001", "\"\(shown)\" is not a valid \(type)")
    }
}
