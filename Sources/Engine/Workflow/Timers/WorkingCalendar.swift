import XQuery

/// Which days are worked on: what durations in working days step over.
public struct WorkingCalendar: Sendable, Equatable, Codable {
    /// ISO numbers of the days of the week that are free: 1 is Monday, 7 Sunday.
    public var weekend: Set<Int> = [6, 7]
    /// Names of holidays by day, counted from 1970-01-01.
    public private(set) var holidays: [Int: String] = [:]

    public init() {}

    /// Far more than anybody has; keeps the stored form small.
    public static let maxHolidays = 10_000

    /// False when the calendar is full.
    public mutating func add(holiday day: Int, name: String) -> Bool {
        guard holidays[day] != nil || holidays.count < Self.maxHolidays else { return false }
        holidays[day] = name
        return true
    }

    /// The name of what was removed; nil when the day was no holiday.
    public mutating func remove(holiday day: Int) -> String? { holidays.removeValue(forKey: day) }

    public func isWorkingDay(_ day: Int) -> Bool {
        // 1970-01-01 was a Thursday.
        let weekday = ((day + 3) % 7 + 7) % 7 + 1
        return !weekend.contains(weekday) && holidays[day] == nil
    }

    /// The number of a day written `2026-12-25`; nil for anything else.
    public static func day(_ date: String) -> Int? { CalendarTime.day(date) }

    public static func text(of day: Int) -> String { CalendarTime.text(day: day) }

    /// Puts an end off by one day for every free day after the start up to it, free days met on the way included.
    /// nil when that takes more than a century, as when no day is worked on.
    func postponed(_ end: Int64, after start: Int64, timeZoneMinutes: Int) -> Int64? {
        let first = CalendarTime.day(of: start, timeZoneMinutes: timeZoneMinutes)
        let original = CalendarTime.day(of: end, timeZoneMinutes: timeZoneMinutes)
        var last = original, day = first
        while day < last {
            day += 1
            if !isWorkingDay(day) { last += 1 }
            if day - first > Self.maxDays { return nil }
        }
        return end + Int64(last - original) * CalendarTime.dayMilliseconds
    }

    private static let maxDays = 36_525
}
