// What a piece of the screen is, from which a theme decides how it looks.

/// A named purpose of text, in the order in which a theme file lists them. Code names roles, never colours.
public enum Role: String, CaseIterable, Sendable {
    case text
    case textDim = "text.dim"
    case textTitle = "text.title"
    case rowSelected = "row.selected"
    case rowMarked = "row.marked"
    case cellChanged = "cell.changed"
    case header
    case headerKey = "header.key"
    case headerActive = "header.active"
    case stateOK = "state.ok"
    case stateWarn = "state.warn"
    case stateBad = "state.bad"
    case stateStale = "state.stale"
    case stateBusy = "state.busy"
    case border
    case borderFocus = "border.focus"
    case error
    case input
    case inputBad = "input.bad"
    case hintKey = "hint.key"
    case hintText = "hint.text"
}
