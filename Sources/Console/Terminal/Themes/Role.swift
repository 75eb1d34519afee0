// What a piece of the screen is, from which a theme decides how it looks.

import TextCells

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

extension Role {
    /// How what a text means is shown on a terminal.
    public init(_ tone: Tone) {
        self =
            switch tone {
            case .plain: .text
            case .dim: .textDim
            case .title: .textTitle
            case .good: .stateOK
            case .warning: .stateWarn
            case .danger: .stateBad
            case .stale: .stateStale
            case .busy: .stateBusy
            case .failure: .error
            case .line: .border
            case .accent: .hintKey
            }
    }

    /// What it means wherever it is shown; what only a screen has means nothing more than text.
    public var tone: Tone { Tone.allCases.first { Role($0) == self } ?? .plain }
}
