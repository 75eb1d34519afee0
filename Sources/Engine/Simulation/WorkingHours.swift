/// When somebody works: every day or some days of the week, from one time of the day to another. Times are milliseconds of the
/// virtual clock, which begins on a Monday at 0:00.
public struct WorkingHours: Sendable, Hashable {
    /// From Monday on.
    public let days: [Bool]
    /// Milliseconds after midnight.
    public let opening: Int64
    public let closing: Int64

    public static let day: Int64 = 86_400_000
    public static let always = WorkingHours(days: Array(repeating: true, count: 7), opening: 0, closing: day)

    /// Nil unless at least one of seven days and some time of it are working time.
    public init?(days: [Bool], from opening: Int64, to closing: Int64) {
        guard days.count == 7, days.contains(true), 0 <= opening, opening < closing, closing <= Self.day else { return nil }
        self.init(days: days, opening: opening, closing: closing)
    }

    private init(days: [Bool], opening: Int64, closing: Int64) {
        self.days = days
        self.opening = opening
        self.closing = closing
    }

    var isAlways: Bool { self == .always }

    func isOpen(at time: Int64) -> Bool {
        let (day, ofDay) = time.quotientAndRemainder(dividingBy: Self.day)
        return days[Int(day % 7)] && opening <= ofDay && ofDay < closing
    }

    /// The first moment of working time not before `time`.
    func nextOpening(from time: Int64) -> Int64 {
        if isOpen(at: time) { return time }
        let today = time / Self.day
        for day in today ... today + 7 where days[Int(day % 7)] {
            let start = day * Self.day + opening
            if start >= time { return start }
        }
        return time
    }

    /// When work begun at `time` is done, if it takes so long and rests outside working time.
    func end(of work: Int64, begunAt time: Int64) -> Int64 {
        if isAlways { return time + work }
        var now = nextOpening(from: time), left = work
        // Whole weeks at once, but never the last of the work: it ends at the end of a day, not at the beginning of the next.
        if left > perWeek {
            let weeks = (left - 1) / perWeek
            now += weeks * 7 * Self.day
            left -= weeks * perWeek
        }
        while true {
            let today = closing(after: now) - now
            if left <= today { return now + left }
            left -= today
            now = nextOpening(from: now + today)
        }
    }

    /// Working time between two moments.
    func time(from start: Int64, to end: Int64) -> Int64 { isAlways ? end - start : elapsed(to: end) - elapsed(to: start) }

    private var perDay: Int64 { closing - opening }
    private var perWeek: Int64 { perDay * Int64(days.count { $0 }) }

    /// The end of the working day that `time` lies in.
    private func closing(after time: Int64) -> Int64 { time / Self.day * Self.day + closing }

    /// Working time since the clock began.
    private func elapsed(to time: Int64) -> Int64 {
        let (day, ofDay) = time.quotientAndRemainder(dividingBy: Self.day)
        let whole = Int64(days[..<Int(day % 7)].count { $0 })
        let today = days[Int(day % 7)] ? min(max(ofDay - opening, 0), perDay) : 0
        return day / 7 * perWeek + whole * perDay + today
    }
}
