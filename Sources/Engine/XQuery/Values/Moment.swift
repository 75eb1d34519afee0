/// A date, time, dateTime or one of the g-types: fields on the proleptic Gregorian calendar, with or without a time zone.
final class Moment: Sendable {
    let type: AtomicType
    /// Fields a type does not have hold the values of 1972-01-01T00:00:00 (a leap year, so that --02-29 is a day).
    let year: Int, month: Int, day: Int
    /// Nanoseconds since midnight.
    let nanoseconds: Int
    /// Minutes east of UTC; nil without time zone.
    let zone: Int?

    static let maxYear = 999_999_999
    private static let dayNanoseconds = 86_400_000_000_000

    init(_ type: AtomicType, year: Int = 1972, month: Int = 1, day: Int = 1, nanoseconds: Int = 0, zone: Int?) {
        self.type = type
        self.year = year
        self.month = month
        self.day = day
        self.nanoseconds = nanoseconds
        self.zone = zone
    }

    /// From days since 1970-01-01 and nanoseconds of the day, in the local time of `zone`.
    convenience init(_ type: AtomicType, days: Int, nanoseconds: Int, zone: Int?) {
        let (year, month, day) = Moment.civil(days)
        switch type {
        case .time: self.init(.time, nanoseconds: nanoseconds, zone: zone)
        case .date: self.init(.date, year: year, month: month, day: day, zone: zone)
        default: self.init(type, year: year, month: month, day: day, nanoseconds: nanoseconds, zone: zone)
        }
    }

    var hasDate: Bool { type != .time }
    var hour: Int { nanoseconds / 3_600_000_000_000 }
    var minute: Int { nanoseconds / 60_000_000_000 % 60 }
    /// Seconds of the minute in nanoseconds.
    var secondNanoseconds: Int { nanoseconds % 60_000_000_000 }
    var second: Int { secondNanoseconds / 1_000_000_000 }
    var days: Int { Moment.days(year, month, day) }

    /// The same fields as another type.
    func retyped(_ target: AtomicType) -> Moment {
        switch target {
        case .date: Moment(.date, year: year, month: month, day: day, zone: zone)
        case .time: Moment(.time, nanoseconds: nanoseconds, zone: zone)
        case .dateTime: Moment(.dateTime, year: year, month: month, day: day, nanoseconds: nanoseconds, zone: zone)
        case .gYear: Moment(.gYear, year: year, zone: zone)
        case .gYearMonth: Moment(.gYearMonth, year: year, month: month, zone: zone)
        case .gMonth: Moment(.gMonth, month: month, zone: zone)
        case .gMonthDay: Moment(.gMonthDay, month: month, day: day, zone: zone)
        case .gDay: Moment(.gDay, day: day, zone: zone)
        default: self
        }
    }

    /// A point on the time line: seconds since 1970-01-01T00:00:00Z and nanoseconds.
    func instant(implicitZone: Int) -> (seconds: Int, nanoseconds: Int) {
        let seconds = days * 86_400 + nanoseconds / 1_000_000_000 - (zone ?? implicitZone) * 60
        return (seconds, nanoseconds % 1_000_000_000)
    }

    static func compare(_ a: Moment, _ b: Moment, implicitZone: Int) -> Int {
        let x = a.instant(implicitZone: implicitZone), y = b.instant(implicitZone: implicitZone)
        return x < y ? -1 : x > y ? 1 : 0
    }

    /// Shifted along the calendar: months first (the day cut to the month's length), then seconds.
    func adding(months: Int, seconds: Int, nanoseconds extra: Int) throws(XQueryError) -> Moment {
        let overflow = XQueryError.dynamic("FODT0001", "the date is out of range")
        var year = year, month = month, day = day
        if months != 0 {
            let (total, over) = (year * 12 + month - 1).addingReportingOverflow(months)
            guard !over else { throw overflow }
            year = total >= 0 ? total / 12 : (total - 11) / 12
            month = total - year * 12 + 1
            guard abs(year) <= Moment.maxYear else { throw overflow }
            day = min(day, Moment.monthLength(year, month))
        }
        var dayShift = seconds / 86_400
        var nanos = nanoseconds + seconds % 86_400 * 1_000_000_000 + extra
        while nanos < 0 {
            nanos += Moment.dayNanoseconds
            dayShift -= 1
        }
        dayShift += nanos / Moment.dayNanoseconds
        nanos %= Moment.dayNanoseconds
        if type == .time { return Moment(.time, nanoseconds: nanos, zone: zone) }
        let (days, over) = Moment.days(year, month, day).addingReportingOverflow(dayShift)
        guard !over, abs(days) < Moment.maxYear * 365 else { throw overflow }
        return Moment(type, days: days, nanoseconds: nanos, zone: zone)
    }

    /// The same instant in another zone; with `nil` the zone is dropped, without one it is added.
    func adjusted(to target: Int?) throws(XQueryError) -> Moment {
        guard let target, let zone, target != zone else {
            return Moment(type, year: year, month: month, day: day, nanoseconds: nanoseconds, zone: target)
        }
        let midnight = Moment(type == .date ? .dateTime : type, year: year, month: month, day: day, nanoseconds: nanoseconds, zone: target)
        return try midnight.adding(months: 0, seconds: (target - zone) * 60, nanoseconds: 0).retyped(type)
    }

