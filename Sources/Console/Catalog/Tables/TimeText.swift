import Foundation

/// What time texts need to know: when it is now (milliseconds since 1970) and the reader's time zone. A value, so that drawing
/// and exporting stay functions of their input.
public struct TableClock: Sendable, Hashable {
    public var now: Int64
    public var zone: TimeZone
    /// Ages are shown as the times they are counted from.
    public var agesAreTimes = false

    public init(now: Int64, zone: TimeZone) {
        self.now = now
        self.zone = zone
    }

    /// The machine's clock and zone at this moment.
    public static var system: TableClock { TableClock(now: Int64(Date().timeIntervalSince1970 * 1000), zone: .current) }

    public static let utc = TableClock(now: 0, zone: .gmt)
}

/// Times as text.
public enum TimeText {
    /// `2026-03-02T14:05:22.123Z`, for machines.
    public static func iso(_ at: Int64) -> String {
        let (date, time) = parts(at)
        let milliseconds = floorMod(at, 1000)
        return "\(date)T\(time).\(pad(milliseconds, 3))Z"
    }

    /// `2026-03-02 14:05:22` in the reader's zone.
    public static func local(_ at: Int64, _ clock: TableClock) -> String {
        let (date, time) = parts(at.addingReportingOverflow(offset(at, clock)).partialValue)
        return "\(date) \(time)"
    }

    /// `14:05:22` in the reader's zone.
    public static func time(_ at: Int64, _ clock: TableClock) -> String {
        parts(at.addingReportingOverflow(offset(at, clock)).partialValue).time
    }

    /// `8s`, `5m`, `3h`, `12d`: how long ago, in its largest whole unit.
    public static func age(from start: Int64, to now: Int64) -> String {
        let seconds = max(now.subtractingReportingOverflow(start).partialValue, 0) / 1000
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    package static func offset(_ at: Int64, _ clock: TableClock) -> Int64 {
        Int64(clock.zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at) / 1000))) * 1000
    }

    private static func parts(_ at: Int64) -> (date: String, time: String) {
        let day = floorDiv(at, 86_400_000)
        let second = floorMod(at, 86_400_000) / 1000
        let (year, month, dayOfMonth) = civil(day)
        return (
            "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))",
            "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        )
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
    private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
        let shifted = day + 719_468
        let era = floorDiv(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func floorDiv(_ a: Int64, _ b: Int64) -> Int64 { a / b - (a % b < 0 ? 1 : 0) }
    private static func floorMod(_ a: Int64, _ b: Int64) -> Int64 { let rest = a % b; return rest < 0 ? rest + b : rest }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(width - text.count, 0)) + text
    }
}
