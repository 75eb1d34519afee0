// Where a long thing is scrolled to.

/// First row shown. The reader's place is only moved by the reader; it is clamped when the thing gets shorter.
public struct ScrollState: Hashable, Sendable {
    public private(set) var offset: Int
    /// True while the end is kept in view as rows are added.
    public private(set) var isFollowing: Bool

    public init(offset: Int = 0, isFollowing: Bool = false) {
        self.offset = max(offset, 0)
        self.isFollowing = isFollowing
    }

    /// Moves by rows, up if negative; moving up ends following.
    public mutating func scroll(by rows: Int, count: Int, height: Int) {
        let last = max(count - max(height, 0), 0)
        let step = min(max(rows, -last), last)
        offset = min(max(first(count: count, height: height) + step, 0), last)
        if rows < 0 { isFollowing = false }
    }

    public mutating func scrollToStart() {
        offset = 0
        isFollowing = false
    }

    /// - Parameter follow: keep the end in view from now on.
    public mutating func scrollToEnd(follow: Bool = false, count: Int, height: Int) {
        offset = max(count - max(height, 0), 0)
        isFollowing = follow
    }

    /// The row to show first now.
    public func first(count: Int, height: Int) -> Int {
        let last = max(count - max(height, 0), 0)
        return isFollowing ? last : min(offset, last)
    }
}
