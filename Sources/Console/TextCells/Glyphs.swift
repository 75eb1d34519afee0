// The only characters this floor draws by itself. All are one column wide in every terminal we know.

/// Lines, marks and arrows, in Unicode or in ASCII.
public struct Glyphs: Hashable, Sendable {
    public let horizontal: Unicode.Scalar
    public let vertical: Unicode.Scalar
    public let topLeft: Unicode.Scalar
    public let topRight: Unicode.Scalar
    public let bottomLeft: Unicode.Scalar
    public let bottomRight: Unicode.Scalar
    public let teeRight: Unicode.Scalar
    public let teeLeft: Unicode.Scalar
    public let teeDown: Unicode.Scalar
    public let teeUp: Unicode.Scalar
    public let cross: Unicode.Scalar
    public let track: Unicode.Scalar
    public let thumb: Unicode.Scalar
    public let ellipsis: String
    public let ascending: String
    public let descending: String
    public let marked: String
    public let check: String
    public let bullet: String
    public let arrow: String
    public let left: String
    public let right: String

    public static let unicode = Glyphs(
        horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘",
        teeRight: "├", teeLeft: "┤", teeDown: "┬", teeUp: "┴", cross: "┼", track: "│", thumb: "█",
        ellipsis: "…", ascending: "▲", descending: "▼", marked: "●", check: "✓", bullet: "•", arrow: "→", left: "◂", right: "▸")

    public static let ascii = Glyphs(
        horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
        teeRight: "+", teeLeft: "+", teeDown: "+", teeUp: "+", cross: "+", track: "|", thumb: "#",
        ellipsis: "~", ascending: "^", descending: "v", marked: "*", check: "x", bullet: "*", arrow: ">", left: "<", right: ">")
}
