// The only user of ncurses: from a surface to the bytes that change the screen into it.

import CNcurses
import Synchronization
import TextCells

/// One ncurses screen that writes into an unlinked file, so it needs no tty and a frame is one piece. Not Sendable: it stays with the
/// thread that made it.
public final class CursesRenderer {
    /// The terminal type in use, which may be a fallback of the one asked for.
    public let term: String
    public let depth: ColorDepth
    private let ascii: Bool
    private let screen: OpaquePointer
    private var last: Surface?
    private var pairs: [UInt64: Int32] = [:]
    private var scratch: [cnc_cell] = []

    /// ncurses keeps the current screen in globals. One screen at a time is enough for the product; tests run several, on several
    /// threads.
    private static let gate = Mutex(())

    /// - Parameters:
    ///   - term: tried first, then xterm-256color, xterm and vt100.
    ///   - limit: the most colours to use.
    ///   - ascii: replaces every other character by the nearest one, or `?`.
    public init(term: String, size: Size, limit: ColorDepth? = nil, ascii: Bool = false) throws(TerminalError) {
        let candidates = [term, "xterm-256color", "xterm", "vt100"].filter { !$0.isEmpty && !$0.utf8.contains(0) }
        let opened = Self.gate.withLock { _ -> (name: String, screen: OpaquePointer, colors: Int32)? in
            for name in candidates {
                if let screen = cnc_open(name, Int32(max(size.width, 1)), Int32(max(size.height, 1))) {
                    return (name, screen, cnc_colors(screen))
                }
            }
            return nil
        }
        guard let opened else { throw .type(term) }
        self.term = opened.name
        screen = opened.screen
        self.ascii = ascii
        depth = min(ColorDepth(colors: Int(opened.colors)), limit ?? .direct)
    }

    deinit {
        let screen = screen
        Self.gate.withLock { _ in cnc_close(screen) }
    }

    /// The bytes that turn the frame before into this one; empty when they are equal or nothing can be drawn.
    public func present(_ surface: Surface) -> [UInt8] {
        guard surface.width > 0, surface.height > 0, surface != last else { return [] }
        guard let bytes = Self.gate.withLock({ _ in paint(surface) }) else {
            // ncurses refused; the next frame is painted as a whole.
            invalidate()
            return []
        }
        last = surface
        return bytes
    }

    /// The next frame clears the screen and paints everything.
    public func invalidate() {
        last = nil
        Self.gate.withLock { _ in cnc_invalidate(screen) }
    }

    /// A terminfo string, without padding; empty when the terminal has none.
    public func capability(_ name: String) -> [UInt8] {
        Self.gate.withLock { _ in
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = cnc_capability(screen, name, &buffer, buffer.count)
            return Array(buffer.prefix(max(count, 0)))
        }
    }

    /// The character ncurses has at a place (for tests).
    func character(x: Int, y: Int) -> Unicode.Scalar? {
        Self.gate.withLock { _ in Unicode.Scalar(cnc_read_cell(screen, Int32(x), Int32(y))) }
    }

    private func paint(_ surface: Surface) -> [UInt8]? {
        if Int(cnc_columns(screen)) != surface.width || Int(cnc_rows(screen)) != surface.height {
            cnc_resize(screen, Int32(surface.width), Int32(surface.height))
            last = nil
        }
        for y in 0 ..< surface.height {
            let row = surface.row(y)
            if let last, last.row(y) == row { continue }
            scratch.removeAll(keepingCapacity: true)
            for cell in row { scratch.append(converted(cell)) }
            cnc_put_row(screen, Int32(y), scratch, Int32(scratch.count))
        }
        cnc_cursor(screen, Int32(surface.cursor?.x ?? -1), Int32(surface.cursor?.y ?? -1))
        let count = cnc_update(screen)
        guard count >= 0 else { return nil }
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let taken = cnc_take(screen, &bytes, count)
        return Array(bytes.prefix(max(taken, 0)))
    }

    private func converted(_ cell: Cell) -> cnc_cell {
        let (pair, attributes) = appearance(cell.style)
        if ascii, cell.base.value > 0x7E {
            return cnc_cell(
                base: ASCIIText.nearest(cell.base).value, mark1: 0, mark2: 0, attributes: attributes, pair: pair,
                width: 1 - (cell.width == 0 ? 1 : 0))
        }
        // The second half of a wide character that became a `?` is a blank of its own.
        let isHalf = cell.width == 0 && ascii
        return cnc_cell(
            base: cell.base.value, mark1: ascii ? 0 : cell.mark1, mark2: ascii ? 0 : cell.mark2, attributes: attributes, pair: pair,
            width: isHalf ? 1 : Int32(cell.width))
    }

    private func appearance(_ style: Style) -> (pair: Int32, attributes: UInt32) {
        var attributes = UInt32(style.attributes.rawValue)
        guard depth > .mono else {
            // Without colours a background is still a difference that must be seen.
            if style.background != .standard { attributes ^= CNC_REVERSE }
            return (0, attributes)
        }
        let foreground = depth.number(style.foreground)
        let background = depth.number(style.background)
        if depth == .eight, case .palette(let index) = style.foreground.kind, (8 ... 15).contains(index) { attributes |= CNC_BOLD }
        if foreground < 0, background < 0 { return (0, attributes) }
        let key = UInt64(UInt32(bitPattern: Int32(foreground))) << 32 | UInt64(UInt32(bitPattern: Int32(background)))
        if let pair = pairs[key] { return (pair, attributes) }
        let pair = cnc_pair(screen, Int32(foreground), Int32(background))
        pairs[key] = pair
        return (pair, attributes)
    }
}
