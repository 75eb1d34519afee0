import XQuery

/// The moment in the life of a work item that starts its timer.
public enum TimerTrigger: String, Sendable {
    /// The item is offered; the timer goes on when it is started.
    case enabled = "OnEnabled"
    /// An item is started; each instance has its own timer.
    case executing = "OnExecuting"
}

/// A task's timer ready to run.
enum TimerRule: Sendable {
    case fixed(TimerTrigger, TimerSpan)
    /// Read from a net variable of type YTimerType when the item is there.
    case variable(String)

    /// nil when the texts mean nothing; verification has said so.
    init?(_ setting: TimerSetting) {
        if case .variable(let name) = setting.due {
            self = .variable(name)
            return
        }
        guard let trigger = setting.trigger.flatMap(TimerTrigger.init), let span = TimerSpan(setting) else { return nil }
        self = .fixed(trigger, span)
    }

    var usesCalendar: Bool {
        switch self {
        case .fixed(_, let span): span.isInWorkingDays
        case .variable: true
        }
    }
}

/// How long a timer runs, or until when.
enum TimerSpan: Sendable, Equatable {
    /// Milliseconds since 1970.
    case instant(Int64)
    /// An xs:duration.
    case duration(String, inWorkingDays: Bool)

    init?(_ setting: TimerSetting) {
        switch setting.due {
        case .variable: return nil
        case .expiry(let text):
            guard let instant = Int64(text) else { return nil }
            self = .instant(instant)
        case .duration(let text):
            guard Self.isDuration(text) else { return nil }
            self = .duration(text, inWorkingDays: setting.workdays.map(Self.isYes) ?? false)
        case .interval(let ticks, let unit):
            guard let count = Int64(ticks), let text = Self.duration(count, unit), Self.isDuration(text) else { return nil }
            self = .duration(text, inWorkingDays: false)
        }
    }

    /// The `expiry` of a YTimerType: a duration, an xs:dateTime, or milliseconds since 1970.
    init?(expiry text: String, inWorkingDays: Bool, timeZoneMinutes: Int) {
        if text.hasPrefix("P") || text.hasPrefix("-P") {
            guard Self.isDuration(text) else { return nil }
            self = .duration(text, inWorkingDays: inWorkingDays)
        } else if let instant = CalendarTime.instant(text, timeZoneMinutes: timeZoneMinutes) ?? Int64(text) {
            self = .instant(instant)
        } else {
            return nil
        }
    }

    /// A `workdays` element asks for working days unless it says no; the reference engine does not read what it says.
    static func isYes(_ workdays: String) -> Bool { !["false", "0"].contains(workdays.trimmingXMLSpace()) }

    var isInstant: Bool { if case .instant = self { true } else { false } }

    var isInWorkingDays: Bool { if case .duration(_, true) = self { true } else { false } }

    /// When a timer started now runs out; nil when that is beyond the calendar.
    func due(in context: StepContext) -> Int64? {
        switch self {
        case .instant(let instant): return instant
        case .duration(let text, let inWorkingDays):
            guard let end = CalendarTime.adding(text, to: context.now, timeZoneMinutes: context.timeZoneMinutes) else { return nil }
            return inWorkingDays ? context.calendar.postponed(end, after: context.now, timeZoneMinutes: context.timeZoneMinutes) : end
        }
    }

    private static func isDuration(_ text: String) -> Bool { CalendarTime.adding(text, to: 0, timeZoneMinutes: 0) != nil }

    /// `ticks` of a unit as an xs:duration.
    private static func duration(_ ticks: Int64, _ unit: String) -> String? {
        let sign = ticks < 0 ? "-" : "", count = ticks.magnitude
        switch unit {
        case "YEAR": return "\(sign)P\(count)Y"
        case "MONTH": return "\(sign)P\(count)M"
        case "WEEK": return count < 1 << 40 ? "\(sign)P\(count * 7)D" : nil
        case "DAY": return "\(sign)P\(count)D"
        case "HOUR": return "\(sign)PT\(count)H"
        case "MIN": return "\(sign)PT\(count)M"
        case "SEC": return "\(sign)PT\(count)S"
        case "MSEC":
            let fraction = String(count % 1000)
            return "\(sign)PT\(count / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)S"
        default: return nil
        }
    }
}
