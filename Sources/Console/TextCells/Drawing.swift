// A picture of boxes, lines and texts that may be larger than any screen.

/// Lines know which way they go from each cell, so that they join where they meet and pass where they only cross. Coordinates are
/// cells from the top left; what lies outside is dropped.
public struct Drawing: Hashable, Sendable {
    public struct Label: Hashable, Sendable {
        public let place: Point
        public let text: String
        public let tone: Tone
    }

    public struct Box: Hashable, Sendable {
        public let area: Rect
        public let tone: Tone
    }

    public private(set) var width: Int
    public private(set) var height: Int
    /// One byte per cell: the ways a line goes from it, and whether lines that meet there belong together.
    private var lines: [UInt8]
    public private(set) var labels: [Label] = []
    public private(set) var boxes: [Box] = []
    /// What the reader most wants to see; a view begins there.
    public var focus: Point?

    private static let north: UInt8 = 1, east: UInt8 = 2, south: UInt8 = 4, west: UInt8 = 8, joint: UInt8 = 16
    /// Larger pictures are cut.
    public static let longest = 20_000
    private static let mostCells = 20_000_000

    public init(width: Int, height: Int) {
        self.width = min(max(width, 0), Self.longest)
        self.height = min(max(height, 0), min(Self.longest, Self.mostCells / max(self.width, 1)))
        lines = Array(repeating: 0, count: self.width * self.height)
    }

    // MARK: Drawing

    public mutating func line(fromX x1: Int, toX x2: Int, y: Int) {
        let (left, right) = (max(min(x1, x2), 0), min(max(x1, x2), width - 1))
        guard y >= 0, y < height, left <= right else { return }
        for x in left ... right {
            if x > left || left == right { lines[y * width + x] |= Self.west }
            if x < right || left == right { lines[y * width + x] |= Self.east }
        }
    }

    public mutating func line(x: Int, fromY y1: Int, toY y2: Int) {
        let (top, bottom) = (max(min(y1, y2), 0), min(max(y1, y2), height - 1))
        guard x >= 0, x < width, top < bottom else { return }
        for y in top ... bottom {
            if y > top { lines[y * width + x] |= Self.north }
            if y < bottom { lines[y * width + x] |= Self.south }
        }
    }

    /// What meets here is one line.
    public mutating func join(x: Int, y: Int) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        lines[y * width + x] |= Self.joint
    }

    public mutating func box(_ area: Rect, tone: Tone) { boxes.append(Box(area: area, tone: tone)) }

    public mutating func write(_ text: String, x: Int, y: Int, tone: Tone) {
        labels.append(Label(place: Point(x: x, y: y), text: text, tone: tone))
    }

    /// The same with another below it.
    public func above(_ other: Drawing, gap: Int) -> Drawing {
        var result = Drawing(width: max(width, other.width), height: height + gap + other.height)
        for (part, top) in [(self, 0), (other, height + gap)] {
            for y in 0 ..< part.height where top + y < result.height {
                let start = (top + y) * result.width
                result.lines.replaceSubrange(start ..< start + part.width, with: part.lines[y * part.width ..< (y + 1) * part.width])
            }
            result.boxes += part.boxes.map {
                Box(area: Rect(x: $0.area.x, y: $0.area.y + top, width: $0.area.width, height: $0.area.height), tone: $0.tone)
            }
            result.labels += part.labels.map { Label(place: Point(x: $0.place.x, y: $0.place.y + top), text: $0.text, tone: $0.tone) }
            if result.focus == nil { result.focus = part.focus.map { Point(x: $0.x, y: $0.y + top) } }
        }
        return result
    }

    // MARK: Looking at it

    /// The character of the lines at a place; nil where there is none.
    package func line(x: Int, y: Int, _ glyphs: Glyphs) -> Unicode.Scalar? {
        guard x >= 0, x < width, y >= 0, y < height else { return nil }
        let cell = lines[y * width + x], ways = cell & 15
        // A crossing: the one line passes over the other.
        if cell & Self.joint == 0, ways & (Self.east | Self.west) != 0, ways & (Self.north | Self.south) != 0 { return glyphs.horizontal }
        switch ways {
        case 0: return nil
        case 1, 4, 5: return glyphs.vertical
        case 2, 8, 10: return glyphs.horizontal
        case 6: return glyphs.topLeft
        case 12: return glyphs.topRight
        case 3: return glyphs.bottomLeft
        case 9: return glyphs.bottomRight
        case 7: return glyphs.teeRight
        case 13: return glyphs.teeLeft
        case 14: return glyphs.teeDown
        case 11: return glyphs.teeUp
        default: return glyphs.cross
        }
    }
}
