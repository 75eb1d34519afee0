import Workflow

/// The working calendar: kept in the store, so that every process counts the same working days.
extension WorkflowEngine {
    public func calendar(tenant: Int64 = 1) async throws(EngineError) -> WorkingCalendar {
        guard let record = try await query({ try await $0.calendar(tenant: tenant) }) else { return WorkingCalendar() }
        return try CaseCoding.decode(WorkingCalendar.self, from: record.body)
    }

    /// Running timers keep the due time they were given when they started.
    func changeCalendar(_ change: CalendarEvent, _ principal: Principal, _ request: RequestID) async throws(EngineError) -> Reply {
        for _ in 0 ..< 8 {
            let record = try await query { try await $0.calendar(tenant: principal.tenant) }
            var calendar =
                try record.map { record throws(EngineError) in try CaseCoding.decode(WorkingCalendar.self, from: record.body) }
                ?? WorkingCalendar()
            try change.apply(to: &calendar)
            let event = try newEvent(
                change.kind, body: CaseCoding.encode(change), at: try await now(), principal, request, after: record?.chain ?? [])
            let expected = record?.version ?? 0
            let next = CalendarRecord(
                tenant: principal.tenant, body: try CaseCoding.encode(calendar), version: expected + 1, chain: event.chain)
            let outcome = try await commit(
                Step(
                    tenant: principal.tenant, aggregate: next.aggregate, expectedVersion: expected, events: [event],
                    request: request, reply: try CaseCoding.encode(Reply.calendarChanged), change: .calendar(next)))
            switch outcome {
            case .committed: return .calendarChanged
            case .repeated(let earlier): return try CaseCoding.decode(Reply.self, from: earlier)
            case .conflict: continue
            }
        }
        throw EngineError(.unavailable, "calendar-busy", "the calendar is being changed by others all the time; try again")
    }
}

/// What can happen to the calendar; also the body of its events.
enum CalendarEvent: Codable, Sendable {
    case holidayAdded(day: String, name: String)
    case holidayRemoved(day: String)

    var kind: String {
        switch self {
        case .holidayAdded: "holidayAdded"
        case .holidayRemoved: "holidayRemoved"
        }
    }

    var text: String {
        switch self {
        case .holidayAdded(let day, let name): "\(day) is a holiday" + (name.isEmpty ? "" : ": \(name)")
        case .holidayRemoved(let day): "\(day) is no holiday any more"
        }
    }

    /// Throws `bad-date`, `calendar-full`, `holiday-not-found`.
    func apply(to calendar: inout WorkingCalendar) throws(EngineError) {
        switch self {
        case .holidayAdded(let day, let name):
            guard calendar.add(holiday: try number(of: day), name: name) else {
                throw EngineError(
                    .invalid, "calendar-full",
                    "the calendar holds \(WorkingCalendar.maxHolidays) holidays, which is all it can; remove old ones")
            }
        case .holidayRemoved(let day):
            guard calendar.remove(holiday: try number(of: day)) != nil else {
                throw EngineError(.notFound, "holiday-not-found", "\(day) is no holiday")
            }
        }
    }

    private func number(of day: String) throws(EngineError) -> Int {
        guard let number = WorkingCalendar.day(day) else {
            throw EngineError(.invalid, "bad-date", "a day is written like 2026-12-25, not “\(day)”")
        }
        return number
    }
}
