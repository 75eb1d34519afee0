import Platform
import Workflow

/// The working calendar of a tenant: one, made with its first holiday, so that every process counts the same working days. Running timers
/// keep the due time they were given when they started.
extension WorkingCalendar: Entity {
    public enum Command: Codable, Sendable {
        /// Days are xs:dates such as `2026-12-25`.
        case addHoliday(day: String, name: String)
        case removeHoliday(day: String)
    }

    public enum Event: Codable, Sendable {
        case holidayAdded(day: String, name: String)
        case holidayRemoved(day: String)
    }

    public static let kind = Kind<WorkingCalendar>(
        "calendar", plural: "calendars",
        fields: [Field("holidays") { .integer(Int64($0.holidays.count)) }],
        uniqueKeys: [UniqueKey("one") { _ in "calendar" }],
        commands: [
            CommandDeclaration(
                "add", "Make a day a holiday",
                inputs: [
                    CommandInput("day", .date, "such as 2026-12-25"), CommandInput("name", .text, "what is celebrated", isRequired: false),
                ]
            ) { arguments throws(Refusal) in .addHoliday(day: try arguments.text("day"), name: arguments["name"] ?? "") },
            CommandDeclaration("remove", "Make a holiday a working day again", inputs: [CommandInput("day", .date, "such as 2026-12-25")]) {
                arguments throws(Refusal) in .removeHoliday(day: try arguments.text("day"))
            },
        ])

    /// Where every command on it goes.
    public static let address = EntityTarget.Address.key("one", value: "calendar")

    public static func decide(
        _ command: Command, on state: WorkingCalendar?, in context: DecisionContext
    ) throws(Refusal) -> Decision<WorkingCalendar> {
        var calendar = state ?? WorkingCalendar()
        switch command {
        case .addHoliday(let day, let name):
            guard calendar.add(holiday: try number(of: day), name: name) else {
                throw Refusal(
                    .invalid, "calendar-full", "the calendar holds \(maxHolidays) holidays, which is all it can; remove old ones")
            }
            return Decision([.holidayAdded(day: day, name: name)])
        case .removeHoliday(let day):
            guard calendar.remove(holiday: try number(of: day)) != nil else {
                throw Refusal(.notFound, "holiday-not-found", "\(day) is no holiday")
            }
            return Decision([.holidayRemoved(day: day)])
        }
    }

    public static func apply(_ event: Event, to state: WorkingCalendar?) -> WorkingCalendar? {
        var calendar = state ?? WorkingCalendar()
        switch event {
        case .holidayAdded(let day, let name): if let day = WorkingCalendar.day(day) { _ = calendar.add(holiday: day, name: name) }
        case .holidayRemoved(let day): if let day = WorkingCalendar.day(day) { _ = calendar.remove(holiday: day) }
        }
        return calendar
    }

    public static func text(of event: Event) -> String? {
        switch event {
        case .holidayAdded(let day, let name): "\(day) is a holiday" + (name.isEmpty ? "" : ": \(name)")
        case .holidayRemoved(let day): "\(day) is no holiday any more"
        }
    }

    private static func number(of day: String) throws(Refusal) -> Int {
        guard let number = WorkingCalendar.day(day) else {
            throw Refusal(.invalid, "bad-date", "a day is written like 2026-12-25, not “\(day)”")
        }
        return number
    }
}

extension EntityRunner {
    func calendar(in tenant: TenantID) async throws(EngineError) -> WorkingCalendar {
        try await find(WorkingCalendar.self, WorkingCalendar.address, in: tenant)?.entity ?? WorkingCalendar()
    }
}

extension Session {
    public func calendar() async throws(EngineError) -> WorkingCalendar { try await engine.entities.calendar(in: tenant) }
}
