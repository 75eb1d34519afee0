/// Points in time and the calendar between them, as xs:dateTime and xs:duration mean them, for those who are not in a query.
/// Instants are milliseconds since 1970-01-01T00:00:00Z, zones minutes east of UTC, days counted from 1970-01-01.
public enum CalendarTime {
    /// The instant of an xs:dateTime; one without a zone is read in the given one. nil for anything else.
    public static func instant(_ dateTime: String, timeZoneMinutes: Int) -> Int64? {
        guard let moment = Moment.parse(dateTime, as: .dateTime) else { return nil }
        let (seconds, nanoseconds) = moment.instant(implicitZone: timeZoneMinutes)
        let (milliseconds, over) = Int64(seconds).multipliedReportingOverflow(by: 1000)
        return over ? nil : milliseconds + Int64(nanoseconds / 1_000_000)
    }

    /// The instant an xs:duration after another: months along the calendar (the day cut to the month's length), then the rest.
    /// nil when it is no duration or leads beyond the calendar.
    public static func adding(_ duration: String, to instant: Int64, timeZoneMinutes: Int) -> Int64? {
        guard let span = Duration.parse(duration, as: .duration), abs(span.seconds) < 1 << 40, abs(span.months) < 1 << 33 else {
            return nil
        }
        let offset = Int64(timeZoneMinutes) * 60_000
        let (local, over) = instant.addingReportingOverflow(offset)
        guard !over, abs(local) < 1 << 55 else { return nil }
        let day = floorDivide(local, dayMilliseconds)
        let start = Moment(.dateTime, days: Int(day), nanoseconds: Int(local - day * dayMilliseconds) * 1_000_000, zone: nil)
        guard let end = try? start.adding(months: span.months, seconds: span.seconds, nanoseconds: span.nanoseconds) else { return nil }
        return Int64(end.days) * dayMilliseconds + Int64(end.nanoseconds / 1_000_000) - offset
    }

    /// The calendar day of an instant in a zone.
    public static func day(of instant: Int64, timeZoneMinutes: Int) -> Int {
        let (local, over) = instant.addingReportingOverflow(Int64(timeZoneMinutes) * 60_000)
        return Int(floorDivide(over ? instant : local, dayMilliseconds))
    }

    /// The day of an xs:date without a zone (`2026-12-25`); nil for anything else, also for days no month has.
    public static func day(_ date: String) -> Int? {
        guard let moment = Moment.parse(date, as: .date), moment.zone == nil else { return nil }
        return moment.days
    }

    /// `2026-12-25`
    public static func text(day: Int) -> String {
        let (year, month, dayOfMonth) = Moment.civil(day)
        return Moment(.date, year: year, month: month, day: dayOfMonth, zone: nil).description
    }

    public static let dayMilliseconds: Int64 = 86_400_000

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: by)
        return rest < 0 ? quotient - 1 : quotient
    }
}
