// One column of one row.

/// A character with its style. A wide character owns two cells: the first has width 2, the second (`continuation`) width 0.
/// Cells are only made by `Surface`, which cleans text first, so a control character can never be in one.
public struct Cell: Hashable, Sendable {
    public let base: Unicode.Scalar
    /// Combining marks, 0 where there is none. More than two are dropped.
    let mark1: UInt32
    let mark2: UInt32
    /// Columns taken: 1 or 2, or 0 for the second half of a wide character.
    public let width: UInt8
    public var style: Style

    init(base: Unicode.Scalar, mark1: UInt32 = 0, mark2: UInt32 = 0, width: UInt8 = 1, style: Style) {
        self.base = base
        self.mark1 = mark1
        self.mark2 = mark2
        self.width = width
        self.style = style
    }

    /// An empty cell.
    public static let blank = Cell(base: " ", style: .plain)

    static func blank(_ style: Style) -> Cell { Cell(base: " ", style: style) }

    func adding(mark: UInt32) -> Cell {
        if mark1 == 0 { return Cell(base: base, mark1: mark, width: width, style: style) }
        if mark2 == 0 { return Cell(base: base, mark1: mark1, mark2: mark, width: width, style: style) }
        return self
    }

    /// The character with its marks; empty for a second half.
    public var text: String {
        var scalars = String.UnicodeScalarView()
        append(to: &scalars)
        return String(scalars)
    }

    func append(to scalars: inout String.UnicodeScalarView) {
        guard width > 0 else { return }
        scalars.append(base)
        if mark1 != 0, let mark = Unicode.Scalar(mark1) { scalars.append(mark) }
        if mark2 != 0, let mark = Unicode.Scalar(mark2) { scalars.append(mark) }
    }
}
