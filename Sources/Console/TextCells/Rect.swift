// Places on the screen, in cells: x to the right, y downward, origin at the top left.

/// One cell's place.
public struct Point: Hashable, Sendable {
    public var x: Int
    public var y: Int

    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// Width and height in cells; never negative.
public struct Size: Hashable, Sendable {
    public let width: Int
    public let height: Int

    /// Negative values count as 0; more than 1,000 columns or rows are cut, so that a false report cannot exhaust memory.
    public init(width: Int, height: Int) {
        self.width = min(max(width, 0), 1000)
        self.height = min(max(height, 0), 1000)
    }
}

/// A rectangle of cells. All operations clamp: the result is never negative in size and never larger than the receiver. Values
/// beyond ±100,000 are cut, so that arithmetic on places cannot overflow.
public struct Rect: Hashable, Sendable {
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = min(max(x, -100_000), 100_000)
        self.y = min(max(y, -100_000), 100_000)
        self.width = min(max(width, 0), 100_000)
        self.height = min(max(height, 0), 100_000)
    }

    /// The whole of a screen.
    public init(_ size: Size) {
        self.init(x: 0, y: 0, width: size.width, height: size.height)
    }

    public var isEmpty: Bool { width == 0 || height == 0 }
    /// The first column right of it.
    public var maxX: Int { x + width }
    /// The first row below it.
    public var maxY: Int { y + height }
    public var size: Size { Size(width: width, height: height) }

    public func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    /// Smaller by `horizontal` columns on the left and right and `vertical` rows above and below.
    public func inset(horizontal: Int, vertical: Int) -> Rect {
        let dx = min(max(horizontal, 0), width / 2)
        let dy = min(max(vertical, 0), height / 2)
        return Rect(x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy)
    }

    /// A rectangle of at most this size in the middle of this one, for dialogs.
    public func centered(width wanted: Int, height high: Int) -> Rect {
        let w = min(max(wanted, 0), width)
        let h = min(max(high, 0), height)
        return Rect(x: x + (width - w) / 2, y: y + (height - h) / 2, width: w, height: h)
    }

    /// One row of it, counted from its top; empty when outside.
    public func row(_ index: Int) -> Rect {
        guard index >= 0, index < height else { return Rect(x: x, y: y, width: 0, height: 0) }
        return Rect(x: x, y: y + index, width: width, height: 1)
    }
}