    // MARK: Calendar

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func monthLength(_ year: Int, _ month: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    // MARK: Text

    var description: String {
        var text = ""
        switch type {
        case .gYear: text = yearText
        case .gYearMonth: text = yearText + "-" + two(month)
        case .gMonth: text = "--" + two(month)
        case .gMonthDay: text = "--" + two(month) + "-" + two(day)
        case .gDay: text = "---" + two(day)
        case .date: text = dateText
        case .time: text = timeText
        default: text = dateText + "T" + timeText
        }
        return text + zoneText
    }

    private var dateText: String { yearText + "-" + two(month) + "-" + two(day) }
    private var timeText: String { two(hour) + ":" + two(minute) + ":" + (second < 10 ? "0" : "") + fixedPoint(secondNanoseconds) }

    private var yearText: String {
        let digits = String(abs(year))
        return (year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    private var zoneText: String {
        guard let zone else { return "" }
        return zone == 0 ? "Z" : (zone < 0 ? "-" : "+") + two(abs(zone) / 60) + ":" + two(abs(zone) % 60)
    }

    /// Reads the lexical form of a type, white space around it already gone; nil when it is none.
    static func parse(_ text: String, as type: AtomicType) -> Moment? {
        var scanner = DigitScanner(text)
        var year = 1972, month = 1, day = 1, nanoseconds = 0
        if type == .gMonth || type == .gMonthDay || type == .gDay {
            guard scanner.take(45), scanner.take(45) else { return nil }
            if type == .gDay { guard scanner.take(45) else { return nil } }
        }
        if [.date, .dateTime, .gYear, .gYearMonth].contains(type) {
            let negative = scanner.take(45)
            guard let (value, digits) = scanner.number(), digits >= 4, digits <= 9, digits == 4 || value >= 1000,
                digits == 4 || value >= pow10(digits - 1)
            else { return nil }
            year = negative ? -value : value
            if type != .gYear { guard scanner.take(45) else { return nil } }
        }
        if [.date, .dateTime, .gYearMonth, .gMonth, .gMonthDay].contains(type) {
            guard let value = scanner.twoDigits(), 1 ... 12 ~= value else { return nil }
            month = value
            if type != .gYearMonth && type != .gMonth { guard scanner.take(45) else { return nil } }
        }
        if [.date, .dateTime, .gMonthDay, .gDay].contains(type) {
            guard let value = scanner.twoDigits(), value >= 1, value <= monthLength(year, month) else { return nil }
            day = value
        }
        var nextDay = false
        if type == .dateTime { guard scanner.take(84) else { return nil } }
        if type == .dateTime || type == .time {
            guard let hour = scanner.twoDigits(), scanner.take(58), let minute = scanner.twoDigits(), scanner.take(58),
                let second = scanner.twoDigits(), hour <= 24, minute < 60, second < 60, let fraction = scanner.fraction()
            else { return nil }
            nanoseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
            if hour == 24 {
                guard minute == 0, second == 0, fraction == 0 else { return nil }
                nanoseconds = 0
                nextDay = true
            }
        }
        guard let zone = scanner.zone(), scanner.isAtEnd else { return nil }
        if nextDay && type == .dateTime {
            return Moment(type, days: days(year, month, day) + 1, nanoseconds: 0, zone: zone.minutes)
        }
        return Moment(type, year: year, month: month, day: day, nanoseconds: nanoseconds, zone: zone.minutes)
    }
}

func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

private func pow10(_ exponent: Int) -> Int { (0 ..< exponent).reduce(1) { value, _ in value * 10 } }

/// Billionths as a decimal number without trailing zeros.
func fixedPoint(_ nanoseconds: Int) -> String {
    let whole = String(nanoseconds / 1_000_000_000)
    var rest = nanoseconds % 1_000_000_000
    guard rest > 0 else { return whole }
    var digits = 9
    while rest % 10 == 0 {
        rest /= 10
        digits -= 1
    }
    let text = String(rest)
    return whole + "." + String(repeating: "0", count: digits - text.utf8.count) + text
}

/// Reads the pieces of date and duration texts.
struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }
    var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// At most 15 digits, so that what is computed from it stays in range.
    mutating func number() -> (value: Int, digits: Int)? {
        var value = 0, digits = 0
        while 48 ... 57 ~= next {
            guard digits < 15 else { return nil }
            value = value * 10 + Int(next - 48)
            digits += 1
            position += 1
        }
        return digits > 0 ? (value, digits) : nil
    }

    mutating func twoDigits() -> Int? {
        guard let (value, digits) = number(), digits == 2 else { return nil }
        return value
    }

    /// An optional decimal fraction in billionths; further digits are cut. nil for a point without digits.
    mutating func fraction() -> Int? {
        guard take(46) else { return 0 }
        var value = 0, digits = 0
        while 48 ... 57 ~= next {
            if digits < 9 { value = value * 10 + Int(next - 48) }
            digits += 1
            position += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 9) ..< 9 { value *= 10 }
        return value
    }

    /// An optional time zone; nil when what stands there is none.
    mutating func zone() -> (minutes: Int?, Void)? {
        if take(90) { return (0, ()) }
        guard next == 43 || next == 45 else { return (nil, ()) }
        let negative = next == 45
        position += 1
        guard let hours = twoDigits(), take(58), let minutes = twoDigits(), hours <= 14, minutes < 60, hours < 14 || minutes == 0 else {
            return nil
        }
        return (negative ? -(hours * 60 + minutes) : hours * 60 + minutes, ())
    }
}
