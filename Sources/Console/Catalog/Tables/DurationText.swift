/// Durations as people write them: `90s`, `1h30m`, `2d 4h`. Milliseconds.
public enum DurationText {
    private static let units: [(name: String, length: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// One or more numbers, each with its unit: d, h, m, s or ms. Nil for anything else, or more than ten years.
    public static func parse(_ text: String) -> Int64? {
        let pattern = #/\s*(\d{1,12})\s*(d|h|ms|m|s)/#
        var rest = text[...], sum: Int64 = 0
        while let match = rest.prefixMatch(of: pattern) {
            guard let number = Int64(match.output.1), let unit = units.first(where: { $0.name == match.output.2 }) else { return nil }
            let (part, isTooLarge) = number.multipliedReportingOverflow(by: unit.length)
            guard !isTooLarge, part <= longest, sum <= longest - part else { return nil }
            sum += part
            rest = rest[match.range.upperBound...]
        }
        return rest.isEmpty && !text.isEmpty ? sum : nil
    }

    /// Ten years.
    package static let longest: Int64 = 3_653 * 86_400_000

    /// The two largest units: `2d 4h`, `5m 12s`, `850ms`.
    public static func text(_ duration: Int64) -> String {
        guard duration > 0, let first = units.firstIndex(where: { $0.length <= duration }) else { return "0s" }
        let (count, rest) = duration.quotientAndRemainder(dividingBy: units[first].length)
        let whole = "\(count)\(units[first].name)"
        // Milliseconds beside seconds say nothing to anybody.
        guard first + 1 < units.count - 1, case let next = rest / units[first + 1].length, next > 0 else { return whole }
        return "\(whole) \(next)\(units[first + 1].name)"
    }
}
