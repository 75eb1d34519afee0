// What the terminal tells us, decoded.

import TextCells

/// One thing that came in from the terminal.
public enum InputEvent: Hashable, Sendable {
    /// A key; typed characters too (`KeyChord.typed`).
    case key(KeyChord)
    /// Text that was pasted, as it came (not cleaned), at most 1 MiB; it must never be read as keys.
    case paste(String)
    case mouse(MouseEvent)
    /// The terminal's window got (true) or lost the focus.
    case focus(Bool)
    /// A sequence of no known meaning. To be ignored, or shown by a debug overlay.
    case unknown([UInt8])
}

/// A mouse button or wheel turn at a cell.
public struct MouseEvent: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case press, release, drag, wheelUp, wheelDown
    }

    public enum Button: Hashable, Sendable {
        case none, left, middle, right
    }

    public let action: Action
    public let button: Button
    public let position: Point
    public let modifiers: Modifiers

    public init(action: Action, button: Button, position: Point, modifiers: Modifiers = []) {
        self.action = action
        self.button = button
        self.position = position
        self.modifiers = modifiers
    }
}
