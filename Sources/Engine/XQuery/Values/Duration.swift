/// A duration: months and seconds side by side, of one sign.
final class Duration: Sendable {
    let type: AtomicType
    let months: Int
    let seconds: Int
    /// Billionths of a second, same sign as `seconds`.
    let nanoseconds: Int

    init(_ type: AtomicType, months: Int = 0, seconds: Int = 0, nanoseconds: Int = 0) {
        self.type = type
        self.months = months
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Sums whose parts may have run over; nil when out of range.
    static func normalized(_ type: AtomicType, months: Int = 0, seconds: Int, nanoseconds: Int) -> Duration? {
        var (total, over) = seconds.addingReportingOverflow(nanoseconds / 1_000_000_000)
        guard !over, abs(total) < 1 << 60 else { return nil }
        var rest = nanoseconds % 1_000_000_000
        if total > 0 && rest < 0 { (total, rest) = (total - 1, rest + 1_000_000_000) }
        if total < 0 && rest > 0 { (total, rest) = (total + 1, rest - 1_000_000_000) }
        return Duration(type, months: months, seconds: total, nanoseconds: rest)
    }

    var isZero: Bool { months == 0 && seconds == 0 && nanoseconds == 0 }
    var isNegative: Bool { months < 0 || seconds < 0 || nanoseconds < 0 }
    /// The seconds part as an exact number.
    var exactSeconds: XDecimal { XDecimal(BigInteger(seconds) * BigInteger(1_000_000_000) + BigInteger(nanoseconds), scale: 9) }

    static func equal(_ a: Duration, _ b: Duration) -> Bool {
        a.months == b.months && a.seconds == b.seconds && a.nanoseconds == b.nanoseconds
    }

    /// Between two durations of the same ordered type.
    static func compare(_ a: Duration, _ b: Duration) -> Int {
        let x = (a.months, a.seconds, a.nanoseconds), y = (b.months, b.seconds, b.nanoseconds)
        return x < y ? -1 : x > y ? 1 : 0
    }

    func retyped(_ target: AtomicType) -> Duration {
        switch target {
        case .yearMonthDuration: Duration(target, months: months)
        case .dayTimeDuration: Duration(target, seconds: seconds, nanoseconds: nanoseconds)
        default: Duration(target, months: months, seconds: seconds, nanoseconds: nanoseconds)
        }
    }

    static func add(_ a: Duration, _ b: Duration, negating: Bool) throws(XQueryError) -> Duration {
        let sign = negating ? -1 : 1
        let (months, over) = a.months.addingReportingOverflow(sign * b.months)
        guard !over, abs(months) < 1 << 53,
            let sum = normalized(
                a.type, months: months, seconds: a.seconds + sign * b.seconds, nanoseconds: a.nanoseconds + sign * b.nanoseconds)
        else { throw outOfRange }
        return sum
    }

    /// From exact seconds, rounded to billionths.
    static func fromSeconds(_ value: XDecimal) throws(XQueryError) -> Duration {
        let nanos = value.rounded(places: 9, toEven: false)
        guard let seconds = nanos.truncated.int, abs(seconds) < 1 << 60 else { throw outOfRange }
        let rest = try XDecimal.subtract(nanos, XDecimal(seconds))
        let fraction = try XDecimal.multiply(rest, XDecimal(1_000_000_000)).truncated.int ?? 0
        return Duration(.dayTimeDuration, seconds: seconds, nanoseconds: fraction)
    }

    static let outOfRange = XQueryError.dynamic("FODT0002", "the duration is out of range")

    var description: String {
        let months = abs(months), seconds = abs(seconds), nanoseconds = abs(nanoseconds)
        var text = isNegative ? "-P" : "P"
        if months >= 12 { text += "\(months / 12)Y" }
        if months % 12 > 0 { text += "\(months % 12)M" }
        if seconds >= 86_400 { text += "\(seconds / 86_400)D" }
        let hour = seconds / 3600 % 24, minute = seconds / 60 % 60, second = seconds % 60
        if hour > 0 || minute > 0 || second > 0 || nanoseconds > 0 {
            text += "T"
            if hour > 0 { text += "\(hour)H" }
            if minute > 0 { text += "\(minute)M" }
            if second > 0 || nanoseconds > 0 { text += fixedPoint(second * 1_000_000_000 + nanoseconds) + "S" }
        }
        if isZero { text += type == .yearMonthDuration ? "0M" : "T0S" }
        return text
    }

    static func parse(_ text: String, as type: AtomicType) -> Duration? {
        var scanner = DigitScanner(text)
        let negative = scanner.take(45)
        guard scanner.take(80) else { return nil }
        var months = 0, seconds = 0, nanoseconds = 0, parts = 0, inTime = false, rank = 0
        while !scanner.isAtEnd {
            if !inTime, scanner.take(84) {
                inTime = true
                guard !scanner.isAtEnd else { return nil }
                continue
            }
            guard let (value, _) = scanner.number(), let fraction = scanner.next == 46 ? scanner.fraction() : -1 else { return nil }
            let order: Int
            if !inTime && scanner.take(89) {
                (order, months) = (1, months + value * 12)
            } else if !inTime && scanner.take(77) {
                (order, months) = (2, months + value)
            } else if !inTime && scanner.take(68) {
                guard value < 1 << 40 else { return nil }
                (order, seconds) = (3, seconds + value * 86_400)
            } else if inTime && scanner.take(72) {
                guard value < 1 << 46 else { return nil }
                (order, seconds) = (4, seconds + value * 3600)
            } else if inTime && scanner.take(77) {
                (order, seconds) = (5, seconds + value * 60)
            } else if inTime && scanner.take(83) {
                (order, seconds, nanoseconds) = (6, seconds + value, max(fraction, 0))
            } else {
                return nil
            }
            guard order > rank, fraction < 0 || order == 6 else { return nil }
            rank = order
            parts += 1
        }
        guard parts > 0, months < 1 << 53 else { return nil }
        if type == .yearMonthDuration && (rank > 2 || inTime) { return nil }
        if type == .dayTimeDuration && months > 0 { return nil }
        if type == .dayTimeDuration && hasYearsOrMonths(text) { return nil }
        return negative
            ? Duration(type, months: -months, seconds: -seconds, nanoseconds: -nanoseconds)
            : Duration(type, months: months, seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Also "P0Y" is not a dayTimeDuration.
    private static func hasYearsOrMonths(_ text: String) -> Bool {
        text.utf8.prefix { $0 != 84 }.contains { $0 == 89 || $0 == 77 }
    }
}
