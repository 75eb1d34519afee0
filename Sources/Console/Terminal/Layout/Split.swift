// Cutting a rectangle into bands, the only layout the console needs.

import TextCells

/// How many cells a part of a split takes.
public enum Extent: Hashable, Sendable {
    /// Exactly this many, less when there is no room.
    case fixed(Int)
    /// A share of what the fixed parts leave, by weight, but not less than `minimum` while there is room.
    case share(weight: Int, minimum: Int)

    /// An equal share of the rest.
    public static let rest = Extent.share(weight: 1, minimum: 0)
}

extension Rect {
    /// Cuts from top to bottom. Returns one rectangle per extent; they never overlap nor leave the receiver.
    public func rows(_ extents: Extent...) -> [Rect] {
        var top = y
        return Self.lengths(extents, available: height).map { length in
            defer { top += length }
            return Rect(x: x, y: top, width: width, height: length)
        }
    }

    /// Cuts from left to right, as `rows(_:)` does from top to bottom.
    public func columns(_ extents: Extent...) -> [Rect] {
        var left = x
        return Self.lengths(extents, available: width).map { length in
            defer { left += length }
            return Rect(x: left, y: y, width: length, height: height)
        }
    }

    /// Lengths for these extents whose sum is at most `available`. Fixed parts and minimums are served first, in order.
    public static func lengths(_ extents: [Extent], available: Int) -> [Int] {
        var left = max(available, 0)
        var result: [Int] = []
        for extent in extents {
            let wanted =
                switch extent {
                case .fixed(let length): length
                case .share(_, let minimum): minimum
                }
            let given = min(max(wanted, 0), left)
            result.append(given)
            left -= given
        }
        var weights = 0
        for case .share(let weight, _) in extents { weights += min(max(weight, 0), 1000) }
        for (index, extent) in extents.enumerated() {
            guard case .share(let weight, _) = extent, weights > 0 else { continue }
            let bounded = min(max(weight, 0), 1000)
            let part = left * bounded / weights
            result[index] += part
            left -= part
            weights -= bounded
        }
        return result
    }
}
