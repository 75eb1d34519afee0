// ncurses encodes characters by the C library's locale.

import CNcurses

/// The process's locale.
public enum TerminalLocale {
    /// Takes the user's locale if it is UTF-8, else C.UTF-8. False when there is neither: only ASCII can be shown.
    public static func choose() -> Bool { cnc_choose_locale() }
}
