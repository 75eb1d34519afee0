import Foundation

extension TimeText {
    /// Reads `2026-03-02`, `2026-03-02 14:05`, `2026-03-02T14:05:22.123` with `Z`, `+01:00` or, in the reader's zone, nothing behind it.
    /// What is not written counts to its end: `14:05` is 14:05:59.999, so that a time copied from a table includes what it shows; or from
    /// its beginning, where that is asked for.
    /// - Returns: milliseconds since 1970; nil when the text is no such time.
    public static func parse(_ text: String, _ clock: TableClock, toEnd: Bool = true) -> Int64? {
        let pattern = #/(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z|[+-]\d\d:\d\d)?/#
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        let (_, year, month, day, hour, minute, second, fraction, zone) = match.output
        guard let year = Int64(year), let month = Int64(month), let day = Int64(day), (1 ... 12).contains(month), day >= 1,
            day <= daysIn(month, of: year)
        else { return nil }
        var time = dayNumber(year, month, day) * 86_400_000
        if let hour = hour.flatMap({ Int64($0) }), let minute = minute.flatMap({ Int64($0) }) {
            guard hour < 24, minute < 60 else { return nil }
            time += (hour * 60 + minute) * 60_000
            if let second = second.flatMap({ Int64($0) }) {
                guard second < 60 else { return nil }
                let written = fraction.map { Int64(($0 + "000").prefix(3)) ?? 0 }
                time += second * 1000 + (written ?? (toEnd ? 999 : 0))
            } else {
                if toEnd { time += 59_999 }
            }
        } else if toEnd {
            time += 86_399_999
        }
        return time - zoneOffset(zone.map { String($0) }, at: time, clock)
    }

    private static func zoneOffset(_ zone: String?, at local: Int64, _ clock: TableClock) -> Int64 {
        guard let zone else {
            // The offset depends on the moment, which depends on the offset: around a change of the clocks the second look decides.
            let guess = offset(local, clock)
            return offset(local - guess, clock)
        }
        guard zone != "Z" else { return 0 }
        let parts = zone.dropFirst().split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 2 else { return 0 }
        return (zone.hasPrefix("-") ? -1 : 1) * (parts[0] * 60 + parts[1]) * 60_000
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        let (next, nextYear) = month == 12 ? (1, year + 1) : (month + 1, year)
        return dayNumber(nextYear, next, 1) - dayNumber(year, month, 1)
    }

    /// Days from 1970-01-01 to a proleptic Gregorian date (Howard Hinnant's `days_from_civil`).
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
