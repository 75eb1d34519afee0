/// Dates of the Gregorian calendar in UTC, as HTTP and mail write them. Milliseconds count from 1970.
enum CivilTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// RFC 5322: `Mon, 05 Jan 2026 08:00:00 +0000`.
    static func mailDate(_ milliseconds: Int64) -> String {
        let seconds = floored(milliseconds, 1000), day = floored(seconds, 86_400), time = seconds - day * 86_400
        // Counted from March of the year 0, so that the leap day comes last (H. Hinnant, "days_from_civil").
        let shifted = day + 719_468, era = floored(shifted, 146_097), dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153, month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = weekdays[Int(day - floored(day, 7) * 7)]
        let date = "\(two(dayOfYear - (153 * march + 2) / 5 + 1)) \(months[Int(month) - 1]) \(year)"
        return "\(weekday), \(date) \(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) +0000"
    }

    /// Reads HTTP's preferred form (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func fromHTTPDate(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), let month = months.firstIndex(of: String(words[2])),
            let year = Int64(words[3]), (1 ... 31).contains(day), (1970 ... 9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, (0 ... 23).contains(time[0]), (0 ... 59).contains(time[1]), (0 ... 60).contains(time[2]) else { return nil }
        let shiftedMonth = Int64((month + 10) % 12), shiftedYear = month < 2 ? year - 1 : year
        let days = 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + (153 * shiftedMonth + 2) / 5 + day - 1
        return ((days - 719_468) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]) * 1000
    }

    private static func floored(_ value: Int64, _ by: Int64) -> Int64 { value >= 0 ? value / by : -((by - 1 - value) / by) }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
