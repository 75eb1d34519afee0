enum DateFunctions {
    static let all: [Builtin] = [
        Builtin("current-date", 0 ... 0, currentDate), Builtin("current-time", 0 ... 0, currentTime),
        Builtin("current-dateTime", 0 ... 0, currentDateTime), Builtin("implicit-timezone", 0 ... 0, implicitTimezone),
        Builtin("dateTime", 2 ... 2, dateTime),
        component("year-from-date", .date) { .integer($0.year) }, component("month-from-date", .date) { .integer($0.month) },
        component("day-from-date", .date) { .integer($0.day) }, component("timezone-from-date", .date, zone),
        component("year-from-dateTime", .dateTime) { .integer($0.year) },
        component("month-from-dateTime", .dateTime) { .integer($0.month) },
        component("day-from-dateTime", .dateTime) { .integer($0.day) }, component("hours-from-dateTime", .dateTime) { .integer($0.hour) },
        component("minutes-from-dateTime", .dateTime) { .integer($0.minute) }, component("seconds-from-dateTime", .dateTime, seconds),
        component("timezone-from-dateTime", .dateTime, zone),
        component("hours-from-time", .time) { .integer($0.hour) }, component("minutes-from-time", .time) { .integer($0.minute) },
        component("seconds-from-time", .time, seconds), component("timezone-from-time", .time, zone),
        part("years-from-duration") { .integer($0.months / 12) }, part("months-from-duration") { .integer($0.months % 12) },
        part("days-from-duration") { .integer($0.seconds / 86_400) }, part("hours-from-duration") { .integer($0.seconds / 3600 % 24) },
        part("minutes-from-duration") { .integer($0.seconds / 60 % 60) },
        part("seconds-from-duration") { duration in
            .one(.decimal(XDecimal(BigInteger(duration.seconds % 60 * 1_000_000_000 + duration.nanoseconds), scale: 9)))
        },
        adjust("adjust-date-to-timezone", .date), adjust("adjust-time-to-timezone", .time),
        adjust("adjust-dateTime-to-timezone", .dateTime),
    ]

    // MARK: Now

    private static func now(_ c: Evaluation) -> Moment {
        let zone = min(max(c.environment.timeZoneMinutes, -840), 840)
        // Some 280,000 years either way.
        let limit: Int64 = 9_000_000_000_000_000
        let local = Int(min(max(c.environment.now, -limit), limit)) + zone * 60_000
        let day = local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000
        return Moment(.dateTime, days: day, nanoseconds: (local - day * 86_400_000) * 1_000_000, zone: zone)
    }

    private static func currentDate(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { .one(.moment(now(c).retyped(.date))) }
    private static func currentTime(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { .one(.moment(now(c).retyped(.time))) }
    private static func currentDateTime(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { .one(.moment(now(c))) }

    private static func implicitTimezone(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .one(.duration(Duration(.dayTimeDuration, seconds: c.environment.timeZoneMinutes * 60)))
    }

    // MARK: Parts

    static func moment(_ value: Value, _ type: AtomicType, _ c: Evaluation) throws(XQueryError) -> Moment? {
        guard var item = try c.optionalAtomic(value, "the argument") else { return nil }
        if case .untyped = item { item = try Casting.cast(item, to: type, c) }
        guard case .moment(let moment) = item, moment.type == type else {
            throw .type("an xs:\(type.rawValue) is needed here, not \(item.typeName)")
        }
        return moment
    }

    private static func component(_ name: String, _ type: AtomicType, _ get: @escaping @Sendable (Moment) -> Value) -> Builtin {
        Builtin(name, 1 ... 1) { a, c throws(XQueryError) in try moment(a[0], type, c).map(get) ?? .empty }
    }

    private static func seconds(_ moment: Moment) -> Value { .one(.decimal(XDecimal(BigInteger(moment.secondNanoseconds), scale: 9))) }

    private static func zone(_ moment: Moment) -> Value {
        Value(moment.zone.map { .duration(Duration(.dayTimeDuration, seconds: $0 * 60)) })
    }

    private static func part(_ name: String, _ get: @escaping @Sendable (Duration) -> Value) -> Builtin {
        Builtin(name, 1 ... 1) { a, c throws(XQueryError) in
            guard var item = try c.optionalAtomic(a[0], "the argument") else { return .empty }
            if case .untyped = item { item = try Casting.cast(item, to: .duration, c) }
            guard case .duration(let duration) = item else { throw .type("a duration is needed here, not \(item.typeName)") }
            return get(duration)
        }
    }

    private static func adjust(_ name: String, _ type: AtomicType) -> Builtin {
        Builtin(name, 1 ... 2) { a, c throws(XQueryError) in
            guard let moment = try moment(a[0], type, c) else { return .empty }
            guard a.count > 1 else { return .one(.moment(try moment.adjusted(to: c.environment.timeZoneMinutes))) }
            guard let item = try c.optionalAtomic(a[1], "the time zone") else { return .one(.moment(try moment.adjusted(to: nil))) }
            guard case .duration(let zone) = item, zone.type == .dayTimeDuration else {
                throw .type("a time zone is an xs:dayTimeDuration")
            }
            guard zone.nanoseconds == 0, zone.seconds % 60 == 0, abs(zone.seconds) <= 50_400 else {
                throw .dynamic("FODT0003", "\(zone.description) is not a time zone")
            }
            return .one(.moment(try moment.adjusted(to: zone.seconds / 60)))
        }
    }

    private static func dateTime(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let date = try moment(a[0], .date, c), let time = try moment(a[1], .time, c) else { return .empty }
        if let x = date.zone, let y = time.zone, x != y { throw .dynamic("FORG0008", "date and time have different time zones") }
        return .one(
            .moment(
                Moment(
                    .dateTime, year: date.year, month: date.month, day: date.day, nanoseconds: time.nanoseconds,
                    zone: date.zone ?? time.zone)))
    }
}
