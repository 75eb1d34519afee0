import Engine
import Workflow

/// `calendar …`: the working days that timers count in.
enum CalendarCommands {
    static let all: [CommandSpec] = [show, add, remove]

    private static let day = CommandParameter("date", placeholder: "DATE", help: "a day, such as 2026-12-25", required: true)

    private static let show = CommandSpec(
        id: "calendar.show", words: ["calendar", "show"], summary: "Show the working calendar: free days of the week and holidays",
        discussion: "Timers set in working days step over these days.",
        examples: [.init("mizzen calendar show", "every holiday, the earliest first")],
        run: { context, _ async throws(EngineError) in
            let calendar = try await context.session().calendar()
            let weekend = calendar.weekend.sorted().map(weekday)
            let holidays = Table(
                columns: [Column("day", "day", priority: 0), Column("name", "name", priority: 0, isFlexible: true)],
                rows: calendar.holidays.sorted { $0.key < $1.key }.map { day, name in
                    let text = WorkingCalendar.text(of: day)
                    return TableRow(id: text, cells: [.text(text), .text(name)])
                })
            return CommandResult(
                sections: [
                    Section(nil, .fields([Section.Field("free days", weekend.joined(separator: ", "))])),
                    Section("Holidays", .table(holidays, empty: "None")),
                ],
                json: .object(["weekend": .array(weekend.map { .string($0) }), "holidays": holidays.json]))
        })

    private static let add = CommandSpec(
        id: "calendar.add", words: ["calendar", "add"], changes: true, summary: "Add a holiday to the working calendar",
        discussion: "Timers that run already keep their time.",
        examples: [.init("mizzen calendar add 2026-12-25 Christmas", "nobody works on that day")],
        parameters: [day, CommandParameter("name", placeholder: "NAME", help: "what the day is called")],
        run: { context, call async throws(EngineError) in
            let day = call["date"] ?? ""
            return try await change(.addHoliday(day: day, name: call["name"] ?? ""), "\(day) is a holiday now", day, context)
        })

    private static let remove = CommandSpec(
        id: "calendar.remove", words: ["calendar", "remove"], changes: true, summary: "Remove a holiday from the working calendar",
        examples: [.init("mizzen calendar remove 2026-12-25", "a day like others again")], parameters: [day],
        run: { context, call async throws(EngineError) in
            let day = call["date"] ?? ""
            return try await change(.removeHoliday(day: day), "\(day) is no holiday any more", day, context)
        })

    private static func change(
        _ command: WorkingCalendar.Command, _ done: String, _ day: String, _ context: CommandContext
    ) async throws(EngineError) -> CommandResult {
        try context.requireWriting()
        try await context.session().perform(command, on: WorkingCalendar.self, WorkingCalendar.address, request: context.request)
        return CommandResult(done: done, ["date": .string(day), "request": .string(context.request.description)])
    }

    private static func weekday(_ number: Int) -> String {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        return names.indices.contains(number - 1) ? names[number - 1] : "day \(number)"
    }
}
