// The byte sequences that switch the terminal into our state and back.

/// Enter and reset sequences, fixed when the terminal's type is known, so that a signal handler can use them too.
public struct TerminalModes: Sendable {
    /// Alternate screen, hidden cursor, bracketed paste.
    public let enter: [UInt8]
    /// Undoes everything `enter` and `mouse(true)` can have done.
    public let reset: [UInt8]
    /// Whether frames are wrapped in mode 2026.
    public let isSynchronized: Bool

    /// - Parameter place: How the cursor is placed. A terminal with no second screen is left below the picture, which stays: what the
    ///   shell says next must not be written into it.
    public init(
        term: String, enterScreen: [UInt8], leaveScreen: [UInt8], hideCursor: [UInt8], showCursor: [UInt8], plain: [UInt8], place: [UInt8]
    ) {
        // The Linux console, old DEC terminals and dumb ones print or misread private modes they do not know.
        let isSimple = term == "dumb" || term == "linux" || term.hasPrefix("vt")
        isSynchronized = !isSimple
        enter = enterScreen + hideCursor + (isSimple ? [] : Array("\u{1B}[?2004h".utf8))
        let off = "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?2004l"
        // A line beyond the last one means the last one.
        let below = leaveScreen.isEmpty && place.starts(with: Array("\u{1B}[".utf8)) ? Array("\u{1B}[999;1H\r\n".utf8) : []
        reset = (isSimple ? [] : Array(off.utf8)) + plain + leaveScreen + below + showCursor
    }

    init(_ renderer: CursesRenderer) {
        self.init(
            term: renderer.term, enterScreen: renderer.capability("smcup"), leaveScreen: renderer.capability("rmcup"),
            hideCursor: renderer.capability("civis"), showCursor: renderer.capability("cnorm"), plain: renderer.capability("sgr0"),
            place: renderer.capability("cup"))
    }

    /// Reports of buttons, drags and the wheel, in SGR form.
    public func mouse(_ on: Bool) -> [UInt8] {
        Array((on ? "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h" : "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l").utf8)
    }
}
