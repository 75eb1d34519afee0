import Simulation

extension ServiceTime {
    /// Reads `exponential 10m`, `constant 90s`, `uniform 5m 15m`; a duration alone is the mean of an exponential one.
    package init?(parsing text: String) {
        let words = text.split(separator: " ").map(String.init)
        let durations = words.dropFirst().compactMap { DurationText.parse($0) }
        switch (words.first, words.count) {
        case ("constant", 2) where durations.count == 1: self = .constant(durations[0])
        case ("exponential", 2) where durations.count == 1: self = .exponential(mean: durations[0])
        case ("uniform", 3) where durations.count == 2 && durations[0] <= durations[1]:
            self = .uniform(from: durations[0], to: durations[1])
        case (let word?, 1):
            guard let mean = DurationText.parse(word) else { return nil }
            self = .exponential(mean: mean)
        default: return nil
        }
    }

    /// As it is read.
    package var text: String {
        switch self {
        case .constant(let time): "constant \(DurationText.text(time))"
        case .exponential(let mean): "exponential \(DurationText.text(mean))"
        case .uniform(let from, let to): "uniform \(DurationText.text(from)) \(DurationText.text(to))"
        }
    }
}

extension WorkingHours {
    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Reads `09:00-17:00`, `mon-fri 09:00-17:00`, `mon,wed-fri 8:00-12:30`.
    package init?(parsing text: String) {
        let words = text.split(separator: " ")
        guard (1 ... 2).contains(words.count), let span = words.last?.split(separator: "-", omittingEmptySubsequences: false),
            span.count == 2,
            let opening = Self.time(span[0]), let closing = Self.time(span[1])
        else { return nil }
        var days = Array(repeating: words.count == 1, count: 7)
        for part in words.count == 2 ? words[0].split(separator: ",", omittingEmptySubsequences: false) : [] {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Self.dayNames.firstIndex(of: $0.lowercased()) }
            guard (1 ... 2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else { return nil }
            for day in first ... last { days[day] = true }
        }
        self.init(days: days, from: opening, to: closing)
    }

    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.count <= 2 ? Int64($0) : nil }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0 ... 24).contains(hour), (0 ... 59).contains(minute) else {
            return nil
        }
        return (hour * 60 + minute) * 60_000
    }
}
