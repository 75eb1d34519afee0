import Support
import Testing
import XQuery
@testable import Workflow

/// When a timer runs out, by how the specification says it.
@Suite struct TimerDueTests {
    /// The due time of T's timer as a UTC date and time, T being enabled at `start`.
    private func due(_ timer: String, from start: String, locals: [String] = [], holidays: [String] = []) throws -> String {
        var calendar = WorkingCalendar()
        for day in holidays { #expect(calendar.add(holiday: try #require(WorkingCalendar.day(day)), name: "free")) }
        let time = try #require(CalendarTime.instant(start, timeZoneMinutes: 0))
        var run = try RunningCase(TimerText.file(timer, locals: locals), at: time - 2, calendar: calendar)
        try run.work("1:A")
        let due = try #require(run.state.timers?.running[WorkItemID(CaseID("1"), "T")]?.due)
        let day = CalendarTime.day(of: due, timeZoneMinutes: 0)
        let minutes = (due - Int64(day) * CalendarTime.dayMilliseconds) / 60_000
        return CalendarTime.text(day: day) + " \(minutes / 60):\(minutes % 60)"
    }

    private func onEnabled(_ due: String) -> String { "<trigger>OnEnabled</trigger>" + due }

    @Test(arguments: [
        ("<duration>P1M</duration>", "2026-02-28 10:0"), ("<duration>P1Y2DT3H</duration>", "2027-02-02 13:0"),
        ("<duration>-P1D</duration>", "2026-01-30 10:0"),
        ("<durationparams><ticks>1</ticks><interval>MONTH</interval></durationparams>", "2026-02-28 10:0"),
        ("<durationparams><ticks>2</ticks><interval>WEEK</interval></durationparams>", "2026-02-14 10:0"),
        ("<durationparams><ticks>90</ticks><interval>MIN</interval></durationparams>", "2026-01-31 11:30"),
        ("<durationparams><ticks>7200000</ticks><interval>MSEC</interval></durationparams>", "2026-01-31 12:0"),
        ("<expiry>1000000000000</expiry>", "2001-09-09 1:46"),
    ])
    func spansAndMoments(timer: String, expected: String) throws {
        #expect(try due(onEnabled(timer), from: "2026-01-31T10:00:00Z") == expected)
    }

    /// Friday 2026-01-02.
    @Test(
        arguments: [
            ("P1D", [], "2026-01-05 10:0"), ("P1D", ["2026-01-05"], "2026-01-06 10:0"), ("P5D", ["2026-01-07"], "2026-01-12 10:0"),
            ("PT4H", [], "2026-01-02 14:0"),
        ] as [(String, [String], String)])
    func workingDaysStepOverFreeOnes(duration: String, holidays: [String], expected: String) throws {
        let timer = onEnabled("<duration>\(duration)</duration>") + "<workdays>true</workdays>"
        #expect(try due(timer, from: "2026-01-02T10:00:00Z", holidays: holidays) == expected)
        let plain = timer.replacing("true", with: "false")
        #expect(
            try due(plain, from: "2026-01-02T10:00:00Z", holidays: holidays)
                == due(onEnabled("<duration>\(duration)</duration>"), from: "2026-01-02T10:00:00Z"))
    }

    @Test func aCalendarWithoutWorkingDaysIsNoEndlessLoop() {
        var calendar = WorkingCalendar()
        calendar.weekend = [1, 2, 3, 4, 5, 6, 7]
        #expect(calendar.postponed(86_400_000, after: 0, timeZoneMinutes: 0) == nil)
    }

    // MARK: Late binding

    private func variable(_ trigger: String, _ expiry: String, _ workdays: String = "false") -> [String] {
        [
            """
            <localVariable><index>1</index><name>when</name><type>YTimerType</type>\
            <initialValue>\(YAWLText.escaped("<trigger>\(trigger)</trigger><expiry>\(expiry)</expiry><workdays>\(workdays)</workdays>"))\
            </initialValue></localVariable>
            """
        ]
    }

    @Test(arguments: [
        ("PT2H", "2026-01-31 12:0"), ("2026-02-01T08:00:00+01:00", "2026-02-01 7:0"), ("1000000000000", "2001-09-09 1:46"),
        ("P{/Net/n/text()}D", "2026-02-07 10:0"),
    ])
    func aVariableSaysWhen(expiry: String, expected: String) throws {
        #expect(try due("<netparam>when</netparam>", from: "2026-01-31T10:00:00Z", locals: variable("OnEnabled", expiry)) == expected)
    }

    @Test func aVariableMayStartItWithTheWork() throws {
        var run = try RunningCase(TimerText.file("<netparam>when</netparam>", locals: variable("OnExecuting", "PT1M")))
        try run.work("1:A")
        #expect(run.state.timers == nil)
        try run.perform(.start(WorkItemID(CaseID("1"), "T")))
        #expect(run.state.timers?.running.count == 1)
    }

    @Test func anEmptyVariableIsNoTimer() throws {
        let empty = ["<localVariable><index>1</index><name>when</name><type>YTimerType</type></localVariable>"]
        var run = try RunningCase(TimerText.file("<netparam>when</netparam>", locals: empty), isVerified: false)
        try run.work("1:A")
        #expect(run.offered == ["1:T"] && run.state.timers == nil)
    }

    @Test(arguments: ["tomorrow", "P1", "P{/Net/none", "2026-02-30T10:00:00Z"]) func whatCannotBeReadRefusesTheStepThatNeedsIt(
        expiry: String
    ) throws {
        var run = try RunningCase(TimerText.file("<netparam>when</netparam>", locals: variable("OnEnabled", expiry)))
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        let error = try run.refusal(of: .complete(WorkItemID(CaseID("1.1"), "A"), output: nil))
        #expect(error.code == "timer-unreadable")
        #expect(error.message.contains("task T") && error.message.contains("variable when"))
    }

    // MARK: Refused at load

    @Test(arguments: [
        "<duration>an hour</duration>", "<expiry>soon</expiry>",
        "<durationparams><ticks>few</ticks><interval>DAY</interval></durationparams>",
        "<durationparams><ticks>1</ticks><interval>FORTNIGHT</interval></durationparams>",
    ])
    func unreadableTimesAreRefusedWithTheirPlace(timer: String) {
        let error = #expect(throws: SpecificationError.self) {
            try SpecificationReader.read(Array(TimerText.file(onEnabled(timer)).utf8), file: "timed.yawl")
        }
        #expect(error?.findings.contains { $0.line > 1 } == true)
    }

    @Test func timesBeyondTheCalendarDoNotRun() throws {
        let text = TimerText.file(onEnabled("<duration>P999999999999Y</duration>"))
        let model = try #require(try SpecificationReader.read(Array(text.utf8), file: "timed.yawl").first)
        let finding = try #require(verify(model).first { $0.code == "mizzen-timer-range" })
        #expect(finding.blocksRunning && finding.severity == .warning && finding.line > 1)
    }
}
