// Numbers over time in one row.

/// A bar of eight heights per number, the largest at full height; where there is only ASCII, darker signs for higher ones.
public struct Sparkline: Hashable, Sendable {
    public let values: [Int]

    public init(_ values: [Int]) { self.values = values }

    private static let blocks = Array("▁▂▃▄▅▆▇█"), signs = Array("_.:-=+*#")

    /// Nothing is a blank; whatever is there is seen, however little it is.
    public func text(ascii: Bool) -> String {
        let steps = ascii ? Self.signs : Self.blocks
        let most = max(values.max() ?? 0, 1)
        return String(
            values.map { value in
                guard value > 0 else { return Character(" ") }
                return steps[min(steps.count - 1, Int(Double(value) / Double(most) * Double(steps.count - 1) + 0.5))]
            })
    }
}
