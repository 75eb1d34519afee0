// What a piece of the screen is, from which a theme decides how it looks.

/// A named purpose of text. Code names roles, never colours.
public struct Role: Hashable, Sendable {
    public let name: String

    private init(_ name: String) { self.name = name }

    public static let text = Role("text")
    public static let textDim = Role("text.dim")
    public static let textTitle = Role("text.title")
    public static let rowSelected = Role("row.selected")
    public static let rowMarked = Role("row.marked")
    public static let cellChanged = Role("cell.changed")
    public static let header = Role("header")
    public static let headerKey = Role("header.key")
    public static let headerActive = Role("header.active")
    public static let stateOK = Role("state.ok")
    public static let stateWarn = Role("state.warn")
    public static let stateBad = Role("state.bad")
    public static let stateStale = Role("state.stale")
    public static let stateBusy = Role("state.busy")
    public static let border = Role("border")
    public static let borderFocus = Role("border.focus")
    public static let error = Role("error")
    public static let input = Role("input")
    public static let inputBad = Role("input.bad")
    public static let hintKey = Role("hint.key")
    public static let hintText = Role("hint.text")

    /// Every role, in the order in which a theme file lists them.
    public static let all: [Role] = [
        .text, .textDim, .textTitle, .rowSelected, .rowMarked, .cellChanged, .header, .headerKey, .headerActive, .stateOK, .stateWarn, .stateBad,
        .stateStale, .stateBusy, .border, .borderFocus, .error, .input, .inputBad, .hintKey, .hintText,
    ]

    /// The role a theme file names; nil when there is none of this name.
    public init?(named name: String) {
        guard let role = Self.all.first(where: { $0.name == name }) else { return nil }
        self = role
    }
}
